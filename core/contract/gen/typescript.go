package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/websocket-reconnect/websocket-reconnect/core/contract"
)

func contractTS() string {
	var b strings.Builder
	fmt.Fprintf(&b, "// %s\n\nimport type { EarlyWebSocket } from './early';\nimport type { DialInfo, JitterInfo, OpenInfo, UnopenedAnswer, UnopenedInfo } from './hooks';\n\nexport const HASH = %q;\n\n", header, hash())
	ops(&b, "ToCore", "Messages from the page to the core: [op, client, age, …].", contract.ToCore)
	ops(&b, "ToPage", "Messages from the core to the page: [op, client, …].", contract.ToPage)
	b.WriteString("/** Where the numbers of a snapshot stand. */\nexport const enum Snap {\n")
	for _, f := range contract.Snapshot {
		fmt.Fprintf(&b, "  %s,\n", f)
	}
	b.WriteString("}\n\n")
	names(&b, "STATES", contract.States)
	names(&b, "CIRCUITS", contract.Circuits)
	names(&b, "CLASSES", contract.Classes)
	names(&b, "DROP_REASONS", contract.DropReasons)
	names(&b, "RETRY_REASONS", contract.RetryReasons)
	names(&b, "VERDICTS", contract.Verdicts)
	closeCodes(&b)
	checkedOptions(&b)
	b.WriteString(`
/** name, types (a letter each, see options.ts), default, least, most or choices, default as a drop-in. */
export type Row = readonly [name: string, types: string, fallback?: unknown, min?: number | string | undefined, max?: number | readonly string[] | undefined, dropIn?: unknown];

export const OPTIONS: readonly Row[] = [
`)
	// Rows that are alike stand together, which packs them closer.
	alike := slices.SortedStableFunc(slices.Values(contract.Options), func(a, b contract.Option) int { return strings.Compare(letters(a), letters(b)) })
	for _, o := range alike {
		b.WriteString("  " + row(o) + ",\n")
	}
	b.WriteString("];\n\n/** The options that the core knows, in the order in which Create carries them, with their choices. */\nexport const CORE_OPTIONS: readonly (readonly [name: keyof Options, choices?: readonly string[]])[] = [\n")
	for _, o := range coreOptions() {
		b.WriteString("  " + coreRow(o) + ",\n")
	}
	b.WriteString("];\n")
	return b.String()
}

func ops(b *strings.Builder, name, doc string, list []contract.Op) {
	fmt.Fprintf(b, "/** %s */\nexport const enum %s {\n", doc, name)
	for _, op := range list {
		fmt.Fprintf(b, "  %s, // %s\n", op.Name, strings.TrimSpace("("+op.Args+") "+op.Doc))
	}
	b.WriteString("}\n\n")
}

// names writes the spellings of an enumeration, in the order of its numbers.
func names(b *strings.Builder, array string, list []contract.Name) {
	texts := make([]string, len(list))
	for i, n := range list {
		texts[i] = "'" + n.Text + "'"
	}
	fmt.Fprintf(b, "export const %s = [%s] as const;\n", array, strings.Join(texts, ", "))
}

// closeCodes writes what close codes mean, as the option closeCodes has it.
func closeCodes(b *strings.Builder) {
	b.WriteString("\n/** What close codes mean unless the option closeCodes says otherwise. */\nexport const CLOSE_CODES: CloseCodes = {\n")
	for _, c := range contract.CloseCodes {
		fmt.Fprintf(b, "  '%s': '%s', // %s\n", codeRange(c), verdict(c), c.Doc)
	}
	b.WriteString("};\n\nexport type Verdict = Exclude<(typeof VERDICTS)[number], ''>;\nexport type CloseCodes = Readonly<Record<string, Verdict>>;\n")
}

// codeRange writes "4401" or "4500-4599".
func codeRange(c contract.CloseCode) string {
	if c.From == c.To {
		return fmt.Sprint(c.From)
	}
	return fmt.Sprintf("%d-%d", c.From, c.To)
}

// verdict is the spelling of what a code means.
func verdict(c contract.CloseCode) string {
	i := slices.IndexFunc(contract.Verdicts, func(n contract.Name) bool { return n.Go == c.Verdict })
	return contract.Verdicts[i].Text
}

// checkedOptions is the type of the options after they have been checked.
func checkedOptions(b *strings.Builder) {
	b.WriteString("\n/** Options by full name, checked, with defaults filled in. */\nexport interface Options {\n")
	for _, o := range contract.Options {
		if o.Kind == contract.Subtable {
			continue
		}
		typ := o.Type
		if o.Kind == contract.Causes { // checked, and by another name in here
			typ = "readonly string[]"
		}
		if o.Default == "" && o.Name != "url" {
			typ = "(" + typ + ") | undefined"
		}
		fmt.Fprintf(b, "  readonly '%s': %s;\n", o.Name, typ)
	}
	b.WriteString("}\n")
}

// letters are the types of values that an option takes, as options.ts names them.
func letters(o contract.Option) string {
	s := map[contract.Kind]string{
		contract.Millis: "m", contract.Count: "c", contract.Bytes: "c", contract.Factor: "n", contract.Jitter: "jef",
		contract.Choice: "e", contract.Switch: "b", contract.URL: "suf", contract.Names: "saf", contract.Object: "o",
		contract.Message: "spof", contract.Matcher: "sof", contract.Ranges: "sa", contract.Hook: "f", contract.Codes: "o", contract.Causes: "a", contract.Label: "s", contract.Subtable: "t",
	}[o.Kind]
	if o.Endless {
		s += "i"
	}
	if o.Off != "" {
		s += "x"
	}
	return s
}

// row is an option's schema, with holes for what is undefined and the tail of them cut off.
func row(o contract.Option) string {
	least, most := "", ""
	switch {
	case o.Limit != "":
		least = "'" + o.Limit + "'"
	case o.Values != nil:
		most = "['" + strings.Join(o.Values, "', '") + "']"
	case o.Kind == contract.Millis: // see options.ts
	case o.Most() != 0:
		most = strconv.FormatFloat(o.Most(), 'f', -1, 64)
	}
	if letters(o)[0] == 'm' && o.Min > 0 || letters(o)[0] == 'c' || letters(o)[0] == 'n' {
		least = strconv.FormatFloat(o.Min, 'f', -1, 64)
	}
	cells := []string{"'" + o.Name + "'", "'" + letters(o) + "'", o.Default, least, most, o.DropIn}
	for len(cells) > 2 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	return "[" + strings.Join(cells, ", ") + "]"
}

// coreRow is an option that the core knows, with its choices: they travel as numbers.
func coreRow(o contract.Option) string {
	if o.Kind == contract.Causes {
		return "['" + o.Name + "', CLASSES]"
	}
	if o.Values == nil {
		return "['" + o.Name + "']"
	}
	return "['" + o.Name + "', ['" + strings.Join(o.Values, "', '") + "']]"
}
