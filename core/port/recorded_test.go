package port_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	. "github.com/websocket-reconnect/websocket-reconnect/core/port"
)

var rewrite = flag.Bool("rewrite", false, "write testdata/recorded.txt anew; only commit it if you know what changed the answers")

// recordedSeed makes the recorded batches.
const recordedSeed = 20260101

// TestRecordedAnswers compares the answers to 200 random batches with those on
// file. jsbridge compares the WebAssembly build with the same file.
func TestRecordedAnswers(t *testing.T) {
	var text bytes.Buffer
	text.WriteString("# Batches and their answers, one a line. Written by: go test ./core/port -run Recorded -rewrite\n")
	h := new(Hub)
	for _, b := range randomBatches(recordedSeed, 199) {
		line(&text, b)
		line(&text, h.Step(b))
	}
	file := filepath.Join("testdata", "recorded.txt")
	if *rewrite {
		if err := os.WriteFile(file, text.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got, wanted := bytes.Split(text.Bytes(), []byte("\n")), bytes.Split(want, []byte("\n"))
	if len(got) != len(wanted) {
		t.Fatalf("%d lines, %d on file: if that is meant, run again with -rewrite", len(got), len(wanted))
	}
	for i := range got {
		if !bytes.Equal(got[i], wanted[i]) {
			t.Fatalf("%s:%d: if this is meant, run again with -rewrite\ngot  %s\nwant %s", file, i+1, got[i], wanted[i])
		}
	}
}

// line writes numbers so that they can be read back bit by bit.
func line(text *bytes.Buffer, numbers []float64) {
	for i, n := range numbers {
		if i > 0 {
			text.WriteByte(' ')
		}
		text.WriteString(strconv.FormatFloat(n, 'g', -1, 64))
	}
	text.WriteByte('\n')
}
