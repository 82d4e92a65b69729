//go:build js && wasm

package jsbridge

import (
	"bufio"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The WebAssembly build gives the answers that the native build has given,
// bit by bit. The file is written by core/port's TestRecordedAnswers.
func TestSameAnswersAsTheNativeBuild(t *testing.T) {
	file, err := os.Open("../core/port/testdata/recorded.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	h := serve(t)
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	batches := 0
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		batch := parse(t, lines.Text())
		if !lines.Scan() {
			t.Fatal("a batch without an answer")
		}
		want, got := parse(t, lines.Text()), h.send(t, batch...)
		if !slices.EqualFunc(got, want, func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }) {
			t.Fatalf("batch %d, %v\ngot  %v\nwant %v", batches, batch, got, want)
		}
		batches++
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if batches != 200 {
		t.Errorf("%d batches on file, want 200", batches)
	}
}

func parse(t *testing.T, line string) (numbers []float64) {
	t.Helper()
	for word := range strings.FieldsSeq(line) {
		n, err := strconv.ParseFloat(word, 64)
		if err != nil {
			t.Fatal(err)
		}
		numbers = append(numbers, n)
	}
	return numbers
}
