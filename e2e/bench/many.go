package main

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"
)

// crowds are how many clients measureMany opens on one page. Chromium has no more
// than 255 sockets, and opens those to one address one after another, some 25 ms
// each; so beyond that the clients get sockets that only look like sockets.
var crowds = []struct {
	count   int
	standIn bool
	name    string
}{
	{200, false, "200 sockets"},
	{1000, true, "1000 clients on stand-in sockets"},
}

// measureMany opens many sockets on one page, and asks each for an echo.
func (b *bench) measureMany(rounds int) error {
	for _, crowd := range crowds {
		if !b.wants(crowd.name) {
			continue
		}
		count := max(crowd.count/b.divisor, 4)
		for round := range rounds {
			for _, impl := range order(implementations, round) {
				if impl == "ours-dropin" {
					continue // as ours-worker
				}
				opened, echoed, err := b.open(impl, count, crowd.standIn)
				if err == nil {
					err = opened.check("opened", count, 0)
				}
				if err == nil {
					err = echoed.check("echoes", count, 100*count)
				}
				if err != nil {
					return fmt.Errorf("%s, %s: %w", crowd.name, impl, err)
				}
				b.row(Row{Group: "many", Name: crowd.name + ", until all are open", Unit: "ms"}).add(impl, opened.Milliseconds)
				b.row(Row{Group: "many", Name: crowd.name + ", an echo of each", Unit: "ms"}).add(impl, echoed.Milliseconds)
			}
		}
	}
	return nil
}

// echoes are how often open asks a crowd for an echo of each, and counts the
// median. The first time is not counted: then the page is still told by a core
// what has become of all that were opened, once.
const echoes = 9

// open opens a crowd of clients and has an echo of each.
func (b *bench) open(impl string, count int, standIn bool) (opened, echoed done, err error) {
	t, err := b.frameWith(impl, standIn)
	if err != nil {
		return opened, echoed, err
	}
	defer t.close()
	if opened, err = await[done](t, call("work.more", count)); err != nil {
		return opened, echoed, err
	}
	var each []float64
	for try := range 1 + echoes {
		if echoed, err = await[done](t, "work.echoAll()"); err != nil {
			return opened, echoed, err
		}
		if try > 0 {
			each = append(each, echoed.Milliseconds)
		}
	}
	echoed.Milliseconds = spread(each).Median
	return opened, echoed, nil
}

// frame opens a tab with one implementation and nothing else.
func (b *bench) frame(impl string) (*tab, error) { return b.frameWith(impl, false) }

func (b *bench) frameWith(impl string, standIn bool) (*tab, error) {
	query := url.Values{"impl": {impl}}
	if standIn {
		query.Set("standin", "")
	}
	return openTab(b.browser, "http://"+b.server.addr+"/page/frame.html?"+query.Encode())
}

// measureMemory measures what the first client adds to a page that has loaded
// the library, and what each further one does.
func (b *bench) measureMemory(rounds int) error {
	if !b.wants("memory") {
		return nil
	}
	for round := range rounds {
		for _, impl := range order(implementations, round) {
			if impl == "ours-dropin" {
				continue // as ours-worker
			}
			first, err := b.growth(impl, false, 0, 1)
			if err != nil {
				return fmt.Errorf("%s: %w", impl, err)
			}
			b.addMemory("first client", impl, first)
			// By then all code is loaded and optimized, and what grows are the clients.
			// A socket of the browser's own counts for none of them.
			further, err := b.growth(impl, true, max(2000/b.divisor, 4), max(6000/b.divisor, 20))
			if err != nil {
				return fmt.Errorf("%s: %w", impl, err)
			}
			b.addMemory("each further client, on stand-in sockets", impl, further)
		}
	}
	return nil
}

func (b *bench) addMemory(name, impl string, f footprint) {
	const kilobyte = 1000
	for _, part := range []struct {
		name  string
		bytes float64
	}{
		{"JavaScript heap", f.heap},
		{"buffers and wasm memory of the page", f.buffers},
		{"whole process", f.process},
	} {
		b.row(Row{Group: "memory", Name: name + ": " + part.name, Unit: "kB", Absolute: true}).add(impl, part.bytes/kilobyte)
	}
}

// growth returns what each client adds from one number of them to another. A
// process that grew by less than the page's JavaScript heap did is another than the
// page's, which was busy when we sought it: then all is done anew.
func (b *bench) growth(impl string, standIn bool, from, to int) (each footprint, err error) {
	for range 5 {
		if each, err = b.grow(impl, standIn, from, to); err != nil || b.divisor > 1 || each.process >= each.heap {
			return each, err
		}
	}
	return each, errors.New("cannot tell which process grows with the page's clients")
}

