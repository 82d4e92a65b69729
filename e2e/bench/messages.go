package main

import (
	"errors"
	"fmt"
	"slices"
)

// A job is work with messages on one open connection.
type job struct {
	name  string
	kind  string // function of work.js
	text  bool
	size  int // bytes a message
	count int // messages a burst: about 8 ms of work
}

var jobs = []job{
	{"receive text, 100 B", "receive", true, 100, 200},
	{"receive text, 4 KiB", "receive", true, 4 << 10, 100},
	{"receive binary, 100 B", "receive", false, 100, 200},
	{"receive binary, 64 KiB", "receive", false, 64 << 10, 15},
	{"receive text, 100 B, by hand", "deliver", true, 100, 10000},
	{"receive binary, 100 B, by hand", "deliver", false, 100, 10000},
	{"send text, 100 B, by hand", "handOver", true, 100, 10000},
	{"send text, 100 B", "send", true, 100, 200},
	{"send binary, 4 KiB", "send", false, 4 << 10, 100},
	{"echo round trip, 100 B", "echo", true, 100, 25},
}

func (j job) payload() string {
	if j.text {
		return "text"
	}
	return "binary"
}

// done is what the functions of work.js answer.
type done struct {
	Milliseconds float64 `json:"ms"`
	CallMs       float64 `json:"callMs"`
	Messages     int     `json:"messages"`
	Bytes        int     `json:"bytes"`
}

func (d done) check(what string, messages, bytes int) error {
	if d.Messages != messages || d.Bytes != bytes {
		return fmt.Errorf("%s: %d messages with %d bytes arrived, want %d with %d", what, d.Messages, d.Bytes, messages, bytes)
	}
	return nil
}

// byHand reports whether the job leaves the network out.
func (j job) byHand() bool { return j.kind == "deliver" || j.kind == "handOver" }

// What the names of rows end with that look at a part of a job.
const (
	mainThread = ", main thread"
	theCall    = ", the call"
)

func (j job) onMainThread() string { return j.name + mainThread }

// measureMainThread measures the same job by the time that the page's main
// thread spends on a message. Work of others on the machine does not count
// here, so that it tells small differences apart which the wall clock cannot. But
// the bursts are of two kinds, and one costs half as much again, whoever's it is
// (the thread may sleep between messages, or find many when it looks); so the
// cheapest count.
func (b *bench) measureMainThread(t *tab, pid int, j job, round int) error {
	const longer = 3 // beside so long a burst asking for it is little
	count := max(longer*j.count/b.divisor, 10)
	used := map[string][]float64{}
	for burst := range max(24/b.divisor, 1) {
		// Whose garbage it is that is collected within a burst is chance.
		if _, err := await[any](t, "tidy()"); err != nil {
			return err
		}
		for _, impl := range order(implementations, round+burst) {
			before, err := mainThreadTime(pid)
			if err != nil {
				return err
			}
			d, err := await[done](t, call("run", impl, j.kind, j.payload(), j.size, count))
			if err != nil {
				return err
			}
			after, err := mainThreadTime(pid)
			if err == nil {
				err = d.check(impl+", "+j.onMainThread(), count, count*j.size)
			}
			if err != nil {
				return err
			}
			used[impl] = append(used[impl], float64((after-before).Nanoseconds())/1000/float64(count))
		}
	}
	for impl, each := range used {
		b.row(Row{Group: "messages", Name: j.onMainThread(), Unit: "µs", Speed: j.kind != "echo"}).add(impl, lowest(each))
	}
	return nil
}

