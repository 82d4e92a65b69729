package main

import (
	"maps"
	"slices"
	"testing"
)

// Every implementation has each place as often as the others, and comes as
// often after each of them, whether their number is even or odd.
func TestOrderIsBalanced(t *testing.T) {
	for _, list := range [][]string{implementations, starters} {
		n := len(list)
		times := 1 + n%2
		places, pairs := map[string][]int{}, map[[2]string]int{}
		for round := range times * n {
			in := order(list, round)
			for place, impl := range in {
				places[impl] = append(places[impl], place)
				if place > 0 {
					pairs[[2]string{in[place-1], impl}]++
				}
			}
		}
		for impl, had := range places {
			slices.Sort(had)
			for i, place := range had {
				if place != i/times {
					t.Fatalf("of %d: %s had the places %v", n, impl, had)
				}
			}
		}
		for pair, met := range pairs {
			if met != times {
				t.Errorf("of %d: %v follow one another %d times, want %d", n, pair, met, times)
			}
		}
		if len(places) != n || len(pairs) != n*(n-1) {
			t.Errorf("of %d: %d had a place, and %d pairs were neighbours", n, len(places), len(pairs))
		}
	}
}

// What a run has not measured anew is the earlier run's, in its place.
func TestKeeping(t *testing.T) {
	row := func(group, name string, value float64) *Row {
		return &Row{Group: group, Name: name, Values: map[string][]float64{"native": {value}}}
	}
	r := Results{Rows: []*Row{row("start", "to open", 2), row("start", "new", 3)}}
	earlier := Results{Rows: []*Row{row("messages", "echo", 1), row("start", "to open", 1), row("many", "open", 1)}, Native: []NativeRow{{Name: "probe"}}}
	if err := r.keep(earlier); err != nil {
		t.Fatal(err)
	}
	var got []string
	var values []float64
	for _, row := range r.Rows {
		got = append(got, row.String())
		values = append(values, row.Values["native"]...)
	}
	if want := []string{"messages: echo", "start: to open", "many: open", "start: new"}; !slices.Equal(got, want) {
		t.Errorf("rows %q, want %q", got, want)
	}
	if want := []float64{1, 2, 1, 3}; !slices.Equal(values, want) {
		t.Errorf("values %v, want %v", values, want)
	}
	if want := []string{"messages", "many"}; !slices.Equal(r.Kept, want) {
		t.Errorf("kept %q, want %q", r.Kept, want)
	}
	if len(r.Native) != 1 {
		t.Error("the machine's rows are lost")
	}
	earlier.Machine.Cores = 99
	if err := r.keep(earlier); err == nil {
		t.Error("the rows of another machine were kept")
	}
}

// What starts differ by stays, and what they have waited for before is the same for all.
func TestEvenOut(t *testing.T) {
	row := Row{Values: map[string][]float64{"a": {110, 130}, "b": {125}, "native": {50}}}
	row.evenOut(map[string][]float64{"a": {10, 30}, "b": {20}})
	if want := map[string][]float64{"a": {120, 120}, "b": {125}, "native": {50}}; !maps.EqualFunc(row.Values, want, slices.Equal) {
		t.Errorf("got %v, want %v", row.Values, want)
	}
}
