// Package page writes the report of a fleet as one HTML file that needs no
// network: its style, its data and the library that draws it are inside.
package page

import (
	"embed"
	"encoding/json"
	"html"
	"io"
	"strings"

	"github.com/websocket-reconnect/websocket-reconnect/core/fleet"
)

//go:embed report.html report.css report.js uplot
var files embed.FS

// A Run is one policy's part of the report.
type run struct {
	fleet.Report
	Doc    string       `json:"doc"`
	Ours   bool         `json:"ours"`
	Series fleet.Series `json:"series"`
	Step   float64      `json:"step"` // seconds between two points of the series
}

// points is how many points a curve has at most: more than a screen has pixels
// for it makes the file large and the page slow.
const points = 1500

// Write writes the report of several policies under one scenario.
func Write(w io.Writer, scenario string, cfg fleet.Config, policies []fleet.Policy, reports []fleet.Report) error {
	runs := make([]run, len(reports))
	for i, r := range reports {
		k := max((len(r.Series.Dials)+points-1)/points, 1)
		runs[i] = run{Report: r, Doc: policies[i].Doc, Ours: policies[i].Machine != nil, Step: float64(k) * fleet.Bin.Millis() / 1000}
		runs[i].Series = fleet.Series{
			Dials:     thin(r.Series.Dials, k, true),
			Connected: thin(r.Series.Connected, k, false),
			Queue:     thin(r.Series.Queue, k, true),
		}
	}
	// encoding/json writes < and > as escapes: no text can end the script.
	data, err := json.Marshal(map[string]any{
		"scenario": scenario, "clients": cfg.Clients, "admit": cfg.Server.Admit, "backlog": cfg.Server.Backlog,
		"outage": cfg.Outage.Length.Millis() / 1000, "runs": runs,
	})
	if err != nil {
		return err
	}
	_, err = strings.NewReplacer(
		"{{scenario}}", html.EscapeString(scenario),
		"{{uplot.css}}", text("uplot/uPlot.min.css"),
		"{{style}}", text("report.css"),
		"{{uplot.js}}", text("uplot/uPlot.iife.min.js"),
		"{{data}}", string(data),
		"{{script}}", text("report.js"),
	).WriteString(w, text("report.html"))
	return err
}

func text(name string) string {
	b, err := files.ReadFile(name)
	if err != nil {
		panic(err) // it is embedded
	}
	return string(b)
}

// thin keeps one point of k: the highest, or the last.
func thin(series []int32, k int, highest bool) []int32 {
	thinned := make([]int32, 0, len(series)/k+1)
	for i := 0; i < len(series); i += k {
		part := series[i:min(i+k, len(series))]
		point := part[len(part)-1]
		if highest {
			for _, v := range part {
				point = max(point, v)
			}
		}
		thinned = append(thinned, point)
	}
	return thinned
}
