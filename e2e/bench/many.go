package main

import (
	"fmt"
	"time"
)

// measureMany opens many sockets on one page, and asks each for an echo.
func (b *bench) measureMany(rounds int) error {
	for _, count := range []int{200, 1000} {
		name := fmt.Sprintf("%d sockets", count)
		if !b.wants(name) {
			continue
		}
		count = max(count/b.divisor, 4)
		for round := range rounds {
			for _, impl := range order(round) {
				t, err := b.frame(impl)
				if err != nil {
					return err
				}
				opened, err := await[done](t, call("work.more", count))
				if err == nil {
					err = opened.check(impl+", "+name, count, 0)
				}
				var echoed done
				if err == nil {
					echoed, err = await[done](t, "work.echoAll()")
				}
				if err == nil {
					err = echoed.check(impl+", "+name+", echoes", count, 100*count)
				}
				t.close()
				if err != nil {
					return err
				}
				b.row(Row{Group: "many", Name: name + ", until all are open", Unit: "ms"}).add(impl, opened.Milliseconds)
				b.row(Row{Group: "many", Name: name + ", an echo of each", Unit: "ms"}).add(impl, echoed.Milliseconds)
			}
		}
	}
	return nil
}

// frame opens a tab with one implementation and nothing else.
func (b *bench) frame(impl string) (*tab, error) {
	return openTab(b.browser, "http://"+b.server.addr+"/page/frame.html?impl="+impl)
}

// measureMemory measures what the first client adds to a page that has loaded
// the library, and what each further one does.
func (b *bench) measureMemory(rounds int) error {
	if !b.wants("memory") {
		return nil
	}
	further := max(200/b.divisor, 4)
	for round := range rounds {
		for _, impl := range order(round) {
			if impl == "ours-dropin" {
				continue // as ours-worker
			}
			if err := b.memoryOf(impl, further); err != nil {
				return fmt.Errorf("%s: %w", impl, err)
			}
		}
	}
	return nil
}

func (b *bench) memoryOf(impl string, further int) error {
	t, err := b.frame(impl)
	if err != nil {
		return err
	}
	defer t.close()
	pid, err := t.process()
	if err != nil {
		return err
	}
	var at [3]footprint
	for i, more := range []int{0, 1, further} {
		if more > 0 {
			if _, err := await[done](t, call("work.more", more)); err != nil {
				return err
			}
		}
		if at[i], err = t.footprint(pid); err != nil {
			return err
		}
	}
	const kilobyte, megabyte = 1000, 1_000_000
	add := func(name, unit string, scale float64, of func(footprint) float64, from, to int, clients float64) {
		b.row(Row{Group: "memory", Name: name, Unit: unit, Absolute: true}).add(impl, (of(at[to])-of(at[from]))/clients/scale)
	}
	heap := func(f footprint) float64 { return f.heap }
	buffers := func(f footprint) float64 { return f.buffers }
	process := func(f footprint) float64 { return f.process }
	add("first client: JavaScript heap", "kB", kilobyte, heap, 0, 1, 1)
	add("first client: buffers and wasm memory of the page", "kB", kilobyte, buffers, 0, 1, 1)
	add("first client: whole process", "MB", megabyte, process, 0, 1, 1)
	add("each further client: JavaScript heap", "kB", kilobyte, heap, 1, 2, float64(further))
	add("each further client: buffers and wasm memory of the page", "kB", kilobyte, buffers, 1, 2, float64(further))
	add("each further client: whole process", "kB", kilobyte, process, 1, 2, float64(further))
	return nil
}

// measureIdle measures the processor time of clients that do nothing but
// their heartbeats.
func (b *bench) measureIdle(rounds int) error {
	if !b.wants("idle") {
		return nil
	}
	clients := max(200/b.divisor, 4)
	watch := 6 * time.Second / time.Duration(b.divisor)
	for round := range rounds {
		for _, impl := range order(round) {
			if impl != "native" && impl != "control" && !ours(impl) {
				continue // without a heartbeat there is nothing to do
			}
			used, probes, err := b.idle(impl, clients, watch)
			if err != nil {
				return fmt.Errorf("%s: %w", impl, err)
			}
			if probes == 0 {
				return fmt.Errorf("%s: the server saw no heartbeat", impl)
			}
			// A thousand clients with a heartbeat every 30 s.
			perSecond := used.Seconds() / float64(probes) * 1000 / 30
			b.row(Row{Group: "idle", Name: "1,000 clients with heartbeats of 30 s: a core's time", Unit: "%", Absolute: true}).add(impl, 100*perSecond)
		}
	}
	return nil
}

// idle returns the processor time of the page, and how many heartbeats the
// server saw.
func (b *bench) idle(impl string, clients int, watch time.Duration) (time.Duration, int64, error) {
	t, err := b.frame(impl)
	if err != nil {
		return 0, 0, err
	}
	defer t.close()
	pid, err := t.process()
	if err != nil {
		return 0, 0, err
	}
	if _, err := await[done](t, call("work.beat", clients, 1000)); err != nil {
		return 0, 0, err
	}
	before, err := cpuTime(pid)
	if err != nil {
		return 0, 0, err
	}
	seen := b.server.pings.Load()
	time.Sleep(watch)
	after, err := cpuTime(pid)
	return after - before, b.server.pings.Load() - seen, err
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
			for _, impl := range order(round) {
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
