package main

import (
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

func (j job) onMainThread() string { return j.name + ", main thread" }

// measureMainThread measures the same jobs by the time that the page's main
// thread spends on a message. Work of others on the machine does not count
// here, so that it tells small differences apart which the wall clock cannot.
func (b *bench) measureMainThread(t *tab, pid int, jobs []job, first, end int) error {
	wanted := slices.DeleteFunc(slices.Clone(jobs), func(j job) bool {
		// What is large takes its time elsewhere.
		return j.byHand() || j.kind == "receive" && j.size > 100 || !b.wants(j.onMainThread())
	})
	if len(wanted) == 0 {
		return nil
	}
	const longer = 3 // bursts, beside which asking for one is little
	for round := first - 1; round < end; round++ {
		for _, j := range wanted {
			count := max(longer*j.count/b.divisor, 10)
			for _, impl := range order(round + 1) {
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
				if round >= first {
					b.row(Row{Group: "messages", Name: j.onMainThread(), Unit: "µs", Speed: j.kind != "echo"}).
						add(impl, float64((after-before).Nanoseconds())/1000/float64(count))
				}
			}
		}
	}
	return nil
}

// close reports whether the job is a small message's way to the listener: the
// bound is close to 1 there, and so are the rivals.
func (j job) close() bool { return j.kind == "receive" && j.size == 100 }

// measureMessages runs all jobs with all implementations, each in a frame of
// one page: one process, one thread, one event loop. A page is used for a few
// rounds. In each page the frames come in another order, because the place of a
// frame among them makes a difference that no number of rounds on the same page
// takes away; so close jobs have a page for each round, and more rounds.
func (b *bench) measureMessages(rounds int) error {
	wanted := slices.DeleteFunc(slices.Clone(jobs), func(j job) bool { return !b.wants(j.name) && !b.wants(j.onMainThread()) })
	for _, part := range []struct {
		jobs          []job
		rounds, aPage int
	}{
		{slices.DeleteFunc(slices.Clone(wanted), func(j job) bool { return !j.close() }), 2 * rounds, 1},
		{slices.DeleteFunc(wanted, job.close), rounds, 3},
	} {
		for first := 0; first < part.rounds && len(part.jobs) > 0; first += part.aPage {
			if err := b.measureMessagesOnPage(part.jobs, first, min(first+part.aPage, part.rounds), order(first/part.aPage)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *bench) measureMessagesOnPage(jobs []job, first, end int, frames []string) error {
	t, err := openTab(b.browser, "http://"+b.server.addr+"/page/all.html")
	if err != nil {
		return err
	}
	defer t.close()
	for _, impl := range frames {
		if _, err := await[any](t, call("load", impl)); err != nil {
			return err
		}
	}
	pid, err := t.process()
	if err != nil {
		return err
	}
	together, err := b.apart(pid)
	if err != nil {
		return fmt.Errorf("give the page a core of its own: %w", err)
	}
	defer together()
	const warmUp = 1
	for round := first - warmUp; round < end; round++ {
		for _, j := range jobs {
			if !b.wants(j.name) {
				continue
			}
			if err := b.measureJob(t, j, round, round >= first); err != nil {
				return err
			}
		}
	}
	return b.measureMainThread(t, pid, jobs, first, end)
}

// measureJob runs a job with all implementations, and notes what it took if it counts.
func (b *bench) measureJob(t *tab, j job, round int, counts bool) error {
	bursts, count := max(16/b.divisor, 1), max(j.count/b.divisor, 10)
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
			b.row(Row{Group: "messages", Name: j.name + ", the call", Unit: "µs", Speed: true}).add(impl, d.CallMs*each)
		}
	}
	return nil
}
