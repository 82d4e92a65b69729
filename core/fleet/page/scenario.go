package page

import (
	"fmt"
	"strconv"

	"github.com/websocket-reconnect/websocket-reconnect/core/fleet"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// Scenario says in a sentence what is simulated.
func Scenario(cfg fleet.Config) string {
	drop := map[fleet.Drop]string{fleet.Reset: "lose their connections at once", fleet.Restart: "are sent away with code 1012 at once",
		fleet.Silent: "lose their connections without a sign"}[cfg.Outage.Drop]
	if cfg.Outage.RetryAfter > 0 || cfg.Outage.Spread > 0 {
		drop += fmt.Sprintf(", and told to come back after %s, within %s", Words(cfg.Outage.RetryAfter), Words(cfg.Outage.Spread))
	}
	ends := map[fleet.Dials]string{fleet.Refuse: "refused", fleet.Lose: "lost on the way", fleet.Hang: "never answered"}
	text := fmt.Sprintf("%s clients %s. The server is away for %s (dials are %s), then admits %s a second",
		Thousands(cfg.Clients), drop, Words(cfg.Outage.Length), ends[cfg.Outage.Dials], Rate(cfg.Server.Admit))
	if cfg.Server.Backlog > 0 {
		text += fmt.Sprintf(" from a queue of %s; dials beyond it are %s", Thousands(cfg.Server.Backlog), ends[cfg.Server.Overflow])
	} else {
		text += fmt.Sprintf(" without a queue; dials beyond that are %s", ends[cfg.Server.Overflow])
	}
	if cfg.Server.Toll > 0 {
		text += fmt.Sprintf(", and each of those costs %g of an admission", cfg.Server.Toll)
	}
	text += fmt.Sprintf(". One-way latency %s, %d round trips to open. Seed %d.", Words(cfg.Network.Latency), cfg.Network.RoundTrips, cfg.Seed)
	if cfg.Offline.Share > 0 {
		text += fmt.Sprintf(" %.0f %% of the clients are offline themselves for %s.", 100*cfg.Offline.Share, Words(cfg.Offline.Length))
	}
	return text + fmt.Sprintf(" Nobody can be done before %s after the server’s return.",
		Words(tick.Duration(float64(cfg.Clients)/cfg.Server.Admit*float64(tick.Second))))
}

// Words writes a span as people do: 40 ms, 2.5 s, 1 min 40 s.
func Words(d tick.Duration) string {
	switch {
	case d < tick.Second:
		return fmt.Sprintf("%g ms", d.Millis())
	case d < tick.Minute:
		return fmt.Sprintf("%g s", d.Millis()/1000)
	case d%tick.Minute == 0:
		return fmt.Sprintf("%d min", d/tick.Minute)
	}
	seconds := fmt.Sprintf("%.3g", (d%tick.Minute).Millis()/1000)
	if seconds == "60" {
		return fmt.Sprintf("%d min", d/tick.Minute+1)
	}
	return fmt.Sprintf("%d min %s s", d/tick.Minute, seconds)
}

// Rate writes a rate, which may be less than one.
func Rate(r float64) string {
	if r == float64(int(r)) {
		return Thousands(int(r))
	}
	return strconv.FormatFloat(r, 'f', -1, 64)
}

// Thousands writes a number with a comma between its thousands.
func Thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
