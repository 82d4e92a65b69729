package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// implementations are the columns, in the order of the table. "control" is
// native once more: how far its ratios are from 1 is how far to trust the others.
var implementations = []string{
	"native", "control", "reconnecting-websocket", "partysocket", "websocket-ts", "ours-worker", "ours-page", "ours-dropin",
}

// early is ours in a page that dials before the script is there (README, "Open
// sooner"). It differs from ours-worker at the start alone.
const early = "ours-early"

// padded is partysocket with a comment that makes its script as long as ours,
// compressed: what of the distance between the two is the bytes alone.
const padded = "partysocket-padded"

// floor is the native WebSocket in a page that first loads a script which does
// nothing, of as many bytes as our class with its members and its checks alone,
// as they are written today: the rest of our script could cost nothing, and we would
// be no sooner.
const floor = "native-floor"

// starters are the implementations that start a page: the form that takes a
// WebSocket's arguments loads what ours-worker loads.
var starters = func() []string {
	list := slices.Clone(implementations)
	list[slices.Index(list, "ours-dropin")] = early
	return append(list, padded, floor)
}()

// contested are the starters that the bound on a start is about: its two sides, which
// differ by a few kB of script, and what tells bytes from work.
var contested = slices.Concat([]string{"partysocket", padded, floor}, mine)

// columns are those of the table.
var columns = append(slices.Clone(implementations), early, padded, floor)

// A Row is one kind of work: what it took each implementation in each round.
type Row struct {
	Group string `json:"group"`
	Name  string `json:"name"`
	Unit  string `json:"unit"` // of Values
	// Speed says that the ratio shown is native's value ÷ the other's, so that
	// more is better; without it it is the other's ÷ native's.
	Speed bool `json:"speed,omitzero"`
	// Absolute rows have no ratio to native: native does not do such work.
	Absolute bool `json:"absolute,omitzero"`
	// Values has one number a round for each implementation.
	Values map[string][]float64 `json:"values"`
}

// Results are what a run found.
type Results struct {
	Machine machine        `json:"machine"`
	Rows    []*Row         `json:"rows"`
	Native  []NativeRow    `json:"native"`
	Bytes   map[string]int `json:"bytes"` // brotli, by path: the scripts that pages load
	// Kept are the groups of rows that are an earlier run's.
	Kept []string `json:"kept,omitempty"`
}

// keep adds the rows of an earlier run that were not measured in this one.
func (r *Results) keep(earlier Results) error {
	if r.Machine != earlier.Machine {
		return fmt.Errorf("the earlier run was made on another machine: %v, this is %v", earlier.Machine, r.Machine)
	}
	rows := r.Rows
	r.Rows = nil
	for _, row := range earlier.Rows {
		same := func(measured *Row) bool { return measured.String() == row.String() }
		if at := slices.IndexFunc(rows, same); at >= 0 {
			row = rows[at]
			rows = slices.Delete(rows, at, at+1)
		} else if !slices.Contains(r.Kept, row.Group) {
			r.Kept = append(r.Kept, row.Group)
		}
		r.Rows = append(r.Rows, row)
	}
	r.Rows = append(r.Rows, rows...) // new ones
	if len(r.Native) == 0 {
		r.Native = earlier.Native
	}
	return nil
}

// row returns the row of that name, made if it is new.
func (r *Results) row(like Row) *Row {
	for _, row := range r.Rows {
		if row.Group == like.Group && row.Name == like.Name {
			return row
		}
	}
	like.Values = map[string][]float64{}
	r.Rows = append(r.Rows, &like)
	return &like
}

func (r *Row) add(impl string, value float64) { r.Values[impl] = append(r.Values[impl], value) }

// together returns rows for all that is received, and all that is sent: the
// geometric mean of a round's values. They tell differences apart that the single
// ones cannot, and among many rows that are compared one at a time some will
// differ by chance.
func (r *Results) together() (all []*Row) {
	for _, kind := range []string{"receive", "send"} {
		for _, part := range []string{"", mainThread} {
			var rows []*Row
			for _, row := range r.Rows {
				if row.Group == "messages" && !row.Absolute && strings.HasPrefix(row.Name, kind) &&
					strings.HasSuffix(row.Name, mainThread) == (part != "") && !strings.HasSuffix(row.Name, theCall) {
					rows = append(rows, row)
				}
			}
			if len(rows) < 2 {
				continue
			}
			mean := &Row{Group: "messages", Name: fmt.Sprintf("%s, all %d together%s", kind, len(rows), part), Unit: "µs", Speed: true, Values: map[string][]float64{}}
			for impl, values := range rows[0].Values {
				for round := range values {
					product := 1.0
					for _, row := range rows {
						product *= row.Values[impl][round]
					}
					mean.add(impl, math.Pow(product, 1/float64(len(rows))))
				}
			}
			all = append(all, mean)
		}
	}
	return all
}

