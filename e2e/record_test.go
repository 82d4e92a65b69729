package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// sees asserts the next entries of the page's record, one pattern each, in
// order and with nothing between. It waits until they are there.
//
// An entry is written as its event and payload, separated by spaces; strings
// that are empty or have a space are quoted. A star stands for anything.
func (p *page) sees(patterns ...string) {
	p.t.Helper()
	got, _ := p.entries(len(patterns))
	for i, want := range patterns {
		switch {
		case i >= len(got):
			p.t.Fatalf("entry %d: the page saw nothing, want %s", p.cursor+i, want)
		case !matches(want, got[i]):
			p.t.Fatalf("entry %d: the page saw %s, want %s", p.cursor+i, got[i], want)
		}
	}
	p.cursor += len(patterns)
}

// seesEach is sees for entries whose order means nothing.
func (p *page) seesEach(patterns ...string) {
	p.t.Helper()
	got, _ := p.entries(len(patterns))
	for _, want := range patterns {
		i := slices.IndexFunc(got, func(line string) bool { return matches(want, line) })
		if i < 0 {
			p.t.Fatalf("the page did not see %s among %q", want, got)
		}
		got = slices.Delete(got, i, i+1)
	}
	p.cursor += len(patterns)
}

// until waits for the next entry that fits the pattern and returns it with all
// that came before it since the last look.
func (p *page) until(pattern string) []string {
	p.t.Helper()
	var passed []string
	for {
		got, err := p.entries(1)
		for _, line := range got {
			p.cursor++
			passed = append(passed, line)
			if matches(pattern, line) {
				return passed
			}
		}
		if err != nil {
			p.t.Fatalf("the page did not see %s", pattern)
		}
	}
}

// quiet asserts that the page's record has nothing that was not looked at.
func (p *page) quiet() {
	p.t.Helper()
	if rest := p.rest(); len(rest) > 0 {
		p.t.Errorf("the page saw more than it should: %q", rest)
	}
}

// rest returns what was not looked at yet.
func (p *page) rest() []string { return get[lines](p, fmt.Sprintf(`seen.slice(%d)`, p.cursor)) }

// skip passes over what is in the record now.
func (p *page) skip() { p.cursor = get[int](p, `seen.length`) }

// entries waits for n entries after the cursor and returns all that are there.
// On error it returns those that came.
func (p *page) entries(n int) ([]string, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	script := fmt.Sprintf(`until(() => seen.length >= %d).then(() => seen.slice(%d))`, p.cursor+n, p.cursor)
	got, err := chromedp.Run(ctx, chromedp.Evaluate[lines](script, chromedp.EvalAwaitPromise))
	if err != nil {
		return p.rest(), err
	}
	return got, nil
}

// lines are entries of the record, as text.
type lines []string

func (l *lines) UnmarshalJSON(data []byte) error {
	var entries [][]any
	if err := json.Unmarshal(data, &entries); err != nil {
		return err
	}
	*l = make(lines, len(entries))
	for i, e := range entries {
		(*l)[i] = entryText(e)
	}
	return nil
}

var bare = regexp.MustCompile(`^[^\s"]+$|^\{.*\}$`)

func entryText(entry []any) string {
	words := make([]string, len(entry))
	for i, v := range entry {
		switch v := v.(type) {
		case string:
			words[i] = v
			if !bare.MatchString(v) {
				words[i] = strconv.Quote(v)
			}
		default:
			text, _ := json.Marshal(v)
			words[i] = string(text)
		}
		if len(words[i]) > 2000 {
			words[i] = words[i][:2000] + "…"
		}
	}
	return strings.Join(words, " ")
}

func matches(pattern, line string) bool {
	if !strings.Contains(pattern, "*") {
		return pattern == line
	}
	expr := "(?s)^" + strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, `.*`) + "$"
	return regexp.MustCompile(expr).MatchString(line)
}

// A pageLog collects the page's console and its uncaught exceptions.
type pageLog struct {
	mu      sync.Mutex
	console []string
	thrown  []string
	allowed []string
}

// take is called on the goroutine that reads the browser's messages.
func (l *pageLog) take(event any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		var words []string
		for _, arg := range e.Args {
			text := string(arg.Value)
			if s, err := strconv.Unquote(text); err == nil {
				text = s
			}
			if text == "" {
				text = arg.Description
			}
			words = append(words, text)
		}
		l.console = append(l.console, string(e.Type)+": "+strings.Join(words, " "))
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if x := e.ExceptionDetails.Exception; x != nil {
			text += " " + x.Description + string(x.Value)
		}
		l.thrown = append(l.thrown, text)
	}
}

func (l *pageLog) lines() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.console)
}

// uncaught returns the exceptions that the test did not announce.
func (l *pageLog) uncaught() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(l.thrown), func(text string) bool {
		return slices.ContainsFunc(l.allowed, func(part string) bool { return strings.Contains(text, part) })
	})
}