// measureMessages runs all jobs with all implementations, each in a frame of
// one page: one process, one thread, one event loop. Each round has a page of
// its own, and in each the frames come in another order, because the place of a
// frame among them makes a difference that no number of rounds on the same page
// takes away.
func (b *bench) measureMessages(rounds int) error {
	wanted := slices.DeleteFunc(slices.Clone(jobs), func(j job) bool { return !b.wants(j.name) && !b.wants(j.onMainThread()) })
	onNetwork := slices.DeleteFunc(slices.Clone(wanted), job.byHand)
	byHand := slices.DeleteFunc(slices.Clone(wanted), func(j job) bool { return !j.byHand() })
	received := slices.DeleteFunc(wanted, func(j job) bool { return j.kind != "receive" || !b.wants(j.name) })
	// Of twenty rounds, 24 pages are made: in three times eight every order is as good as another.
	for _, part := range []struct {
		jobs       []job
		rounds     int
		mainThread bool
	}{
		{onNetwork, rounds + rounds/5, true},
		{received, rounds / 4 * 8, false}, // no rival is to be faster, and they are a hundredth apart
		{byHand, (rounds + 1) / 2, false},
	} {
		for round := 0; round < part.rounds && len(part.jobs) > 0; round++ {
			if err := b.measureMessagesOnPage(part.jobs, round, part.mainThread); err != nil {
				return err
			}
		}
	}
	return nil
}

// openAll loads the page with all implementations, each with an open connection.
// Nothing is measured yet: a page on which one of them does not open, as a native
// WebSocket once did not within a minute, is made anew rather than an hour's work
// thrown away.
func (b *bench) openAll(round int) (*tab, error) {
	const tries = 3
	for try := 1; ; try++ {
		t, err := openTab(b.browser, "http://"+b.server.addr+"/page/all.html")
		if err != nil {
			return nil, err
		}
		for _, impl := range order(implementations, round) {
			if _, err = await[any](t, call("load", impl)); err != nil {
				break
			}
		}
		if err == nil {
			return t, nil
		}
		t.close()
		if try == tries {
			return nil, err
		}
		b.say(fmt.Sprintf("round %d is begun again: %v", round, err))
	}
}

func (b *bench) measureMessagesOnPage(jobs []job, round int, mainThread bool) (err error) {
	t, err := b.openAll(round)
	if err != nil {
		return err
	}
	defer t.close()
	pid, err := t.process()
	if err != nil {
		return err
	}
	together, err := b.apart(pid)
	if err != nil {
		return fmt.Errorf("give the page a core of its own: %w", err)
	}
	defer func() { err = errors.Join(err, together()) }()
	const warmUp = 8
	for _, j := range jobs {
		if !b.wants(j.name) {
			continue
		}
		// What differs between two values of a page is nearly all of it the noise of the bursts, and goes down as their root.
		bursts := 64
		if j.byHand() {
			bursts = 16 // quieter, and longer
		}
		if err := b.measureJob(t, j, round, warmUp, false); err != nil {
			return err
		}
		if err := b.measureJob(t, j, round, bursts, true); err != nil {
			return err
		}
	}
	for _, j := range jobs {
		if mainThread && b.wants(j.onMainThread()) {
			if err := b.measureMainThread(t, pid, j, round); err != nil {
				return err
			}
		}
	}
	return nil
}

// measureJob runs a job with all implementations for so many bursts, and notes what it took if it counts.
func (b *bench) measureJob(t *tab, j job, round, bursts int, counts bool) error {
	bursts, count := max(bursts/b.divisor, 1), max(j.count/b.divisor, 10)
	all, err := await[map[string]done](t, call("round", round, implementations, bursts, j.kind, j.payload(), j.size, count))
	if err != nil {
		return err
	}
	for _, impl := range implementations {
		d := all[impl]
		if err := d.check(impl+", "+j.name, bursts*count, bursts*count*j.size); err != nil {
			return err
		}
		if !counts {
			continue
		}
		each := 1000 / float64(count) // µs a message
		b.row(Row{Group: "messages", Name: j.name, Unit: "µs", Speed: j.kind != "echo", Absolute: j.byHand()}).add(impl, d.Milliseconds*each)
		if j.kind == "send" {
			b.row(Row{Group: "messages", Name: j.name + theCall, Unit: "µs", Speed: true}).add(impl, d.CallMs*each)
		}
	}
	return nil
}
