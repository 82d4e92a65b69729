package main

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/chromedp/chromedp"
)

// started is what page/start.html finds.
type started struct {
	OpenMs     float64 `json:"openMs"`
	EchoMs     float64 `json:"echoMs"`
	LongTasks  int     `json:"longTasks"`
	LongTaskMs float64 `json:"longTaskMs"`
	// MainThreadMs is the processor time that the page's main thread has had, on a near link.
	MainThreadMs float64 `json:"-"`
	// Loaded is what the page had loaded when the socket opened.
	Loaded []struct {
		Name    string  `json:"name"`
		AskedMs float64 `json:"requestStart"`
		Bytes   int     `json:"encodedBodySize"`
	} `json:"loaded"`
}

// asked is when the page asked for the script that the implementation waits for, if it does.
func (s *started) asked(impl string) (ms float64, waits bool) {
	if impl == early || len(s.Loaded) == 0 {
		return 0, false
	}
	return s.Loaded[0].AskedMs, true
}

// start loads a fresh page over the link and returns what it found at the
// first echo; with watch it waits for our core as well.
func (b *bench) start(l *link, impl string, watch bool) (s started, err error) {
	query := url.Values{"impl": {impl}}
	if watch {
		query.Set("watch", "")
	}
	t, err := openTab(b.browser, "about:blank")
	if err != nil {
		return s, err
	}
	defer t.close()
	if err := b.rest(); err != nil {
		return s, err
	}
	if err := t.do(chromedp.Navigate("http://" + l.Addr() + "/start?" + query.Encode())); err != nil {
		return s, err
	}
	wait := "started.echoed"
	if watch {
		// A long task is reported when it is over: two turns later it is there.
		wait += ".then(() => coreIsReady('" + impl + "')).then(() => new Promise((done) => requestIdleCallback(() => setTimeout(done, 100))))"
	}
	if s, err = await[started](t, wait+".then(() => started)"); err != nil {
		return s, err
	}
	if l.near() {
		s.MainThreadMs, err = t.worked()
	}
	return s, err
}

const (
	// bytesBeforeOpen ends the names of the rows that count what a page has loaded.
	bytesBeforeOpen = ", script bytes loaded before open"
	// mainThreadsTime ends the name of the row that counts what a page has worked.
	mainThreadsTime = ", main thread's time until the first echo"
)

// measureStart measures from navigation to open and to the first echo, with
// nothing cached, over each network.
func (b *bench) measureStart(rounds int) error {
	for _, n := range networks {
		if !b.wants("start, " + n.Name) {
			continue
		}
		l, err := newLink(n.quicker(b.divisor), b.server.addr)
		if err != nil {
			return err
		}
		defer l.Close()
		asked := map[string][]float64{}
		measure := func(impls []string, rounds int) error {
			for round := range rounds {
				for _, impl := range order(impls, round) {
					if err := b.measureOneStart(l, impl, asked); err != nil {
						return err
					}
				}
			}
			return nil
		}
		if err := measure(starters, max(rounds*n.rounds/4, 1)); err != nil {
			return err
		}
		if err := measure(contested, rounds/4*n.closer); err != nil {
			return err
		}
		for _, row := range b.Rows {
			if row.Group == "start" && !row.Absolute && strings.HasPrefix(row.Name, n.Name+", ") {
				row.evenOut(asked)
			}
		}
	}
	return nil
}

// evenOut takes out of a row what its starts have had to wait for before anything
// differed: in the place of the time until each asked for its script comes the median of all.
func (r *Row) evenOut(asked map[string][]float64) {
	var all []float64
	for _, times := range asked {
		all = append(all, times...)
	}
	median := spread(all).Median
	for impl, times := range asked {
		for i, ms := range times {
			r.Values[impl][i] += median - ms
		}
	}
}

// measureOneStart measures one start of an implementation, and notes when it asked for its script.
func (b *bench) measureOneStart(l *link, impl string, asked map[string][]float64) error {
	network := l.network.Name
	s, err := b.start(l, impl, false)
	if err != nil {
		return fmt.Errorf("%s, %s: %w", network, impl, err)
	}
	if s.OpenMs <= 0 || s.EchoMs < s.OpenMs {
		return fmt.Errorf("%s, %s: open after %v ms, first echo after %v ms", network, impl, s.OpenMs, s.EchoMs)
	}
	if ms, waits := s.asked(impl); waits {
		if ms <= 0 || ms >= s.OpenMs {
			return fmt.Errorf("%s, %s: open after %v ms, its script asked for after %v ms", network, impl, s.OpenMs, ms)
		}
		asked[impl] = append(asked[impl], ms)
	}
	b.row(Row{Group: "start", Name: network + ", to open", Unit: "ms"}).add(impl, s.OpenMs)
	b.row(Row{Group: "start", Name: network + ", to the first echo", Unit: "ms"}).add(impl, s.EchoMs)
	if l.near() {
		b.row(Row{Group: "start", Name: network + mainThreadsTime, Unit: "ms", Absolute: true}).add(impl, s.MainThreadMs)
	}
	bytes := 0
	for _, f := range s.Loaded {
		bytes += f.Bytes
	}
	b.row(Row{Group: "start", Name: network + bytesBeforeOpen, Unit: "B", Absolute: true}).add(impl, float64(bytes))
	return nil
}

// measureLongTasks counts what holds up the main thread for more than 50 ms,
// from navigation until the first echo is there and our core is ready.
func (b *bench) measureLongTasks(rounds int) error {
	if !b.wants("start, long tasks") {
		return nil
	}
	l, err := newLink(networks[0], b.server.addr)
	if err != nil {
		return err
	}
	defer l.Close()
	for round := range rounds {
		for _, impl := range order(starters, round) {
			s, err := b.start(l, impl, true)
			if err != nil {
				return fmt.Errorf("%s: %w", impl, err)
			}
			b.row(Row{Group: "start", Name: "long tasks until all is loaded", Unit: "", Absolute: true}).add(impl, float64(s.LongTasks))
			b.row(Row{Group: "start", Name: "long tasks, together", Unit: "ms", Absolute: true}).add(impl, s.LongTaskMs)
		}
	}
	return nil
}

// ours tells whether an implementation is this project's.
func ours(impl string) bool { return strings.HasPrefix(impl, "ours") }
