package fleet

import (
	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// rivals are the retry policies of other clients with their own defaults, as
// read in the source of the version that is named. A Formula is their shape at
// a server, not their code: what they do besides is left out.
var rivals = []Policy{
	rival("partysocket", "1.3.0, ws.js _getNextDelay: 3 s × 1.3ⁿ, at most 10 s; dials end after 4 s; reset after 5 s up",
		Formula{Delay: growing(3*tick.Second, 1.3, 10*tick.Second), Timeout: 4 * tick.Second, Uptime: 5 * tick.Second}),
	rival("reconnecting-websocket", "4.4.0, _getNextDelay: (1 s + 4 s × a number drawn once per page) × 1.3ⁿ, at most 10 s; dials end after 4 s; reset after 5 s up",
		Formula{Delay: func(n int, prev tick.Duration, own float64, roll func() float64) tick.Duration {
			return growing(tick.Second+tick.Duration(4*own*float64(tick.Second)), 1.3, 10*tick.Second)(n, prev, own, roll)
		}, Timeout: 4 * tick.Second, Uptime: 5 * tick.Second}),
	rival("websocket-ts", "2.3.0, exponentialbackoff.js, as its README sets it up: 1 s × 2ⁿ, n from 1 to 6; reset at open",
		Formula{Delay: func(n int, _ tick.Duration, _ float64, _ func() float64) tick.Duration {
			return tick.Second << min(n, 6)
		}}),
	rival("sockette", "2.0.6, sockette.mjs: 1 s",
		Formula{Delay: always(tick.Second)}),
	rival("websocket-heartbeat-js", "1.1.3: 2 s; its probe goes out after 15 s of silence and is awaited for 10 s",
		Formula{Delay: always(2 * tick.Second), Silence: within(10*tick.Second, 25*tick.Second)}),
	rival("y-websocket", "3.1.0, y-websocket.js: 0.1 s × 2ⁿ, n ≥ 1, at most 2.5 s; reset at sync; 30 s of silence, looked at every 3 s",
		Formula{Delay: growing(200*tick.Millisecond, 2, 2500*tick.Millisecond), Silence: within(15*tick.Second, 33*tick.Second)}),
	rival("graphql-ws", "6.4.2, client.ts randomisedExponentialBackoff: 1 s × 2ⁿ + 0.3 to 3 s, 5 retries; reset at the acknowledgement",
		Formula{Delay: func(n int, _ tick.Duration, _ float64, roll func() float64) tick.Duration {
			return tick.Second<<(n-1) + 300*tick.Millisecond + tick.Duration(roll()*float64(2700*tick.Millisecond))
		}, Retries: 5}),
	rival("socket.io", "4.8.4, contrib/backo2.js: 1 s × 2ⁿ ± 50 %, then at most 5 s; dials end after 20 s; pings every 25 s, awaited for 20 s",
		Formula{Delay: backo2, Timeout: 20 * tick.Second, Silence: within(20*tick.Second, 45*tick.Second)}),
	rival("signalr", "10.0.11, DefaultReconnectPolicy: 0, 2, 10, 30 s, then it stops; 30 s of silence",
		Formula{Delay: listed(tick.Second, 0, 2, 10, 30), Retries: 4, Silence: within(15*tick.Second, 30*tick.Second)}),
	rival("phoenix", "1.8.16, socket.js reconnectAfterMs: 10, 50, 100, 150, 200, 250, 500, 1000, 2000 ms, then 5 s; pings every 30 s, each awaited until the next",
		Formula{Delay: listed(tick.Millisecond, 10, 50, 100, 150, 200, 250, 500, 1000, 2000, 5000), Silence: within(30*tick.Second, 60*tick.Second)}),
	rival("supabase", "2.109.0, RealtimeClient.js: 1, 2, 5, 10 s; pings every 25 s, each awaited until the next",
		Formula{Delay: listed(tick.Second, 1, 2, 5, 10), Silence: within(25*tick.Second, 50*tick.Second)}),
	rival("actioncable", "8.1.400, connection_monitor.js getPollInterval: 6 s × 1.15ⁿ, n ≤ 10, times 1 to 2 the first time and 1 to 1.15 later; its poll replaces a dial that is under way",
		Formula{Delay: poll, Silence: within(6*tick.Second, 18*tick.Second)}),
	rival("centrifuge", "5.8.0, utils.ts backoff: 0.5 s + up to 0.5 s × 2ⁿ, at most 20 s; 5 s to connect; pings every 25 s, awaited for 10 s",
		Formula{Delay: centrifuge, Timeout: 5 * tick.Second, Silence: within(10*tick.Second, 35*tick.Second)}),
}

// rival fills in what most of them share: no end, no timeout, no heartbeat.
func rival(name, doc string, f Formula) Policy {
	if f.Retries == 0 {
		f.Retries = core.Unlimited
	}
	if f.Timeout == 0 {
		f.Timeout = tick.Forever
	}
	if f.Silence[1] == 0 {
		f.Silence = within(tick.Forever, tick.Forever)
	}
	return Policy{Name: name, Doc: doc, Formula: &f}
}

type delay = func(n int, prev tick.Duration, own float64, roll func() float64) tick.Duration

func within(lo, hi tick.Duration) [2]tick.Duration { return [2]tick.Duration{lo, hi} }

func always(d tick.Duration) delay {
	return func(int, tick.Duration, float64, func() float64) tick.Duration { return d }
}

// growing is base × factorⁿ⁻¹, at most cap.
func growing(base tick.Duration, factor float64, most tick.Duration) delay {
	return func(n int, _ tick.Duration, _ float64, _ func() float64) tick.Duration {
		d := float64(base)
		for i := 1; i < n && d < float64(most); i++ {
			d *= factor
		}
		return min(tick.Duration(d), most)
	}
}

// listed is a table, whose last entry goes on.
func listed(unit tick.Duration, table ...tick.Duration) delay {
	return func(n int, _ tick.Duration, _ float64, _ func() float64) tick.Duration {
		return table[min(n, len(table))-1] * unit
	}
}

// backo2 draws one number and uses it twice: for how far, and for which way.
func backo2(n int, _ tick.Duration, _ float64, roll func() float64) tick.Duration {
	ms := float64(int64(1000) << min(n-1, 40))
	r := roll()
	deviation := float64(int64(r * 0.5 * ms))
	if int64(r*10)&1 == 0 {
		deviation = -deviation
	}
	return min(tick.FromMillis(ms+deviation), 5*tick.Second)
}

func poll(n int, _ tick.Duration, _ float64, roll func() float64) tick.Duration {
	d := float64(6 * tick.Second)
	for range min(n-1, 10) {
		d *= 1.15
	}
	if n == 1 {
		return tick.Duration(d * (1 + roll()))
	}
	return tick.Duration(d * (1 + 0.15*roll()))
}

func centrifuge(n int, _ tick.Duration, _ float64, roll func() float64) tick.Duration {
	const least, most = 500 * tick.Millisecond, 20 * tick.Second
	window := min(least<<min(n-1, 31), most)
	return min(least+tick.Duration(roll()*float64(window)), most)
}
