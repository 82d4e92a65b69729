package fleet

import (
	"errors"
	"fmt"

	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// A Config is one simulation. Its zero value is not ready: use [DefaultConfig].
type Config struct {
	Clients int    // 1 to MaxClients
	Seed    uint64 // of all dice
	Policy  Policy // what the clients do
	Outage  Outage
	Server  Server
	Network Network
	Offline Offline
	Horizon tick.Duration // how long after the server's return to look
	Full    bool          // go on to the horizon even after nothing can happen any more
}

// MaxClients bounds a fleet: a client's number has 29 bits.
const MaxClients = 1 << 29

// An Outage is how the server goes away.
type Outage struct {
	Length tick.Duration // from the loss of all connections until dials are admitted again
	Drop   Drop          // how connections end
	Dials  Dials         // what becomes of dials meanwhile

	// With Restart: what the server's goodbye asks of the clients, to dial
	// after RetryAfter to RetryAfter + Spread. Both 0: nothing.
	RetryAfter, Spread tick.Duration
}

// A Drop says how connections end when the server goes.
type Drop uint8

const (
	Reset   Drop = iota // without a closing handshake: code 1006
	Restart             // the server says goodbye: code 1012, "service restart"
	Silent              // without a sign: only a heartbeat finds out
)

// A Dials says what becomes of a dial that cannot be served.
type Dials uint8

const (
	Refuse Dials = iota // refused at once: TCP reset, or HTTP 503
	Lose                // its packets are lost; the client's kernel sends them again
	Hang                // accepted and never answered
)

// A Server is how fast dials are let in.
type Server struct {
	Admit    float64 // admissions per second; rounded down to whole ones per 1,000 s
	Burst    float64 // admissions that may come at once after a quiet time; 0: a tenth of a second's worth, at least 1
	Backlog  int     // dials that may wait for an admission; 0: none
	Overflow Dials   // what becomes of a dial that finds the backlog full
	Toll     float64 // what turning a dial away costs, as a share of an admission; 0: nothing
}

// A Network is how long messages travel. Each client has its own latency,
// drawn from a log-normal distribution.
type Network struct {
	Latency    tick.Duration // one way, of the median client; a client has at most 10 s
	Spread     float64       // standard deviation of its logarithm; 0: all alike
	Jitter     tick.Duration // each message takes up to this much longer
	RoundTrips int           // from a dial to its open: 3 for TCP, TLS 1.3 and the upgrade
}

// An Offline is a part of the fleet that loses its own network together with
// the server, and regains it.
type Offline struct {
	Share  float64       // of all clients, 0 to 1
	Length tick.Duration // until the host says that it is online again
}

// DefaultConfig is 10,000 clients on the documented defaults, before a server
// that is away for 30 s and then admits 1,000 a second from a queue of 511,
// the backlog of Node and nginx.
func DefaultConfig() Config {
	return Config{
		Clients: 10_000,
		Seed:    1,
		Policy:  Default(),
		Outage:  Outage{Length: 30 * tick.Second},
		Server:  Server{Admit: 1000, Backlog: 511},
		Network: Network{Latency: 40 * tick.Millisecond, Spread: 0.5, Jitter: 10 * tick.Millisecond, RoundTrips: 3},
		Offline: Offline{Length: 45 * tick.Second},
		Horizon: 10 * tick.Minute,
	}
}

// maxSpan bounds every span of a Config: a month of virtual time.
const maxSpan = 31 * 24 * tick.Hour

// maxLatency bounds the latency of each client.
const maxLatency = 10 * tick.Second

// Check reports what in the Config makes no sense, nil when it can be run.
func (c Config) Check() error {
	var errs []error
	want := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf("fleet: "+format, args...))
		}
	}
	span := func(name string, d tick.Duration) {
		want(d >= 0 && d <= maxSpan, "%s is %v s; it must be from 0 to %v s", name, d.Millis()/1000, maxSpan.Millis()/1000)
	}
	want(c.Clients >= 1 && c.Clients <= MaxClients, "%d clients; 1 to %d can be simulated", c.Clients, MaxClients)
	want(c.Policy.Machine != nil || c.Policy.Formula != nil, "policy %q has neither a machine nor a formula", c.Policy.Name)
	span("the outage", c.Outage.Length)
	span("the time to retry after", c.Outage.RetryAfter)
	span("the spread", c.Outage.Spread)
	want(c.Outage.Drop == Restart || c.Outage.RetryAfter == 0 && c.Outage.Spread == 0, "connections end by %v; only a server that restarts can say when to come back", c.Outage.Drop)
	span("the horizon", c.Horizon)
	want(c.Network.Latency >= 0 && c.Network.Latency <= maxLatency, "the latency is %v s; it must be from 0 to %v s", c.Network.Latency.Millis()/1000, maxLatency.Millis()/1000)
	span("the network's jitter", c.Network.Jitter)
	span("the time offline", c.Offline.Length)
	want(c.Server.Admit >= 0.001 && c.Server.Admit <= 1e9, "admission of %v a second; it must be from 0.001 to 1e9", c.Server.Admit)
	want(c.Server.Burst >= 0 && c.Server.Burst <= 1e9, "a burst of %v; it must be from 0 to 1e9", c.Server.Burst)
	want(c.Server.Backlog >= 0, "a backlog of %d; it must not be negative", c.Server.Backlog)
	want(c.Server.Toll >= 0 && c.Server.Toll <= 1, "a toll of %v; it must be from 0 to 1", c.Server.Toll)
	want(c.Network.Spread >= 0 && c.Network.Spread <= 3, "a latency spread of %v; it must be from 0 to 3", c.Network.Spread)
	want(c.Network.RoundTrips >= 1 && c.Network.RoundTrips <= 100, "%d round trips; it must be from 1 to 100", c.Network.RoundTrips)
	want(c.Offline.Share >= 0 && c.Offline.Share <= 1, "an offline share of %v; it must be from 0 to 1", c.Offline.Share)
	return errors.Join(errs...)
}

var (
	dropNames  = []string{"reset", "restart", "silent"}
	dialsNames = []string{"refuse", "lose", "hang"}
)

func (d Drop) String() string  { return dropNames[d] }
func (d Dials) String() string { return dialsNames[d] }

// UnmarshalText reads what String writes.
func (d *Drop) UnmarshalText(text []byte) error {
	i, err := index(dropNames, string(text))
	*d = Drop(i)
	return err
}

// UnmarshalText reads what String writes.
func (d *Dials) UnmarshalText(text []byte) error {
	i, err := index(dialsNames, string(text))
	*d = Dials(i)
	return err
}

// MarshalText is String.
func (d Drop) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// MarshalText is String.
func (d Dials) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

func index(names []string, name string) (int, error) {
	for i, n := range names {
		if n == name {
			return i, nil
		}
	}
	return 0, fmt.Errorf("fleet: %q; it must be one of %q", name, names)
}
