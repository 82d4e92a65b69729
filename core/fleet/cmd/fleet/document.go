package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
)

// marked finds a table in a Markdown file, with the flags that make it:
//
//	<!-- fleet -clients 10000 -outage 30s -->
//	<!-- /fleet -->
var marked = regexp.MustCompile(`(?s)<!-- fleet (.*?) -->\n.*?<!-- /fleet -->`)

// words are separated by spaces, except within quotes.
var words = regexp.MustCompile(`'[^']*'|[^\s']+`)

// document simulates anew what the tables of a Markdown file show, and writes
// them into it.
func document(name string, progress io.Writer) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var errs []error
	tables := 0
	filled := marked.ReplaceAllFunc(text, func(old []byte) []byte {
		flags := string(marked.FindSubmatch(old)[1])
		tables++
		var args []string
		for _, word := range words.FindAllString(flags, -1) {
			args = append(args, strings.Trim(word, "'"))
		}
		table, err := markdown(args, progress)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", flags, err))
			return old
		}
		return fmt.Appendf(nil, "<!-- fleet %s -->\n%s<!-- /fleet -->", flags, table)
	})
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if tables == 0 {
		return fmt.Errorf("%s has no tables marked with <!-- fleet … -->", name)
	}
	return os.WriteFile(name, filled, 0o644)
}

// markdown simulates what flags say, and returns the table.
func markdown(flags []string, progress io.Writer) (string, error) {
	o, err := readFlags(flags, progress)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	line := func(cells []string) { fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | ")) }
	line(columns)
	fmt.Fprintln(&b, "|"+strings.Repeat("---|", len(columns)))
	for _, r := range runAll(o.cfg, o.policies, o.parallel, progress) {
		line(row(r))
	}
	return b.String(), nil
}
