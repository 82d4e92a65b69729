//go:build !js

package client

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/core"
)

var names atomic.Int64

// A crowd are clients that share a circuit, each with sockets of its own.
type crowd struct {
	t       *testing.T
	opts    Options
	clients []*Client
	nets    []*fakeNet
}

// newCrowd makes clients that dial.
func newCrowd(t *testing.T, n int, opts Options) *crowd {
	opts.CircuitName = fmt.Sprint(t.Name(), names.Add(1)) // a circuit outlives its test
	opts.HeartbeatInterval, opts.Jitter, opts.MaxRetries = Forever, None, Unlimited
	c := &crowd{t: t, opts: opts}
	for range n {
		c.join(nil)
	}
	synctest.Wait()
	return c
}

func (c *crowd) join(change func(*Client, *Options)) *Client {
	opts := c.opts
	opts.Seed += uint64(len(c.clients)) + 1 // dice of its own
	client, net := newFake(c.t, opts)
	if change != nil {
		change(client, &client.opts)
	}
	c.clients, c.nets = append(c.clients, client), append(c.nets, net)
	client.start()
	c.t.Cleanup(func() { client.CloseNow() })
	go client.Connect(c.t.Context())
	return client
}

// newest is a client's newest socket.
func (c *crowd) newest(i int) *fakeConn { return c.nets[i].gen(c.nets[i].count()) }

func (c *crowd) refuse(i int) {
	c.newest(i).end(ending{code: 1006})
	synctest.Wait()
}

// all checks what all clients say of the circuit.
func (c *crowd) all(when string, circuit CircuitState) {
	c.t.Helper()
	for i, client := range c.clients {
		if got := client.Circuit(); got != circuit {
			c.t.Errorf("%s: client %d says the circuit is %v, want %v", when, i, got, circuit)
		}
	}
}

// dials counts those of all clients.
func (c *crowd) dials() (n int) {
	for _, net := range c.nets {
		n += net.count()
	}
	return n
}

// "Their failures count together; when it opens, all of them wait."
func TestCircuitNameOneOpensAllBlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t, 3, Options{FailureThreshold: 3, ResetTimeout: time.Minute})
		c.refuse(0)
		c.refuse(1)
		c.all("after two failures", CircuitClosed)
		for i, client := range c.clients {
			if got := client.Stats().CircuitFailures; got != 2 {
				t.Errorf("client %d counts %d failures, want 2", i, got)
			}
		}
		c.refuse(2)
		c.all("after three failures", CircuitOpen)
		for i, client := range c.clients {
			if got := client.State(); got != StateBlocked {
				t.Errorf("client %d is %v, want BLOCKED", i, got)
			}
		}
		c.join(nil)
		synctest.Wait()
		c.all("for who comes later", CircuitOpen)
		if n := c.dials(); n != 3 {
			t.Errorf("%d dials, want 3: who comes later must wait", n)
		}
		other := newCrowd(t, 1, Options{FailureThreshold: 3})
		other.all("with another name", CircuitClosed)
		c.clients[1].CloseCircuit()
		synctest.Wait()
		c.all("closed by hand", CircuitClosed)
		wait(time.Second)
		if n := c.dials(); n != 7 {
			t.Errorf("closed by hand, there are %d dials in all, want 7: all four of them", n)
		}
	})
}

// "A circuit outlives its clients."
func TestCircuitNameOutlivesItsClients(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t, 2, Options{FailureThreshold: 2, ResetTimeout: time.Minute})
		c.refuse(0)
		c.refuse(1)
		c.clients[0].CloseNow()
		c.clients[1].CloseNow()
		if n := len(c.clients[0].circle.members); n != 0 {
			t.Errorf("%d members are left", n)
		}
		time.Sleep(20 * time.Second)
		late := c.join(nil)
		if got := late.Circuit(); got != CircuitOpen {
			t.Fatalf("a new client says the circuit is %v", got)
		}
		synctest.Wait()
		if at := time.Until(late.Stats().NextRetry); at < 40*time.Second || at > time.Minute {
			t.Errorf("it dials in %v, want the 40 s that are left of the minute", at)
		}
	})
}

