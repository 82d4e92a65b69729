package main

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"

	"github.com/websocket-reconnect/websocket-reconnect/core/contract"
)

//go:embed options.go.tmpl
var optionsTemplate string

// elsewhere are the core's options that mean something in a page alone, or that
// the template has: to a Go program the circuit's name says something else.
var elsewhere = map[string]bool{"hiddenPolicy": true, "circuitBreaker.name": true}

const jitterFunc = `
	// JitterFunc says how long a retry waits, in place of Jitter and JitterMode;
	// what is longer than MaxDelay is MaxDelay. A negative time leaves it to
	// [Equal]. It is asked where the delay is the schedule's: not where the server
	// has said when to come back or has closed by policy, nor of the wait for an
	// open circuit, while offline, or within 10 s after the network's return. It is
	// called from the client's own goroutine, should return at once, and must not
	// call the client.
	JitterFunc func(JitterInfo) time.Duration
`

// clientGo writes what core/client takes of the contract: a field for each of
// the core's options, their defaults, and the checks of their ranges.
func clientGo() string {
	var fields, defaults, checks strings.Builder
	for _, o := range coreOptions() {
		if elsewhere[o.Name] {
			continue
		}
		fields.WriteString("\n" + strings.TrimPrefix(comment(fmt.Sprintf("%s is the page's %s. %s %s",
			o.Field, o.Name, clientDoc(o.Doc), clientZero(o))), "\n"))
		fmt.Fprintf(&fields, "%s %s\n", o.Field, clientType(o))
		if o.Kind == contract.Jitter {
			fmt.Fprintf(&fields, "\n// %[1]sMode says how %[1]s spreads: [Proportional], the default, [Full], [Equal] or\n// [Decorrelated]; with the last three %[1]s does not count.\n%[1]sMode %[1]sMode\n", o.Field)
			fields.WriteString(jitterFunc)
			fmt.Fprintf(&defaults, "cfg.%[1]sMode = o.%[1]sMode\nif o.%[1]sFunc != nil {\ncfg.%[1]sMode = backoff.Custom\n}\n", o.Field)
			fmt.Fprintf(&checks, "checkChoice(%q, o.%sMode, Decorrelated),\n", o.Field+"Mode", o.Field)
		}
		fill, check := clientCode(o)
		defaults.WriteString(fill)
		checks.WriteString(check)
	}
	return strings.NewReplacer("{{header}}", header, "{{fields}}", fields.String(),
		"{{defaults}}", defaults.String(), "{{checks}}", checks.String()).Replace(optionsTemplate)
}

func clientType(o contract.Option) string {
	switch o.Kind {
	case contract.Millis:
		return "time.Duration"
	case contract.Factor, contract.Jitter:
		return "float64"
	case contract.Causes:
		return "[]Class"
	case contract.Choice:
		if strings.Contains(o.GoType, ".") {
			return o.GoType
		}
		return "core." + o.GoType
	}
	return "int"
}

// clientDoc says in Go what the page's documentation says in JavaScript, and
// leaves out what is true of browsers only.
func clientDoc(doc string) string {
	for _, o := range contract.Options {
		if o.Field != "" {
			doc = strings.ReplaceAll(doc, "`"+o.Name+"`", o.Field)
		}
	}
	var kept []string
	for _, sentence := range strings.SplitAfter(doc, ". ") {
		if !strings.Contains(sentence, "browser") {
			kept = append(kept, sentence)
		}
	}
	return strings.NewReplacer("`Infinity`", "[Unlimited]", " 0 never retries", " [None] never retries",
		" 0 queues nothing", " [None] queues nothing", "close()", "[Client.Close]", "offline page", "offline client",
		"A function says itself how long a retry waits, in milliseconds (see “A jitter of your own”).", "See also JitterFunc.",
		"A code that does not exist is told by an `error` event with code `BAD_INPUT`.", "With one that does not exist [New] fails.",
		"Both are reported by a `drop` event with reason `overflow`. `reject` leaves the message with the caller: `send` returns `'rejected'`, and no event follows.",
		"reject does the same here. [Client.Send] returns [ErrQueueFull] for a message that is refused; one that gives way is a [Drop] event with reason overflow.",
		" (until the core is loaded, the oldest of all)", "",
		"`'full'`", "[Full]", "`'equal'`", "[Equal]", "`'decorrelated'`", "[Decorrelated]", "`", "").
		Replace(strings.TrimSpace(strings.Join(kept, "")))
}