func (b *bench) grow(impl string, standIn bool, from, to int) (each footprint, err error) {
	t, err := b.frameWith(impl, standIn)
	if err != nil {
		return each, err
	}
	defer t.close()
	pid, err := t.process()
	if err != nil {
		return each, err
	}
	var at [2]footprint
	for i, more := range []int{from, to - from} {
		if more > 0 {
			if _, err := await[done](t, call("work.more", more)); err != nil {
				return each, err
			}
			if _, err := await[done](t, "work.echoAll()"); err != nil {
				return each, err
			}
		}
		if at[i], err = t.footprint(pid); err != nil {
			return each, err
		}
	}
	clients := float64(to - from)
	return footprint{(at[1].heap - at[0].heap) / clients, (at[1].buffers - at[0].buffers) / clients, (at[1].process - at[0].process) / clients}, nil
}

// measureIdle measures the processor time of clients that do nothing but
// their heartbeats: on 200 sockets, network and all, and on 1,000 that stand in.
func (b *bench) measureIdle(rounds int) error {
	for _, crowd := range crowds {
		if !b.wants("idle, " + crowd.name) {
			continue
		}
		for round := range rounds {
			for _, impl := range order(implementations, round) {
				if impl != "native" && impl != "control" && !slices.Contains(mine, impl) {
					continue // without a heartbeat there is nothing to do
				}
				each, err := b.idle(impl, max(crowd.count/b.divisor, 4), crowd.standIn)
				if err != nil {
					return fmt.Errorf("%s: %w", impl, err)
				}
				share := each * 1000 / 30 // a thousand clients with a heartbeat every 30 s
				b.row(Row{Group: "idle", Name: "a core's time for 1,000 heartbeats in 30 s, on " + crowd.name, Unit: "%", Absolute: true}).add(impl, 100*share)
			}
		}
	}
	return nil
}

// idle returns the processor time, in seconds, that the page uses for one
// heartbeat: the median of several whole intervals, since now and then the
// browser compiles or collects what the start has left.
func (b *bench) idle(impl string, clients int, standIn bool) (float64, error) {
	t, err := b.frameWith(impl, standIn)
	if err != nil {
		return 0, err
	}
	defer t.close()
	pid, err := t.process()
	if err != nil {
		return 0, err
	}
	const interval, windows = 1000, 9 // ms: much more often than in use, for more to measure
	warmUp := 3
	if !standIn {
		warmUp = 25 // sockets open one after another; by then their probes leave together
	}
	if _, err := await[done](t, call("work.beat", clients, interval/b.divisor)); err != nil {
		return 0, err
	}
	var each []float64
	var before time.Duration
	var seen int64
	enough := warmUp + max(windows/b.divisor, 1)
	for window := 0; window < enough || len(each) == 0 && window < 100; window++ { // short windows may see none
		used, err := cpuTime(pid)
		if err != nil {
			return 0, err
		}
		pings := b.server.pings.Load()
		if standIn {
			if pings, err = await[int64](t, "StandIn.pings"); err != nil {
				return 0, err
			}
		}
		if window >= warmUp && pings > seen {
			each = append(each, (used-before).Seconds()/float64(pings-seen))
		}
		before, seen = used, pings
		time.Sleep(time.Duration(interval/b.divisor) * time.Millisecond) // so that each client's probe counts
	}
	if len(each) == 0 {
		return 0, errors.New("nobody saw a heartbeat")
	}
	return spread(each).Median, nil
}

// measureRecovery measures from the close event to the next open.
func (b *bench) measureRecovery(rounds int) error {
	for _, delay := range []int{10, 0} {
		name := "from a drop to open again, after a delay of 10 ms"
		if delay == 0 {
			name = "from a drop to open again, as each does by default"
		}
		if !b.wants("recovery, " + name) {
			continue
		}
		for round := range rounds {
			if delay == 0 && b.divisor > 1 {
				break // seconds of waiting
			}
			for _, impl := range order(implementations, round) {
				t, err := b.frame(impl)
				if err != nil {
					return err
				}
				d, err := await[done](t, call("work.recover", delay))
				t.close()
				if err != nil {
					return err
				}
				b.row(Row{Group: "recovery", Name: name, Unit: "ms", Absolute: delay == 0}).add(impl, d.Milliseconds)
			}
		}
	}
	return nil
}
