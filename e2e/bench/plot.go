package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// point is one implementation in one row of a plot.
type point struct {
	Row    string  `json:"row"`
	Impl   string  `json:"impl"`
	Kind   string  `json:"kind"` // its colour
	Low    float64 `json:"low"`
	Median float64 `json:"median"`
	High   float64 `json:"high"`
}

func kindOfImplementation(impl string) string {
	switch {
	case ours(impl):
		return "ours"
	case slices.Contains(rivals, impl), impl == padded:
		return "rivals"
	}
	return "native"
}

// points takes the spread of what a row says of each implementation.
func points(row *Row, impls []string, of func(*Row, string) []float64) []point {
	var all []point
	for _, impl := range impls {
		if values := of(row, impl); len(values) > 0 {
			s := spread(values)
			all = append(all, point{row.Name, impl, kindOfImplementation(impl), s.Low, s.Median, s.High})
		}
	}
	return all
}

// plots draws the message rows and the start rows in the browser, and returns
// the SVG files by name.
func (b *bench) plots() (map[string][]byte, error) {
	var ratios, times []point
	for _, row := range b.Rows {
		switch {
		case row.Absolute:
		case row.Group == "messages":
			ratios = append(ratios, points(row, implementations[1:], (*Row).ratios)...)
		case row.Group == "start":
			times = append(times, points(row, columns, func(r *Row, impl string) []float64 { return r.Values[impl] })...)
		}
	}
	code, err := bundle(b.dir, "plot.js", "plot", false)
	if err != nil {
		return nil, err
	}
	t, err := openTab(b.browser, "about:blank")
	if err != nil {
		return nil, err
	}
	defer t.close()
	if _, err := await[any](t, string(code)+"; globalThis.plot = plot; 0"); err != nil {
		return nil, fmt.Errorf("load the plotting library: %w", err)
	}
	files := map[string][]byte{}
	for name, plot := range map[string]struct {
		kind, title string
		points      []point
		order       []string
	}{
		"benchmark-messages.svg": {"ratios", "ratio to the native WebSocket in the same round (1: the same; left of it: slower, for echo faster); median and quartiles →", ratios, implementations[1:]},
		"benchmark-start.svg":    {"times", "ms from navigation, nothing cached; median and quartiles →", times, starters},
	} {
		if len(plot.points) == 0 {
			continue
		}
		svg, err := await[string](t, call("plot.draw", plot.kind, plot.points, plot.order, plot.title))
		if err != nil {
			return nil, fmt.Errorf("draw %s: %w", name, err)
		}
		if !strings.HasPrefix(svg, "<svg") {
			return nil, fmt.Errorf("draw %s: it is no SVG", name)
		}
		files[name] = []byte(svg + "\n")
	}
	return files, nil
}

func writeFiles(dir string, files map[string][]byte) error {
	for name, data := range files {
		if err := os.WriteFile(dir+"/"+name, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}