// A Spread is a median and the quartiles around it.
type Spread struct{ Low, Median, High float64 }

// spread of no values is NaN.
func spread(values []float64) Spread {
	sorted := slices.Sorted(slices.Values(values))
	return Spread{quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)}
}

// lowest is the mean of the lowest quarter: what work costs that nothing has disturbed.
func lowest(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	sorted = sorted[:(len(sorted)+3)/4]
	sum := 0.0
	for _, value := range sorted {
		sum += value
	}
	return sum / float64(len(sorted))
}

// quantile interpolates between the two nearest of sorted values.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	at := q * float64(len(sorted)-1)
	below := int(at)
	above := min(below+1, len(sorted)-1)
	return sorted[below] + (at-float64(below))*(sorted[above]-sorted[below])
}

// ratios pairs the implementation with native, round by round. Native is
// measured twice, and its two values count as one, their geometric mean; the
// control is paired with the first of them.
func (r *Row) ratios(impl string) []float64 {
	if impl == "control" {
		return r.ratiosTo("native", impl)
	}
	return r.ratiosTo(bothNative, impl)
}

// What stands for several columns, by the geometric mean of a round's values.
const (
	bothNative = "native and control"
	// allOurs is this library in all its forms: until the socket opens, and with a message, they do the same.
	allOurs = "ours"
)

var standsFor = map[string][]string{
	bothNative: {"native", "control"},
	allOurs:    {"ours-worker", "ours-page", "ours-dropin"},
}

// valuesOf returns an implementation's values, or the means of those that it stands for.
func (r *Row) valuesOf(impl string) []float64 {
	members, several := standsFor[impl]
	if !several {
		return r.Values[impl]
	}
	var means []float64
	for round := 0; ; round++ {
		product, measured := 1.0, 0
		for _, member := range members {
			switch values := r.Values[member]; {
			case round < len(values):
				product *= values[round]
				measured++
			case len(values) > 0: // broken off
				return means
			}
		}
		if measured == 0 {
			return means
		}
		means = append(means, math.Pow(product, 1/float64(measured)))
	}
}

func (r *Row) ratiosTo(base, impl string) []float64 {
	var ratios []float64
	bases := r.valuesOf(base)
	for i, value := range r.valuesOf(impl) {
		if i >= len(bases) {
			break
		}
		other := bases[i]
		if other == 0 || value == 0 {
			continue // shorter than the clock can tell, in a run with very little work
		}
		if r.Speed {
			other, value = value, other
		}
		ratios = append(ratios, value/other)
	}
	return ratios
}

// behind is how much more an implementation takes than base, by the median of the rounds that have both.
func (r *Row) behind(base, impl string) float64 {
	values, bases := r.valuesOf(impl), r.valuesOf(base)
	differences := make([]float64, min(len(values), len(bases)))
	for i := range differences {
		differences[i] = values[i] - bases[i]
	}
	return spread(differences).Median
}

// rounds is how many values there are: some columns may have more than others.
func (r *Row) rounds() string {
	least, most := math.MaxInt, 0
	for _, values := range r.Values {
		least, most = min(least, len(values)), max(most, len(values))
	}
	if least < most {
		return fmt.Sprintf("%d–%d", least, most)
	}
	return fmt.Sprint(most)
}

func (r *Row) String() string { return fmt.Sprintf("%s: %s", r.Group, r.Name) }

// order is the order of a round: each has every place as often as the others, and
// comes as often after each of them, once all rounds are through that this takes,
// as many as there are in the list, or twice as many if that is odd (E. J. Williams,
// Experimental designs balanced for the estimation of residual effects, 1949).
func order(of []string, round int) []string {
	n := len(of)
	list := make([]string, n)
	for place := range list {
		step := (place + 1) / 2
		if place%2 == 0 {
			step = n - step
		}
		list[place] = of[(step+round)%n]
	}
	if n%2 == 1 && round/n%2 == 1 {
		slices.Reverse(list)
	}
	return list
}
