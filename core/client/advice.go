package client

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// advice is what the end of a socket means for the next dial: the verdict, and
// when the server wants it. Zero where nobody has said.
type advice struct {
	verdict            core.Verdict
	retryAfter, spread tick.Duration
}

// event is what the machine is told of the end of a socket.
func (e *ending) event(gen uint32, c *Client) core.Event {
	o := &c.opts
	a := e.advice
	if a.verdict == core.ByCode {
		a.verdict = core.VerdictOf(o.closeCodes, e.code)
	}
	if a.retryAfter == 0 && a.spread == 0 && core.VerdictOf(o.hintCodes, e.code) != core.ByCode {
		a.retryAfter, a.spread = hintIn(e.reason)
	}
	if a.verdict == Refresh || a.verdict == core.ByCode && core.DefaultVerdict(e.code) == Refresh {
		c.refresh.Store(true)
	}
	return core.Event{Kind: core.Closed, Gen: gen, Code: e.code, Clean: e.clean, Reached: e.reached,
		Verdict: a.verdict, RetryAfter: a.retryAfter, Spread: a.spread}
}

// hintIn reads when the server wants the next dial out of the reason of a
// close: "retry=5000;spread=10000" in milliseconds, or the same as JSON.
func hintIn(reason string) (retryAfter, spread tick.Duration) {
	var given map[string]any
	if json.Unmarshal([]byte(reason), &given) != nil {
		given = numbersIn(reason)
	}
	name := "retryAfter"
	if given[name] == nil {
		name = "retry"
	}
	retryAfter, _ = millisIn(given, name, 0)
	spread, _ = millisIn(given, "spread", 0)
	return retryAfter, spread
}

// numbersIn finds each key=123 among parts between separators.
func numbersIn(text string) map[string]any {
	found := map[string]any{}
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(";,&", r) || unicode.IsSpace(r) }) {
		key, digits, _ := strings.Cut(part, "=")
		if n, err := strconv.ParseFloat(digits, 64); err == nil && strings.Trim(digits, "0123456789") == "" {
			found[key] = n
		}
	}
	return found
}

// ranges reads a table of verdicts by code ("4401") or range ("4500-4599"). Of
// two as narrow ranges that overlap the one with the lower codes counts.
func ranges(name string, table map[string]Verdict) (read []core.CodeRange, err error) {
	for _, key := range slices.Sorted(maps.Keys(table)) {
		verdict := table[key]
		from, to, ok := codeRange(key)
		if !ok {
			return nil, bad(name, key, "a close code such as 4401, or a range such as 4500-4599")
		}
		if verdict == core.ByCode || verdict > core.Stop {
			return nil, bad(name, int(verdict), "ComeBack, Slow, Refresh or Stop")
		}
		read = append(read, core.CodeRange{From: from, To: to, Verdict: verdict})
	}
	return read, nil
}

// checkCodes reads the tables of close codes.
func (o *Options) checkCodes() (err error) {
	if o.closeCodes, err = ranges("CloseCodes", o.CloseCodes); err != nil {
		return err
	}
	hints := map[string]Verdict{"1012": ComeBack, "1013": ComeBack}
	if o.HintCodes != nil {
		clear(hints)
	}
	for _, key := range o.HintCodes {
		hints[key] = ComeBack
	}
	o.hintCodes, err = ranges("HintCodes", hints)
	return err
}

func codeRange(key string) (from, to int, ok bool) {
	low, high, two := strings.Cut(key, "-")
	if !two {
		high = low
	}
	first, err := strconv.ParseUint(low, 10, 16)
	last, err2 := strconv.ParseUint(high, 10, 16)
	return int(first), int(last), err == nil && err2 == nil && len(low) == 4 && len(high) == 4 && first > 0 && first <= last
}
