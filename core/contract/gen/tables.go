package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/websocket-reconnect/websocket-reconnect/core/contract"
)

var marker = regexp.MustCompile(`(?s)(<!-- contract:(\w+) -->\n).*?(<!-- /contract -->)`)

// fillTables replaces what stands between the markers of a document.
func fillTables(name string) error {
	old, err := os.ReadFile(name)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	var unknown string
	text := marker.ReplaceAllStringFunc(string(old), func(s string) string {
		m := marker.FindStringSubmatch(s)
		table, ok := tables[m[2]]
		if !ok {
			unknown = m[2]
			return s
		}
		return m[1] + table() + m[3]
	})
	if unknown != "" {
		return fmt.Errorf("%s: no table named %q", name, unknown)
	}
	return write(name, text)
}

var tables = map[string]func() string{
	"options":  optionTable,
	"events":   eventTable,
	"states":   func() string { return nameTable("State", contract.States) },
	"circuits": func() string { return nameTable("Circuit", contract.Circuits) },
	"errors":   func() string { return nameTable("`error.code`", contract.Classes[1:]) },
	"drops":    func() string { return nameTable("Reason", contract.DropReasons) },
	"retries":  func() string { return nameTable("`reason`", contract.RetryReasons) },
	"stats":    statTable,
	"verdicts": func() string { return nameTable("Verdict", contract.Verdicts[1:]) },
	"codes":    codeTable,
}

func optionTable() string {
	var b strings.Builder
	b.WriteString("| option | type | default | what it does |\n|---|---|---|---|\n")
	for _, o := range contract.Options {
		def := o.Default
		if def != "" {
			def = "`" + def + "`"
		}
		if o.DropIn != "" {
			def += " (drop-in: `" + o.DropIn + "`)"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", o.Name, cell(allowed(o)), cell(def), cell(sentence(o)))
	}
	return b.String()
}

// allowed says in words what an option takes.
func allowed(o contract.Option) string {
	unit := map[contract.Kind]string{contract.Millis: "ms", contract.Count: "count", contract.Bytes: "bytes", contract.Factor: "number"}[o.Kind]
	if unit == "" {
		return "`" + o.Type + "`"
	}
	text := unit + fmt.Sprintf(", at least %v", o.Min)
	if o.Most() != 0 {
		text = unit + fmt.Sprintf(", %v to %.0f", o.Min, o.Most())
	}
	if o.Endless {
		text += ", or `Infinity`"
	}
	if o.Off != "" {
		text += ", or `false`"
	}
	return text
}

func sentence(o contract.Option) string {
	if o.Off == "" {
		return o.Doc
	}
	return o.Doc + " `false`: " + o.Off + "."
}

func eventTable() string {
	var b strings.Builder
	b.WriteString("| event | `on(name, listener)` gets | when |\n|---|---|---|\n")
	for _, e := range contract.Events {
		fmt.Fprintf(&b, "| `%s` | `%s` | %s |\n", e.Name, e.Payload, cell(e.Doc))
	}
	return b.String()
}

func nameTable(title string, names []contract.Name) string {
	var b strings.Builder
	fmt.Fprintf(&b, "| %s | meaning |\n|---|---|\n", title)
	for _, n := range names {
		fmt.Fprintf(&b, "| `%s` | %s |\n", n.Text, cell(n.Doc))
	}
	return b.String()
}

func statTable() string {
	var b strings.Builder
	b.WriteString("| field | type | meaning |\n|---|---|---|\n")
	for _, s := range contract.Stats {
		fmt.Fprintf(&b, "| `%s` | `%s` | %s |\n", s.Name, cell(s.Type), cell(s.Doc))
	}
	return b.String()
}

func codeTable() string {
	var b strings.Builder
	b.WriteString("| close code | verdict | meaning |\n|---|---|---|\n")
	for _, c := range contract.CloseCodes {
		fmt.Fprintf(&b, "| %s | `%s` | %s |\n", codeRange(c), verdict(c), cell(c.Doc))
	}
	b.WriteString("| any other | `retry` | |\n")
	return b.String()
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