// clientZero says what the field's zero means, and what no limit would.
func clientZero(o contract.Option) string {
	if o.Kind == contract.Causes {
		return "Default: none."
	}
	text := "Default " + clientDefault(o)
	if off := clientDoc(o.Off); off != "" && o.Default != "false" {
		text += "; [Forever]: " + off
	} else if o.Kind == contract.Millis && (o.Endless || o.Off != "") && o.Default != "false" {
		text += "; [Forever]: no limit"
	}
	if o.Kind != contract.Millis && o.Endless {
		text += "; [Unlimited] is allowed"
	}
	text += "."
	switch o.Field { // what holds whatever the option says
	case "ConnectionTimeout":
		text += " The default transport gives up a TCP connection after 30 s."
	case "CloseTimeout":
		text += " Whatever it is, 5 s are waited for either half at most, except in a browser."
	}
	return text
}

// comment breaks a text into lines of a Go comment.
func comment(text string) string {
	var b strings.Builder
	width := 0
	for _, word := range strings.Fields(text) {
		switch {
		case width == 0 || width+len(word) > 74:
			b.WriteString("\n// " + word)
			width = len(word)
		default:
			b.WriteString(" " + word)
			width += 1 + len(word)
		}
	}
	return b.String() + "\n"
}

func clientDefault(o contract.Option) string {
	switch {
	case o.Kind == contract.Factor && o.Default == "false":
		return "0: " + clientDoc(o.Off)
	case o.Default == "false":
		return "[Forever]"
	case o.Default == "Infinity":
		return "[Unlimited]"
	case o.Name == "queue.overflow":
		return "[DropOldest], else [DropNewest] or [Reject]"
	case o.Kind == contract.Millis:
		ms, err := strconv.ParseFloat(o.Default, 64)
		check(err)
		return strconv.FormatFloat(ms/1000, 'g', -1, 64) + " s"
	}
	return strings.Trim(o.Default, `"`)
}

func clientCode(o contract.Option) (fill, check string) {
	value := "o." + o.Field
	high := strconv.FormatFloat(o.Max, 'g', -1, 64)
	if o.Max == 0 {
		high = "noMax"
	}
	low := strconv.FormatFloat(o.Min, 'g', -1, 64)
	switch o.Kind {
	case contract.Millis:
		return fmt.Sprintf("fillSpan(&cfg.%s, %s)\n", o.Field, value),
			fmt.Sprintf("checkSpan(%q, %s, %s*time.Millisecond, %t),\n", o.Field, value, low, o.Endless || o.Off != "")
	case contract.Choice:
		return fmt.Sprintf("cfg.%s = %s\n", o.Field, value),
			fmt.Sprintf("checkChoice(%q, %s, %s(%d)),\n", o.Field, value, clientType(o), len(o.Values)-1)
	case contract.Causes:
		return fmt.Sprintf("cfg.%s = core.ClassesOf(%s...)\n", o.Field, value),
			fmt.Sprintf("checkClasses(%q, %s),\n", o.Field, value)
	case contract.Factor, contract.Jitter:
		return fmt.Sprintf("fillNumber(&cfg.%s, %s)\n", o.Field, value),
			fmt.Sprintf("checkNumber(%q, %s, %s, %s),\n", o.Field, value, low, high)
	}
	return fmt.Sprintf("fillNumber(&cfg.%s, %s)\n", o.Field, value),
		fmt.Sprintf("checkCount(%q, %s, %s, %t),\n", o.Field, value, low, o.Endless)
}
