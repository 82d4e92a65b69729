package main

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// A bound is met or missed where an interval tells, and cannot be told where it does not.
func TestVerdicts(t *testing.T) {
	dice := rand.New(rand.NewPCG(3, 1))
	// row has twenty rounds of each column, around its share of native's speed.
	row := func(noise, worker, page, dropin, rival float64) *Row {
		r := &Row{Group: "messages", Name: "receive text", Unit: "µs", Speed: true, Values: map[string][]float64{}}
		for range 20 {
			ratios := map[string]float64{"native": 1, "control": 1, "ours-worker": worker, "ours-page": page, "ours-dropin": dropin, rivals[0]: rival}
			for _, impl := range slices.Sorted(maps.Keys(ratios)) { // the dice fall the same in each run
				r.add(impl, (1+noise*(dice.Float64()-0.5))/ratios[impl])
			}
		}
		return r
	}
	for _, c := range []struct {
		what, met string
		row       *Row
	}{
		{"all near native, none below the rival", "yes", row(0.01, 0.99, 1, 1.01, 0.98)},
		{"all far below", "**no**", row(0.01, 0.9, 0.9, 0.9, 0.9)},
		{"one placement far below, the mean above", "**no**", row(0.01, 0.9, 1.1, 1.1, 1)},
		{"more noise than distance", "cannot be told", row(0.5, 0.97, 0.97, 0.97, 0.9)},
		{"near native, and one placement surely below a rival", "**no**", row(0.01, 0.98, 1.02, 1.02, 1)},
		{"near native, and a rival surely faster", "**no**", row(0.01, 0.98, 0.98, 0.98, 1.02)},
	} {
		v := c.row.verdict(bothNative, "≥ 0.97", func(impl string) string { return shownTo(bothNative, c.row, impl) }, func(ratio float64) bool { return ratio >= 0.97 })
		v.beside(c.row, 90)
		if v.met != c.met {
			t.Errorf("%s: %s, want %s: %s", c.what, v.met, c.met, v.found)
		}
		if !strings.HasPrefix(v.found, "ours ") {
			t.Errorf("%s: %q does not begin with our columns as one", c.what, v.found)
		}
	}
}

// Of so many comparisons some look like a rival's lead by chance. Hardly a table
// says so of columns that are all alike; and what is a lead in one comparison
// cannot be told from chance where it is one of many.
func TestRivalsByChance(t *testing.T) {
	const tables, comparisons, rounds = 1000, 90, 28
	dice := rand.New(rand.NewPCG(7, 1))
	wrong := 0
	for range tables {
		lead := false
		for range comparisons {
			ratios := make([]float64, rounds)
			for i := range ratios {
				ratios[i] = 1 + 0.1*dice.NormFloat64()
			}
			lead = lead || chanceBelow1(ratios)*comparisons < 0.05
		}
		if lead {
			wrong++
		}
	}
	if wrong > tables/20 {
		t.Errorf("%d of %d tables see a lead among columns that are alike", wrong, tables)
	}
	for below, want := range map[int]float64{28: 1 / float64(1<<28), 27: 29 / float64(1<<28), 14: 0.575, 0: 1} {
		ratios := make([]float64, rounds)
		for i := range ratios {
			ratios[i] = 1.01
			if i < below {
				ratios[i] = 0.99
			}
		}
		if got := chanceBelow1(ratios); math.Abs(got/want-1) > 0.001 {
			t.Errorf("%d of %d below: chance %g, want %g", below, rounds, got, want)
		}
	}
	for _, c := range []struct {
		rival       float64
		comparisons int
		want        string
	}{
		{0.99, 1, yes(false)},
		{0.99, 90, "cannot be told"},
		{0.96, 90, "cannot be told"},
	} {
		one := &Row{Group: "messages", Name: "receive text", Unit: "µs", Speed: true, Values: map[string][]float64{}}
		for round := range rounds {
			ours := 1.0
			if round%7 < 2 {
				ours = 0.95 // in eight rounds of 28 we are faster than the rival
			}
			for impl, value := range map[string]float64{"native": 1, "control": 1, "ours-worker": ours, "ours-page": ours, "ours-dropin": ours, rivals[0]: c.rival} {
				one.add(impl, value)
			}
		}
		v := verdict{met: yes(true)}
		if v.beside(one, c.comparisons); v.met != c.want {
			t.Errorf("a lead of %v in 20 of 28 rounds, one of %d comparisons: %s, want %s: %s", 1-c.rival, c.comparisons, v.met, c.want, v.found)
		}
		if !strings.Contains(v.found, "ours below "+rivals[0]) {
			t.Errorf("a lead of %v is not written down: %s", 1-c.rival, v.found)
		}
	}
}

