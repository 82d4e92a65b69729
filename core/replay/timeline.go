package replay

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/websocket-reconnect/websocket-reconnect/core/contract"
	"github.com/websocket-reconnect/websocket-reconnect/core/port"
)

// Timeline prints messages as a person reads them: after "->" what happened to
// the core, after "<-" what it did about it. Times count from the first message;
// a page that is not loaded yet, or busy, tells the core of some things later.
func Timeline(w io.Writer, t *Trace, messages []Message) error {
	start := "from its creation"
	if len(t.Dump) > 0 {
		start = "from a dump: what came before had to make room"
	}
	text := fmt.Sprintf("client %d of %s, version %s, exported %s, %s\n", t.Client, t.URL, t.Version, t.Exported, start)
	first := math.Inf(1)
	for _, m := range messages {
		if first = min(first, m.At); m.Op == "Create" && len(m.Args) >= 2+port.ConfigLen {
			text += "options:" + options(m.Args) + "\n"
		}
	}
	text += "\n            -> what happened   <- what the core did about it\n"
	for _, m := range messages {
		if m.Op == "Snapshot" {
			continue // says nothing that the others do not
		}
		arrow := "  <-"
		if m.In {
			arrow = "->  "
		}
		text += fmt.Sprintf("%12s %s %s\n", span(m.At-first), arrow, sentence(m))
	}
	_, err := io.WriteString(w, text)
	return err
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
		case o.Kind == contract.Causes:
			value = causes(int(args[i]))
		case o.Kind == contract.Choice && within(o.Values, args[i]):
			value = strconv.Quote(o.Values[int(args[i])])
		case o.Kind == contract.Jitter && within(o.Values, -args[i]-1):
			value = strconv.Quote(o.Values[int(-args[i])-1])
		case o.Kind == contract.Jitter && args[i] < 0:
			value = "(a function)"
		case value == "+Inf" && o.Off != "":
			value = "false"
		case value == "+Inf":
			value = "Infinity"
		}
		def, err := strconv.ParseFloat(o.Default, 64)
		unsaid := value == o.Default || err == nil && def == args[i] || args[i] == 0 && (o.Kind == contract.Causes || o.Kind == contract.Label)
		if !unsaid {
			fmt.Fprintf(&b, " %s=%s", o.Name, value)
		}
		i++
	}
	if b.Len() == 0 {
		return " the defaults"
	}
	return b.String()
}

// within reports whether a number is the index of one of the values. Traces come
// from anywhere.
func within(values []string, index float64) bool { return index >= 0 && index < float64(len(values)) }

// causes lists classes, of which each is a bit.
func causes(set int) string {
	var texts []string
	for i, c := range contract.Classes {
		if set>>i&1 != 0 {
			texts = append(texts, c.Text)
		}
	}
	return strings.Join(texts, ",")
}
