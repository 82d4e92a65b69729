package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/websocket-reconnect/websocket-reconnect/core/contract"
)

func coreGo() string {
	var b strings.Builder
	fmt.Fprintf(&b, `// %s

package core

import (
	"github.com/websocket-reconnect/websocket-reconnect/core/backoff"
	"github.com/websocket-reconnect/websocket-reconnect/core/queue"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// A Config is the part of the options that the machine knows. The machine
// trusts it; whoever takes options from a user checks them.
type Config struct {
	// DropIn: constructed as a WHATWG WebSocket, so error is told only where
	// the standard says so.
	DropIn bool
`, header)
	for _, o := range coreOptions() {
		fmt.Fprintf(&b, "\n// %s is the option %s (default %s). %s\n%s %s\n", o.Field, o.Name, o.Default, o.Doc, o.Field, goType(o))
		if o.Kind == contract.Jitter {
			fmt.Fprintf(&b, "%sMode backoff.Mode\n", o.Field)
		}
	}
	b.WriteString("}\n\n// Unlimited is a count without a limit.\nconst Unlimited = int(^uint(0) >> 1)\n\n")
	b.WriteString("// DefaultConfig returns the documented defaults.\nfunc DefaultConfig() Config {\nreturn Config{\n")
	for _, o := range coreOptions() {
		if v := goDefault(o); v != "" {
			fmt.Fprintf(&b, "%s: %s,\n", o.Field, v)
		}
	}
	b.WriteString("}\n}\n")
	enum(&b, "State", "is the state of a connection.", contract.States)
	enum(&b, "Class", "is the cause of a failure.", contract.Classes)
	enum(&b, "DropReason", "says why a queued message will not be sent.", contract.DropReasons)
	enum(&b, "RetryReason", "says why a retry waits as long as it does.", contract.RetryReasons)
	enum(&b, "HiddenPolicy", "says what a hidden page does when its connection is lost.", contract.HiddenPolicies)
	enum(&b, "Verdict", "says what the end of a connection means for the next dial.", contract.Verdicts)
	b.WriteString("\nvar closeCodes = []CodeRange{\n")
	for _, c := range contract.CloseCodes {
		fmt.Fprintf(&b, "{%d, %d, %s}, // %s\n", c.From, c.To, c.Verdict, c.Doc)
	}
	b.WriteString("}\n")
	enum(&b, "EventKind", "says what happened.", kinds(contract.ToCore[:op(contract.ToCore, "Create")]))
	enum(&b, "ActionKind", "says what to do.", kinds(contract.ToPage[:op(contract.ToPage, "Told")]))
	return b.String()
}

func kinds(ops []contract.Op) (names []contract.Name) {
	for _, op := range ops {
		doc := op.Doc
		if doc == "" {
			doc = "Tell the user."
		}
		names = append(names, contract.Name{Go: op.Name, Text: op.Name, Doc: doc})
	}
	return names
}

// op returns a message's number.
func op(ops []contract.Op, name string) int {
	return slices.IndexFunc(ops, func(o contract.Op) bool { return o.Name == name })
}

func enum(b *strings.Builder, typ, doc string, names []contract.Name) {
	fmt.Fprintf(b, "\n// %s %s %s\ntype %s uint8\n\nconst (\n", article(typ), typ, doc, typ)
	for i, n := range names {
		decl := n.Go
		if i == 0 {
			decl += " " + typ + " = iota"
		}
		fmt.Fprintf(b, "%s // %s\n", decl, n.Doc)
	}
	fmt.Fprintf(b, ")\n\nfunc (x %s) String() string {\nreturn [...]string{", typ)
	for _, n := range names {
		fmt.Fprintf(b, "%q, ", n.Text)
	}
	b.WriteString("}[x]\n}\n")
}

func article(typ string) string {
	if strings.ContainsRune("AEIO", rune(typ[0])) {
		return "An"
	}
	return "A"
}

func goType(o contract.Option) string {
	switch o.Kind {
	case contract.Millis:
		return "tick.Duration"
	case contract.Factor, contract.Jitter:
		return "float64"
	case contract.Choice, contract.Causes:
		return o.GoType
	}
	return "int"
}