// A start is judged by both placements as one, too: they do the same until the
// socket is open.
func TestStartVerdicts(t *testing.T) {
	for _, c := range []struct {
		what, met    string
		worker, page float64
		padded       float64
		floor        float64
	}{
		{"both sooner", "yes", 0.99, 0.98, 0.98, 1.01},
		{"both later", "**no**", 1.01, 1.02, 1, 1},
		{"both later, as partysocket is with our bytes", "**no**, by the bytes alone", 1.02, 1.02, 1.02, 1},
		{"both later, and so is the native WebSocket behind our members' bytes", "**no**; our members and checks alone **no**", 1.01, 1.02, 1, 1.005},
		{"both later, with more noise than shows what partysocket comes to with our bytes", "**no**", 1.0005, 1.0005, 1, 1},
		{"one surely later, their mean sooner", "**no**", 1.01, 0.9, 1, 0.99},
	} {
		r := &Row{Group: "start", Name: "slow 3G, to open", Unit: "ms", Values: map[string][]float64{}}
		for round := range 20 {
			around := 0.001 * float64(1-round%2*2)
			for impl, ratio := range map[string]float64{"partysocket": 1, "ours-worker": c.worker, "ours-page": c.page, padded: c.padded + around, floor: c.floor} {
				r.add(impl, 2000*ratio)
			}
		}
		results := Results{Rows: []*Row{r}}
		all := results.verdicts()
		if len(all) != 1 || all[0].met != c.met || !strings.HasPrefix(all[0].found, "ours ") {
			t.Errorf("%s: %v, want %s", c.what, all, c.met)
		}
	}
}

// Columns that are measured more often are compared in the rounds that others have.
func TestMoreRoundsOfSome(t *testing.T) {
	r := &Row{Values: map[string][]float64{"partysocket": {2000, 2010, 3000, 3000}, "ours-worker": {2050, 2061}, floor: {2010, 2021, 3012, 3013}}}
	if got := r.behind("partysocket", "ours-worker"); got != 50.5 {
		t.Errorf("ours is %v behind, want 50.5", got)
	}
	if got := r.behind("partysocket", floor); got != 11.5 {
		t.Errorf("the floor is %v behind, want 11.5", got)
	}
	if got := r.rounds(); got != "2–4" {
		t.Errorf("%s rounds, want 2–4", got)
	}
}

// What a start waits for is told in the run's own numbers.
func TestWaits(t *testing.T) {
	r := Results{Rows: []*Row{
		{Group: "start", Name: "slow 3G, to open", Values: map[string][]float64{"partysocket": {2000}, "ours-worker": {2040}, "ours-page": {2040}, padded: {2041}, early: {1600}, floor: {2010}}},
		{Group: "start", Name: "slow 3G" + bytesBeforeOpen, Values: map[string][]float64{"partysocket": {2000}, "ours-worker": {4500}, "ours-page": {4500}}},
		{Group: "start", Name: "4G, to open", Values: map[string][]float64{"partysocket": {500}}}, // broken off
	}}
	const want = "- slow 3G: the 2500 bytes that our script has more than partysocket's take 40 ms of the wire. We open 40 ms later than it does, 1 ms sooner than it does with as many bytes, and dialled early 400 ms sooner. A native WebSocket that waits for the bytes of our members and checks alone opens 10 ms later than partysocket.\n"
	if got := r.waits(); !strings.HasSuffix(got, "\n\n"+want) {
		t.Errorf("got %q, want one line, %q", got, want)
	}
	r = Results{Rows: []*Row{
		{Group: "start", Name: "local, to open", Values: map[string][]float64{"partysocket": {90}, "ours-worker": {93}, "ours-page": {93}, padded: {94}}},
		{Group: "start", Name: "local" + mainThreadsTime, Values: map[string][]float64{"native": {40}, "partysocket": {42}, "ours-worker": {44}, "ours-page": {44}, padded: {43}}},
	}}
	const near = "- local: until the first echo the page's main thread works 44.0 ms with us, 42.0 ms with partysocket, 43.0 ms with partysocket and as many bytes, 40.0 ms without a library; ours is 1.048 (1.048–1.048) of partysocket's. We open 3 ms later than partysocket, 1 ms sooner than it does with as many bytes.\n"
	if got := r.waits(); !strings.HasSuffix(got, "\n\n"+near) {
		t.Errorf("got %q, want one line, %q", got, near)
	}
	if got := (&Results{}).waits(); got != "" {
		t.Errorf("nothing was measured, and %q told", got)
	}
}

// What stands for several columns leaves out those that were not measured, and
// has no more rounds than each of the others.
func TestStandingForSeveral(t *testing.T) {
	r := &Row{Values: map[string][]float64{"native": {4, 9}, "ours-worker": {2, 8}, "ours-page": {8}}}
	if got := r.valuesOf(bothNative); len(got) != 2 || got[0] != 4 || got[1] != 9 {
		t.Errorf("native alone stands as %v", got)
	}
	if got := r.valuesOf(allOurs); len(got) != 1 || got[0] != 4 {
		t.Errorf("2 and 8 stand as %v, want 4 for the one round that both have", got)
	}
	if got := (&Row{Values: map[string][]float64{}}).valuesOf(allOurs); len(got) != 0 {
		t.Errorf("nothing stands as %v", got)
	}
}
