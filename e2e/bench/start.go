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
		Name  string `json:"name"`
		Bytes int    `json:"encodedBodySize"`
	} `json:"loaded"`
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
		for round := range max(rounds*n.rounds/4, 1) {
			for _, impl := range order(starters, round) {
				if err := b.measureOneStart(l, impl); err != nil {
					return err
				}
			}
		}
		for round := range rounds * n.closer / 4 {
			for _, impl := range order([]string{"partysocket", floor}, round) {
				if err := b.measureOneStart(l, impl); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// measureOneStart measures one start of an implementation.
func (b *bench) measureOneStart(l *link, impl string) error {
	network := l.network.Name
	s, err := b.start(l, impl, false)
	if err != nil {
		return fmt.Errorf("%s, %s: %w", network, impl, err)
	}
	if s.OpenMs <= 0 || s.EchoMs < s.OpenMs {
		return fmt.Errorf("%s, %s: open after %v ms, first echo after %v ms", network, impl, s.OpenMs, s.EchoMs)
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
