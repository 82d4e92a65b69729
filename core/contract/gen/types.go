package main

import (
	_ "embed"
	"fmt"
	"strings"
	"text/template"

	"github.com/websocket-reconnect/websocket-reconnect/core/contract"
)

//go:embed types.d.ts.tmpl
var typesTemplate string

// typesTS is the published declaration file: the template, with what the
// contract knows filled in.
func typesTS() string {
	t := template.Must(template.New("types").Funcs(template.FuncMap{
		"union": union, "options": optionFields, "stats": statFields, "events": eventMap, "names": nameDocs,
	}).Parse(typesTemplate))
	var b strings.Builder
	check(t.Execute(&b, map[string]any{
		"Header": header, "States": contract.States, "Circuits": contract.Circuits, "Classes": contract.Classes[1:],
		"Drops": contract.DropReasons, "Retries": contract.RetryReasons, "Verdicts": contract.Verdicts[1:],
	}))
	return b.String()
}

func union(names []contract.Name) string {
	texts := make([]string, len(names))
	for i, n := range names {
		texts[i] = "'" + n.Text + "'"
	}
	return strings.Join(texts, " | ")
}

func nameDocs(names []contract.Name) string {
	var b strings.Builder
	for _, n := range names {
		fmt.Fprintf(&b, " * - `%s`: %s\n", n.Text, n.Doc)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// optionFields lists the options of one table: "" for the top level.
func optionFields(table string) string {
	var b strings.Builder
	for _, o := range contract.Options {
		name := o.Name
		if prefix, rest, nested := strings.Cut(o.Name, "."); nested {
			if prefix != table {
				continue
			}
			name = rest
		} else if table != "" {
			continue
		}
		fmt.Fprintf(&b, "  /**\n   * %s\n", sentence(o))
		if unit := allowed(o); !strings.HasPrefix(unit, "`") {
			fmt.Fprintf(&b, "   *\n   * Unit and range: %s.\n", unit)
		}
		if o.Default != "" {
			fmt.Fprintf(&b, "   * @default %s\n", o.Default)
		}
		if o.DropIn != "" {
			fmt.Fprintf(&b, "   * As a drop-in for WebSocket: %s.\n", o.DropIn)
		}
		optional := "?"
		if name == "url" {
			optional = ""
		}
		fmt.Fprintf(&b, "   */\n  %s%s: %s;\n", name, optional, o.Type)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func statFields() string {
	var b strings.Builder
	for _, s := range contract.Stats {
		fmt.Fprintf(&b, "  /** %s */\n  readonly %s: %s;\n", s.Doc, s.Name, s.Type)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// eventMap lists the events with what one way of listening gets.
func eventMap(way string) string {
	var b strings.Builder
	for _, e := range contract.Events {
		typ := e.Payload
		if way == "event" {
			typ = e.Event
		}
		fmt.Fprintf(&b, "  /** %s */\n  %s: %s;\n", e.Doc, e.Name, typ)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
