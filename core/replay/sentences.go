package replay

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/core/contract"
)

// sentences say what each message means. {name} is an argument by its name in
// the contract; what is in brackets is said only where an argument in it is not
// zero.
var sentences = map[string]string{
	"Timer":        "timer[, {late} late]",
	"Connect":      "connect()",
	"Close":        "close([{code}])",
	"Reconnect":    "reconnect()",
	"Handover":     "handover()",
	"Drain":        "the server drains: come again within {within}[, spread over {spread}]",
	"TripCircuit":  "openCircuit()",
	"ResetCircuit": "closeCircuit()",
	"Dispose":      "the client is gone",
	"MarkHealthy":  "markHealthy()",
	"Phase":        "dial {gen} may take {ms} from here on, or fails with {class}",
	"PutOff":       "dial {gen} is put off for {ms}",
	"Delayed":      "jitter() says {ms}",
	"Opened":       "socket {gen} opened",
	"Closed":       "socket {gen} closed with {code}[, {clean}][, {reached}][, meaning {verdict}][, come back in {retryAfter}][, spread over {spread}]",
	"Replied":      "a reply, {ms} after the probe",
	"Heard":        "the server was heard {ms} ago",
	"Hint":         "the server says when to come back, once this is over: in {retryAfter}[, spread over {spread}]",
	"Enqueue":      "message {id} waits, {bytes} bytes[, since {waited}][, for {ttl} at most][, priority {priority}][, in the place of {replaces}]",
	"TakeBack":     "drain(): all that waits is taken back",
	"Online":       "there is a network",
	"Offline":      "there is no network",
	"Hidden":       "the page is hidden",
	"Visible":      "the page is visible",
	"Wake":         "the page was asleep",
	"CircuitIs":    "others have changed the shared circuit",
	"BudgetIs":     "others have drawn on the retry budget",
	"Create":       "the core begins, and is told of what was before",
	"Restore":      "the core begins again: another has died",
	"Load":         "the core goes on from a dump",
	"Dump":         "a dump is asked for",

	"OpenSocket":        "dial {gen}",
	"OpenSpare":         "dial {gen}, beside the open socket",
	"Farewell":          "last words on socket {gen}",
	"TakeOver":          "socket {gen} takes over",
	"CloseSocket":       "close socket {gen}[ with {code}]",
	"Abandon":           "drop socket {gen}",
	"Probe":             "probe socket {gen}",
	"Ask":               "when was the server last heard?",
	"AskDelay":          "jitter(): how long is retry {attempt} to wait? {ms} by the schedule[, {previous} before it]",
	"Flush":             "flush {count}, from message {first} on",
	"Drop":              "drop {count}, from message {first} on ({drop})",
	"EmitStateChange":   "state {state}",
	"EmitCircuitChange": "circuit {circuit}",
	"EmitOpen":          "event open",
	"EmitError":         "event error: {class}",
	"EmitClose":         "event close[: {code}][, {clean}]",
	"EmitRetry":         "event retry: {attempt} in {ms} ({reason})",
	"EmitFailed":        "event failed after {attempts} dials: {class}",
	"Told":              "told of what others have done",
	"Snapshot":          "a snapshot",
}

var (
	optional = regexp.MustCompile(`\[[^\]]*\]`)
	argument = regexp.MustCompile(`\{\w+\}`)
)

// sentence says what a message means.
func sentence(m Message) string {
	ops := contract.ToPage
	if m.In {
		ops = contract.ToCore
	}
	said, ok := sentences[m.Op]
	if !ok {
		return m.Op
	}
	given := map[string]float64{}
	for _, op := range ops {
		if op.Name != m.Op {
			continue
		}
		for i, name := range strings.Fields(op.Args) {
			if i < len(m.Args) {
				given["{"+name+"}"] = m.Args[i]
			}
		}
	}
	if m.Op == "Drop" {
		given["{drop}"] = given["{reason}"]
	}
	said = optional.ReplaceAllStringFunc(said, func(part string) string {
		for _, name := range argument.FindAllString(part, -1) {
			if given[name] != 0 && (name != "{ttl}" || !math.IsInf(given[name], 1)) {
				return part[1 : len(part)-1]
			}
		}
		return ""
	})
	return argument.ReplaceAllStringFunc(said, func(name string) string { return word(name[1:len(name)-1], given[name]) })
}

var spelled = map[string][]contract.Name{
	"state": contract.States, "circuit": contract.Circuits, "class": contract.Classes, "reason": contract.RetryReasons,
	"drop": contract.DropReasons, "verdict": contract.Verdicts,
	"clean":   {{}, {Text: "cleanly"}},
	"reached": {{}, {Text: "nobody is there"}, {Text: "somebody is there"}, {Text: "a function failed"}},
}

// word spells an argument.
func word(name string, arg float64) string {
	if names := spelled[name]; arg >= 0 && arg < float64(len(names)) {
		return names[int(arg)].Text
	}
	switch name {
	case "late", "within", "spread", "ms", "retryAfter", "waited", "ttl", "previous":
		return span(arg)
	}
	return strconv.FormatFloat(arg, 'g', 8, 64)
}

// span writes milliseconds.
func span(ms float64) string {
	switch {
	case ms < 0:
		return "nothing"
	case ms > 1e12:
		return "for ever"
	}
	return time.Duration(ms * float64(time.Millisecond)).Round(100 * time.Microsecond).String()
}