func goDefault(o contract.Option) string {
	switch {
	case o.Kind == contract.Millis && o.Default == "false":
		return "tick.Forever"
	case o.Kind == contract.Millis:
		return o.Default + " * tick.Millisecond"
	case o.Default == "Infinity":
		return "Unlimited"
	case o.Default == "false", o.Default == "[]", o.Kind == contract.Choice:
		return "" // the zero value is off, none, the first choice
	}
	return o.Default
}

func portGo() string {
	var b strings.Builder
	fmt.Fprintf(&b, `// %s

package port

import (
	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/backoff"
	"github.com/websocket-reconnect/websocket-reconnect/core/breaker"
	"github.com/websocket-reconnect/websocket-reconnect/core/queue"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// Hash identifies the contract; the page must have been generated from the same.
const Hash = %q

// Messages on the port that are not kinds of core.Event or core.Action.
const (
	opCreate = %d
	opDump = %d
	opLoad = %d
	opRestore = %d

	opTold = %d
	opSnapshot = %d
	opDumped = %d
)

// ConfigLen is how many numbers of Create are options.
const ConfigLen = %d

// decodeConfig reads the options in the contract's order.
func decodeConfig(n []float64) core.Config {
	return core.Config{
`, header, hash(), op(contract.ToCore, "Create"), op(contract.ToCore, "Dump"), op(contract.ToCore, "Load"), op(contract.ToCore, "Restore"),
		op(contract.ToPage, "Told"), op(contract.ToPage, "Snapshot"), op(contract.ToPage, "Dump"), len(coreOptions()))
	for i, o := range coreOptions() {
		v := fmt.Sprintf("n[%d]", i)
		switch o.Kind {
		case contract.Millis:
			v = "tick.FromMillis(" + v + ")"
		case contract.Factor:
		case contract.Jitter:
			fmt.Fprintf(&b, "%s: max(%s, 0),\n%sMode: backoff.Mode(max(-%s, 0)),\n", o.Field, v, o.Field, v)
			continue
		case contract.Choice, contract.Causes:
			v = goType(o) + "(" + v + ")"
			if !strings.Contains(goType(o), ".") {
				v = "core." + v
			}
		default:
			v = "count(" + v + ")"
		}
		fmt.Fprintf(&b, "%s: %s,\n", o.Field, v)
	}
	b.WriteString(`}
}

// count converts a whole number; Infinity becomes core.Unlimited.
func count(n float64) int {
	if n >= 1<<53 {
		return core.Unlimited
	}
	return int(n)
}

`)
	fmt.Fprintf(&b, "const snapshotLen = %d\n\nfunc encodeSnapshot(s core.Snapshot) [snapshotLen]float64 {\nreturn [...]float64{", len(contract.Snapshot))
	for _, f := range contract.Snapshot {
		switch {
		case span(f):
			fmt.Fprintf(&b, "spanMillis(s.%s), ", f)
		case f == "Parting":
			fmt.Fprintf(&b, "flag(s.%s), ", f)
		default:
			fmt.Fprintf(&b, "float64(s.%s), ", f)
		}
	}
	b.WriteString("}\n}\n\nfunc decodeSnapshot(n []float64) core.Snapshot {\nreturn core.Snapshot{\n")
	for i, f := range contract.Snapshot {
		conv := map[string]string{"State": "core.State", "Circuit": "breaker.State", "Gen": "uint32", "Spare": "uint32", "LastError": "core.Class"}[f]
		switch {
		case f == "Parting":
			fmt.Fprintf(&b, "%s: n[%d] != 0,\n", f, i)
			continue
		case span(f):
			conv = "millisSpan"
		case conv == "":
			conv = "int"
		}
		fmt.Fprintf(&b, "%s: %s(n[%d]),\n", f, conv, i)
	}
	b.WriteString(`}
}

func spanMillis(d tick.Duration) float64 {
	if d < 0 {
		return -1
	}
	return d.Millis()
}

func millisSpan(ms float64) tick.Duration {
	if ms < 0 {
		return -1
	}
	return tick.FromMillis(ms)
}
`)
	return b.String()
}

// span reports whether a field of a snapshot is a span of time.
func span(field string) bool {
	switch field {
	case "CircuitResetIn", "RetryIn", "LastDelay", "UpFor", "RoundTrip", "Smoothed", "HandoverIn", "HandoverTill", "BudgetFullIn", "RetryAfter", "Spread":
		return true
	}
	return false
}