// "while it is HALF-OPEN, they make HalfOpenMaxRequests trials in all"; a trial
// of a client that goes away is given to another, and one that is healthy frees
// all.
func TestCircuitNameTrialsInAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const clients, trials = 8, 2
		c := newCrowd(t, clients, Options{FailureThreshold: 1, ResetTimeout: 10 * time.Second, HalfOpenMaxRequests: trials,
			BaseDelay: 100 * time.Millisecond, MinUptime: 500 * time.Millisecond, ConnectionTimeout: Forever})
		for i := range clients {
			c.refuse(i)
		}
		before := make([]int, clients)
		for i, net := range c.nets {
			before[i] = net.count()
		}
		on := func() (who []int) {
			for i, net := range c.nets {
				if net.count() > before[i] {
					who = append(who, i)
				}
			}
			return who
		}
		wait(15 * time.Second)
		if len(on()) != trials {
			t.Fatalf("clients %v dial, want %d trials", on(), trials)
		}
		gone := on()[0]
		c.clients[gone].CloseNow()
		wait(5 * time.Second)
		if len(on()) != trials+1 {
			t.Fatalf("one trial was called off, and in all %v have dialled", on())
		}
		healthy := on()[0]
		if healthy == gone {
			healthy = on()[1]
		}
		c.newest(healthy).open()
		wait(500 * time.Millisecond)
		for i, client := range c.clients {
			if i != gone && client.Circuit() != CircuitClosed {
				t.Errorf("a trial was healthy; client %d says the circuit is %v", i, client.Circuit())
			}
		}
		wait(time.Second)
		if len(on()) != clients {
			t.Errorf("freed, and %v have dialled; want all", on())
		}
	})
}

var livesSeed = flag.Uint64("lives-seed", 0, "the seed that TestCircuitNameLives printed (0: another one each time)")

// Random lives of clients that share a circuit, all at once: whenever they have
// come to rest they agree, no more trials are under way than may be, and each
// trace replays alone.
func TestCircuitNameLives(t *testing.T) {
	seed := *livesSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("again with -args -lives-seed %d", seed)
	const clients, trials = 6, 2
	var lives [clients]recording
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t, 0, Options{Seed: seed, FailureThreshold: 4, ResetTimeout: 5 * time.Second, HalfOpenMaxRequests: trials, MinUptime: time.Second})
		for i := range clients {
			l := &lives[i]
			c.join(func(client *Client, o *Options) {
				o.JitterMode = Full
				client.config.JitterMode = Full
				o.Trace = l.trace()
				client.acted = l.acted
			})
		}
		dice := rand.New(rand.NewPCG(seed, 0))
		for range 600 {
			for range 1 + dice.IntN(3) { // at once
				i := dice.IntN(clients)
				client, f := c.clients[i], c.newest(i)
				switch n := dice.IntN(40); {
				case n == 0:
					go client.OpenCircuit()
				case n == 1:
					go client.CloseCircuit()
				case n == 2:
					go client.Reconnect()
				case n == 3:
					go client.Online()
				case f == nil:
				case n < 20:
					f.open()
				default:
					f.end(ending{code: 1006})
				}
			}
			synctest.Wait()
			c.all("at rest", c.clients[0].Circuit())
			if c.clients[0].Circuit() == CircuitOpen {
				for i, client := range c.clients {
					if s := client.State(); s == StateConnecting && client.Stats().NextRetry.IsZero() {
						continue // a dial that was under way goes on
					} else if s == StateConnecting {
						t.Errorf("client %d waits for a dial, and the circuit is open", i)
					}
				}
			}
			time.Sleep(time.Duration(dice.IntN(1500)) * time.Millisecond)
		}
		for _, client := range c.clients {
			client.CloseNow()
		}
	})
	told := 0
	for i := range lives {
		l := &lives[i]
		l.replays(t, fmt.Sprint("client ", i), 300)
		for _, in := range l.events {
			if in.what.Kind == core.CircuitIs {
				told++
			}
		}
	}
	if told < 500 {
		t.Errorf("clients were told %d times of the others: too few to prove anything", told)
	}
}
