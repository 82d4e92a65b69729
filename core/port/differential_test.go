package port_test

import (
	"bytes"
	"encoding/binary"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "github.com/websocket-reconnect/websocket-reconnect/core/port"
)

var (
	traces    = flag.Int("traces", 1000, "how many lives TestSameAsWasm takes through both builds")
	traceSeed = flag.Uint64("traceseed", 0, "the first life's seed; 0: by the clock")
)

// TestSameAsWasm takes random lives through this build and through the module
// that pages load, one instance for each, and compares the answers byte by
// byte. WASM names the module: make test-js sets it.
func TestSameAsWasm(t *testing.T) {
	module := os.Getenv("WASM")
	if module == "" {
		t.Skip("WASM does not name a module; make test-js does")
	}
	module, err := filepath.Abs(filepath.Join("../..", module))
	if err != nil {
		t.Fatal(err)
	}
	seed := *traceSeed
	if seed == 0 {
		seed = uint64(time.Now().Unix())
	}
	t.Logf("%d traces from seed %d on (-traceseed)", *traces, seed)

	var input, want bytes.Buffer
	batches := 0
	for i := range uint64(*traces) {
		life := randomBatches(seed+i, 49)
		if i%2 == 1 { // and what a replay does
			life = append(life, dumped(seed+i, life)...)
		}
		batches += len(life)
		word(&input, len(life))
		h := new(Hub)
		for _, b := range life {
			record(&input, b)
			record(&want, h.Step(b))
		}
	}
	got := throughNode(t, module, &input)
	if !bytes.Equal(got, want.Bytes()) {
		t.Fatal(difference(seed, got, want.Bytes()))
	}
	t.Logf("%d traces, %d batches, %d bytes of answers: equal", *traces, batches, len(got))
}

// dumped asks for everything, and loads a client's dump into a new client.
func dumped(seed uint64, life [][]float64) [][]float64 {
	h := new(Hub)
	for _, b := range life {
		h.Step(b)
	}
	now := life[len(life)-1][0]
	ask := batch(now, msg("Dump", broadcast, 1<<20))
	more := [][]float64{ask}
	r := rand.New(rand.NewPCG(seed, 2))
	answer := h.Step(ask)
	for at := 2; at < len(answer); {
		end := at + 1 + int(answer[at])
		numbers := answer[at+3 : end]
		at = end
		n := 2 + ConfigLen
		id := 20 + r.IntN(5)
		create, load := message{op: "Create", client: id, args: numbers[:n]}, message{op: "Load", client: id, args: numbers[n:]}
		more = append(more, batch(now, create, load), batch(now+1, msg("Timer", broadcast, 0)), batch(now+1, msg("Wake", id)))
	}
	return append(more, batch(now+60_000, msg("Timer", broadcast, 0)), ask)
}

// throughNode has the module answer.
func throughNode(t *testing.T, module string, input *bytes.Buffer) []byte {
	t.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", filepath.Join("testdata", "answer.mjs"), filepath.Join(strings.TrimSpace(string(root)), "lib/wasm/wasm_exec.js"), module)
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr = input, &stderr
	answers, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, stderr.Bytes())
	}
	return answers
}

func word(to *bytes.Buffer, n int) {
	to.Write(binary.LittleEndian.AppendUint32(nil, uint32(n)))
}

// record writes numbers as answer.mjs reads them.
func record(to *bytes.Buffer, numbers []float64) {
	word(to, 8*len(numbers))
	for _, n := range numbers {
		to.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(n)))
	}
}

// difference names the first answer that is not the same.
func difference(seed uint64, got, want []byte) string {
	for n := 0; len(got) > 0 && len(want) > 0; n++ {
		a, restA := firstRecord(got)
		b, restB := firstRecord(want)
		if !bytes.Equal(a, b) {
			return fmt.Sprintf("seed %d, answer %d:\nmodule %v\nnative %v", seed, n, numbersIn(a), numbersIn(b))
		}
		got, want = restA, restB
	}
	return fmt.Sprintf("seed %d: the module gave %d bytes more, the native build %d", seed, len(got), len(want))
}

func firstRecord(b []byte) (record, rest []byte) {
	n := binary.LittleEndian.Uint32(b)
	if n == math.MaxUint32 { // the module has died, and these are its words
		return b[8:], nil
	}
	return b[4 : 4+n], b[4+n:]
}

func numbersIn(b []byte) any {
	if len(b)%8 != 0 {
		return string(b)
	}
	numbers := make([]float64, min(len(b)/8, 200)) // enough to see what differs
	for i := range numbers {
		numbers[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
	}
	return numbers
}
