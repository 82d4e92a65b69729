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
				a = wake(t, h, now)
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

// wake is what one timer leads to: where an answer is full, the host asks for
// the next at once.
func wake(t *testing.T, h *Hub, now float64) answer {
	t.Helper()
	a := step(t, h, now, timer())
	for all := len(a.messages); a.delay == 0; all = len(a.messages) {
		next := step(t, h, now, timer())
		next.messages = append(a.messages, next.messages...)
		if a = next; len(a.messages) == all {
			t.Fatal("an answer is empty, and wants another at once")
		}
	}
	return a
}

// A crowd whose time has come together is no one answer, which the module's memory
// would grow with for good; and each has its turn, though the first ones' time
// comes again before the last ones'.
func TestLongestAnswerToTimer(t *testing.T) {
	const clients, interval = 1000, 1000
	h := new(Hub)
	for id := 1; id <= clients; id++ {
		step(t, h, 0, create(id, "heartbeatInterval=1000"), msg("Connect", id), msg("Opened", id, 1))
	}
	now := 0.0
	probed := map[int]int{}
	for range 10 {
		now += 2 * interval // by then each is due again, in the middle of a round too
		numbers := h.Step(batch(now, timer()))
		if len(numbers) < 8192 || len(numbers) > 8192+256 { // what the host has room for: see host.ts
			t.Errorf("an answer of %d numbers", len(numbers))
		}
		a := parse(t, numbers)
		if a.delay != 0 {
			t.Errorf("a delay of %v ms, with clients that were not come to", a.delay)
		}
		var replies []message
		for _, s := range a.messages {
			if s.op == "Probe" {
				probed[s.client]++
				replies = append(replies, msg("Replied", s.client, s.args[0], 1))
			}
		}
		step(t, h, now+1, replies...)
	}
	for id := 1; id <= clients; id++ {
		if probed[id] == 0 {
			t.Fatalf("client %d was never come to", id)
		}
	}
}

// A few clients with much to tell are stepped when their time has come, as each is
// in the replay of its trace.
func TestLongAnswerOfAFewClients(t *testing.T) {
	const clients, messages, ttl = 2, 4000, 1000
	h := new(Hub)
	for id := 1; id <= clients; id++ {
		all := []message{create(id, "maxMessages=4000")}
		for i := 1; i <= messages; i++ {
			all = append(all, msg("Enqueue", id, float64(i), 1, 0, float64(ttl*(1+i%2)), 0, 0)) // each second one stays
		}
		step(t, h, 0, all...)
	}
	dropped := map[int]int{}
	for _, s := range step(t, h, ttl, timer()).messages {
		if s.op == "Drop" {
			dropped[s.client]++
		}
	}
	for id := 1; id <= clients; id++ {
		if dropped[id] != messages/2 {
			t.Errorf("client %d was told of %d messages that expired, want %d", id, dropped[id], messages/2)
		}
	}
}

// Of as many clients as may be left for the next answer the page keeps no trace:
// their dump is longer than the recorder takes.
func TestDumpOfACrowdIsTooLongForATrace(t *testing.T) {
	const clients, longest = 150, 16384 // fullClients in hub.go, LONGEST_DUMP in recorder.ts
	h := new(Hub)
	for id := 1; id <= clients; id++ {
		step(t, h, 0, create(id))
	}
	if dump := h.Step(batch(0, msg("Dump", 0, 1e9))); len(dump) <= longest {
		t.Errorf("the dump of %d clients has %d numbers", clients, len(dump))
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
		a = wake(t, h, now)
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
