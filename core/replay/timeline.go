package replay

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/core/contract"
)

// Timeline prints messages as a person reads them: what happened to the core on
// the left of the arrow, what it did about it on the right. Times count from
// the first message.
func Timeline(w io.Writer, t *Trace, messages []Message) error {
	start := "from its creation"
	if len(t.Dump) > 0 {
		start = "from a dump: what came before had to make room"
	}
	fmt.Fprintf(w, "client %d of %s, version %s, exported %s, %s\n\n", t.Client, t.URL, t.Version, t.Exported, start)
	first := math.Inf(1)
	for _, m := range messages {
		first = min(first, m.At)
	}
	for _, m := range messages {
		if m.Op == "Snapshot" {
			continue // says nothing that the others do not
		}
		arrow := "  <-"
		if m.In {
			arrow = "->  "
		}
		at := (time.Duration((m.At-first)*1000) * time.Microsecond).Round(100 * time.Microsecond)
		if _, err := fmt.Fprintf(w, "%12v %s %s%s\n", at, arrow, m.Op, words(m)); err != nil {
			return err
		}
	}
	return nil
}

// words gives a message's arguments with their names from the contract.
func words(m Message) string {
	ops := contract.ToPage
	if m.In {
		ops = contract.ToCore
	}
	var names []string
	for _, op := range ops {
		if op.Name == m.Op {
			names = strings.Fields(op.Args)
		}
	}
	if m.Op == "Create" {
		return options(m.Args)
	}
	var b strings.Builder
	for i, arg := range m.Args {
		if i >= len(names) || strings.HasSuffix(names[i], "…") {
			fmt.Fprintf(&b, " and %d numbers", len(m.Args)-i)
			break
		}
		fmt.Fprintf(&b, " %s=%s", names[i], word(m.Op, names[i], arg))
	}
	return b.String()
}

// options lists those that are not the default.
func options(args []float64) string {
	var b strings.Builder
	if args[1] != 0 {
		b.WriteString(" drop-in")
	}
	i := 2
	for _, o := range contract.Options {
		if o.Field == "" {
			continue
		}
		value := strconv.FormatFloat(args[i], 'g', -1, 64)
		switch {
		case o.Kind == contract.Choice:
			value = strconv.Quote(o.Values[int(args[i])])
		case o.Kind == contract.Jitter && int(-args[i]) > len(o.Values):
			value = "(a function)"
		case o.Kind == contract.Jitter && args[i] < 0:
			value = strconv.Quote(o.Values[int(-args[i])-1])
		case value == "+Inf" && o.Off != "":
			value = "false"
		case value == "+Inf":
			value = "Infinity"
		}
		if def, err := strconv.ParseFloat(o.Default, 64); value != o.Default && (err != nil || def != args[i]) {
			fmt.Fprintf(&b, " %s=%s", o.Name, value)
		}
		i++
	}
	return b.String()
}

// word spells an argument.
func word(op, name string, arg float64) string {
	spelled := map[string][]contract.Name{
		"state": contract.States, "circuit": contract.Circuits, "class": contract.Classes, "reason": contract.RetryReasons,
	}[name]
	if op == "Drop" && name == "reason" {
		spelled = contract.DropReasons
	}
	if i := int(arg); spelled != nil && i >= 0 && i < len(spelled) {
		return spelled[i].Text
	}
	return strconv.FormatFloat(arg, 'g', 8, 64)
}
