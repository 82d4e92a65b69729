package main

import "fmt"

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

// measureMainThread measures the same jobs by the time that the page's main
// thread spends on a message. Work of others on the machine does not count
// here, so that it tells small differences apart which the wall clock cannot.
func (b *bench) measureMainThread(t *tab, rounds int) error {
	pid, err := t.process()
	if err != nil {
		return err
	}
	const longer = 5 // bursts, beside which asking for one is little
	for round := -1; round < rounds; round++ {
		for _, j := range jobs {
			name := j.name + ", main thread"
			if j.byHand() || j.kind == "receive" && j.size > 100 || !b.wants(name) {
				continue // what is large takes its time elsewhere
			}
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
					err = d.check(impl+", "+name, count, count*j.size)
				}
				if err != nil {
					return err
				}
				if round >= 0 {
					b.row(Row{Group: "messages", Name: name, Unit: "µs", Speed: j.kind != "echo"}).
						add(impl, float64((after-before).Nanoseconds())/1000/float64(count))
				}
			}
		}
	}
	return nil
}

// measureMessages runs all jobs with all implementations, each in a frame of
// one page: one process, one thread, one event loop.
func (b *bench) measureMessages(rounds int) error {
	t, err := openTab(b.browser, "http://"+b.server.addr+"/page/all.html")
	if err != nil {
		return err
	}
	defer t.close()
	for _, impl := range implementations {
		if _, err := await[any](t, call("load", impl)); err != nil {
			return err
		}
	}
	bursts := max(12/b.divisor, 1)
	const warmUp = 2
	for round := -warmUp; round < rounds; round++ {
		for _, j := range jobs {
			if !b.wants(j.name) {
				continue
			}
			count := max(j.count/b.divisor, 10)
			all, err := await[map[string]done](t, call("round", round, implementations, bursts, j.kind, j.payload(), j.size, count))
			if err != nil {
				return err
			}
			for _, impl := range implementations {
				d := all[impl]
				if err := d.check(impl+", "+j.name, bursts*count, bursts*count*j.size); err != nil {
					return err
				}
				if round < 0 {
					continue
				}
				each := 1000 / float64(count) // µs a message
				b.row(Row{Group: "messages", Name: j.name, Unit: "µs", Speed: j.kind != "echo", Absolute: j.byHand()}).add(impl, d.Milliseconds*each)
				if j.kind == "send" {
					b.row(Row{Group: "messages", Name: j.name + ", the call", Unit: "µs", Speed: true}).add(impl, d.CallMs*each)
				}
			}
		}
	}
	return b.measureMainThread(t, rounds)
}
