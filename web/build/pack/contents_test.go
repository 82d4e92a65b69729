package pack

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func TestByPackage(t *testing.T) {
	got := byPackage(map[string]int{
		"runtime.mallocgc":                   100,
		"runtime._mheap_.alloc":              50,
		"internal_runtime_maps.__Map_.Clear": 30,
		"example.test_a_b.F":                 7,
		"example.test_a.G":                   8,
		"type_.eq.example.test_a.T":          1,
		"example.test_a.G.func1":             2,
		"github.com_websocket_reconnect_websocket_reconnect_wasm.init": 3,
		"main.main": 4,
	}, []string{"runtime", "internal/runtime/maps", "example.test/a", "example.test/a-b", "github.com/websocket-reconnect/websocket-reconnect/wasm"})
	want := []content{
		{"runtime", 2, 150}, {"internal/runtime/maps", 1, 30}, {"example.test/a", 2, 10}, {"example.test/a-b", 1, 7},
		{"github.com/websocket-reconnect/websocket-reconnect/wasm", 2, 7}, {"(made by the compiler)", 1, 1},
	}
	if len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("place %d: got %v, want %v", i, got[i], want[i])
		}
	}
}

// TestContentsAddUp: the table of a real module has the runtime first, and its
// rows add up to the last.
func TestContentsAddUp(t *testing.T) {
	table, err := Contents(context.Background(), project(t))
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile(`(?m)^(.+?) +(\d+) +(\d+) +[\d.]+%$`).FindAllStringSubmatch(table, -1)
	if len(rows) < 5 || rows[0][1] != "runtime" || rows[len(rows)-1][1] != "all" {
		t.Fatalf("the table is\n%s", table)
	}
	sum := 0
	for _, r := range rows[:len(rows)-1] {
		n, _ := strconv.Atoi(r[3])
		sum += n
	}
	if all := rows[len(rows)-1][3]; all != strconv.Itoa(sum) || !strings.Contains(table, "internal/runtime/maps") {
		t.Errorf("the rows add up to %d, the last says %s", sum, all)
	}
}
