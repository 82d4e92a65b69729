package port_test

import (
	"fmt"
	"testing"

	. "github.com/websocket-reconnect/websocket-reconnect/core/port"
)

// An idle page is woken for its heartbeats alone, and by one timer: a thousand
// clients that opened together wake it as often as one does.
func TestWakeUpsAnHour(t *testing.T) {
	for _, clients := range []int{1, 1000} {
		t.Run(fmt.Sprint(clients), func(t *testing.T) {
			h := new(Hub)
			now := 0.0
			var first []message
			for id := 1; id <= clients; id++ {
				first = append(first, create(id), msg("Connect", id))
			}
			step(t, h, now, first...)
			var open []message
			for id := 1; id <= clients; id++ {
				open = append(open, msg("Opened", id, 1))
			}
			a := step(t, h, now+50, open...)
			now += 50

			const hour = 3_600_000
			wakeUps, probes := 0, 0
			for now+a.delay < hour {
				now += a.delay
				a = step(t, h, now, timer())
				wakeUps++
				// The server answers each probe within 20 ms; the page says so once.
				var replies []message
				for _, s := range a.messages {
					switch s.op {
					case "Probe":
						probes++
						replies = append(replies, msg("Replied", s.client, s.args[0], 20))
					case "Ask":
						replies = append(replies, msg("Heard", s.client, s.args[0], 0))
					}
				}
				if len(replies) > 0 {
					now += 20
					a = step(t, h, now, replies...)
				}
			}
			// Every 30 s a probe; the look at minUptime once.
			const heartbeats = hour / 30_000
			if wakeUps > heartbeats+1 {
				t.Errorf("%d clients wake the page %d times an hour, want at most %d", clients, wakeUps, heartbeats+1)
			}
			if most, least := clients*heartbeats, clients*(heartbeats-2); probes > most || probes < least {
				t.Errorf("%d probes an hour, want %d to %d: the clients were not idle with heartbeats", probes, least, most)
			}
		})
	}
}
