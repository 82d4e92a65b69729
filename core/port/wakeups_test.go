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
			least := clients * (heartbeats - 2)
			if clients > 1 { // in a crowd they are a sixteenth later
				least = clients * (heartbeats*16/17 - 2)
			}
			if most := clients * heartbeats; probes > most || probes < least {
				t.Errorf("%d probes an hour, want %d to %d: the clients were not idle with heartbeats", probes, least, most)
			}
		})
	}
}

// Clients that opened at different times gather: within 25 intervals their probes
// leave together, not one by one, though timers are late now and then.
func TestProbesOfACrowdGather(t *testing.T) {
	const clients, interval, lives, late = 1000, 30_000, 35, 100
	h := new(Hub)
	var first []message
	for id := 1; id <= clients; id++ {
		first = append(first, create(id))
	}
	a := step(t, h, 0, first...)
	now, wakeUps, probes := 0.0, 0, 0
	opened := 0
	last := make([]float64, clients+1)
	for now < lives*interval {
		// Until all are open, one opens every 30 ms.
		if opens := float64(opened+1) * interval / clients; opened < clients && opens <= now+a.delay {
			opened++
			now = opens
			last[opened] = now
			a = step(t, h, now, msg("Connect", opened), msg("Opened", opened, 1))
			continue
		}
		now += a.delay + float64(int(now)%late)
		a = step(t, h, now, timer())
		if now > interval*(lives-10) {
			wakeUps++
		}
		var replies []message
		for _, s := range a.messages {
			if s.op != "Probe" {
				continue
			}
			probes++
			if gap := now - last[s.client]; gap < interval || gap > interval*17/16+late {
				t.Fatalf("client %d was probed %v ms after the time before", s.client, gap)
			}
			last[s.client] = now
			replies = append(replies, msg("Replied", s.client, s.args[0], 20))
		}
		if len(replies) > 0 {
			now += 20
			a = step(t, h, now, replies...)
		}
	}
	if most := 10 + 1; wakeUps > most {
		t.Errorf("the page was woken %d times in 10 intervals, want at most %d", wakeUps, most)
	}
	if probes < clients*(lives-4) {
		t.Errorf("%d probes", probes)
	}
}
