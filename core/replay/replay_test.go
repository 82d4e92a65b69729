package replay_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/contract"
	"github.com/websocket-reconnect/websocket-reconnect/core/port"
	"github.com/websocket-reconnect/websocket-reconnect/core/replay"
)

// Every trace in testdata came from a browser; with it, its timeline. A change
// of the machine that gives other answers makes old traces fail: export new
// ones (E2E=1 go test ./e2e -run TestTraceReplays -rewrite-traces), and only commit them if you understand what caused it.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no traces: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			trace := parse(t, file)
			messages, err := trace.Run()
			if err != nil {
				t.Fatal(err)
			}
			var got bytes.Buffer
			if err := replay.Timeline(&got, trace, messages); err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile(strings.TrimSuffix(file, ".json") + ".txt")
			if err != nil {
				t.Fatal(err)
			}
			if got.String() != string(want) {
				t.Errorf("the timeline has changed:\n%s", got.String())
			}
		})
	}
}

// "A difference is a bug of determinism", and is not overlooked.
func TestRunFindsADifference(t *testing.T) {
	trace := parse(t, "testdata/killed_server_worker.json")
	for i := range trace.Steps {
		if n := len(trace.Steps[i].Want); n > 0 {
			trace.Steps[i].Want[n-1]++
			_, err := trace.Run()
			if err == nil || !strings.Contains(err.Error(), "does not give the recorded answer") {
				t.Fatalf("step %d has another answer, Run says: %v", i, err)
			}
			trace.Steps[i].Want[n-1]--
		}
	}
}

func TestParseRefuses(t *testing.T) {
	good, err := os.ReadFile("testdata/killed_server_worker.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, old, new, want string }{
		{"no JSON", `{`, `[`, "read trace"},
		{"another format", `"format":1`, `"format":2`, "format 2, this program reads 1"},
		{"another contract", `"contract":"`, `"contract":"0`, "was made with contract 0"},
		{"cut off", `"steps":"`, `"steps":"AAAAAAAA8H8A`, "read trace"},
	} {
		text := strings.Replace(string(good), tt.old, tt.new, 1)
		if _, err := replay.Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %q", tt.name, err, tt.want)
		}
	}
}

// "A sentence for each message", about arguments that the message has.
func TestEveryMessageHasASentence(t *testing.T) {
	known := map[string]bool{}
	for _, op := range slices.Concat(contract.ToCore, contract.ToPage) {
		known[op.Name] = true
		text := replay.Sentences[op.Name]
		if text == "" {
			t.Errorf("%s has no sentence", op.Name)
		}
		for _, part := range strings.Split(text, "{")[1:] {
			name, _, _ := strings.Cut(part, "}")
			if name == "drop" { // a reason of its own
				name = "reason"
			}
			if !slices.Contains(strings.Fields(op.Args), name) {
				t.Errorf("%s: %q speaks of %s, which is not among %q", op.Name, text, name, op.Args)
			}
		}
	}
	for name := range replay.Sentences {
		if !known[name] {
			t.Errorf("there is no message %s", name)
		}
	}
}

// What is endless is said, too, of an argument that is spelled as well.
func TestSentenceOfWhatIsEndless(t *testing.T) {
	endless := []float64{math.Inf(1), math.Inf(1), math.Inf(1)}
	const want = "the server was heard for ever ago"
	if got := replay.Sentence(replay.Message{In: true, Op: "Heard", Args: endless}); got != want {
		t.Errorf("Heard: %q, want %q", got, want)
	}
	for _, op := range contract.ToPage { // states, reasons, …
		_ = replay.Sentence(replay.Message{Op: op.Name, Args: endless})
	}
}

// What a number stands for is written twice: here, and where the machine has it.
func TestSentenceOfReach(t *testing.T) {
	for reach, want := range map[core.Reach]string{core.NobodyThere: "nobody is there", core.SomebodyThere: "somebody is there", core.HookFailed: "a function failed"} {
		if got := replay.Sentence(replay.Message{In: true, Op: "Closed", Args: []float64{1, 1006, 0, float64(reach)}}); !strings.Contains(got, want) {
			t.Errorf("reach %d: %q, want %q", reach, got, want)
		}
	}
}

// The number of a choice that there is not is a number.
func TestOptionsOutOfRange(t *testing.T) {
	for _, n := range []float64{99, -99, math.NaN(), math.Inf(1)} {
		args := slices.Repeat([]float64{n}, 2+port.ConfigLen)
		var text strings.Builder
		if err := replay.Timeline(&text, &replay.Trace{}, []replay.Message{{In: true, Op: "Create", Args: args}}); err != nil || !strings.Contains(text.String(), "hiddenPolicy=") {
			t.Errorf("%v: %v, %q", n, err, text.String())
		}
	}
}

// A trace is a file from anywhere: whatever it says, Parse, Run and Timeline
// return.
func FuzzParse(f *testing.F) {
	good, err := os.ReadFile("testdata/killed_server_page.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Fuzz(func(t *testing.T, text []byte) {
		if trace, err := replay.Parse(text); err == nil {
			messages, _ := trace.Run()
			_ = replay.Timeline(io.Discard, trace, messages)
		}
	})
}

func parse(t *testing.T, file string) *replay.Trace {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	trace, err := replay.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return trace
}

// A trace comes from anywhere: messages of any length are answered, not choked on.
func TestMessagesOfAnyLength(t *testing.T) {
	for op := range 64 {
		for length := range 40 {
			batch := append([]float64{float64(3 + length), float64(op), 1, 0}, make([]float64, length)...)
			trace := &replay.Trace{Client: 1, Steps: []replay.Step{{Batch: batch}}}
			messages, _ := trace.Run()
			if err := replay.Timeline(io.Discard, trace, messages); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestParseRefusesWhatIsCutOff(t *testing.T) {
	good, err := os.ReadFile("testdata/killed_server_worker.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Run struct{ Steps string }
	}
	if err := json.Unmarshal(good, &file); err != nil {
		t.Fatal(err)
	}
	raw, err := base64.StdEncoding.DecodeString(file.Run.Steps)
	if err != nil {
		t.Fatal(err)
	}
	for _, steps := range [][]byte{append(raw, 0), raw[:len(raw)-1], raw[:len(raw)-8], nil} {
		text := strings.Replace(string(good), file.Run.Steps, base64.StdEncoding.EncodeToString(steps), 1)
		if _, err := replay.Parse([]byte(text)); err == nil || !strings.HasPrefix(err.Error(), "read trace: ") {
			t.Errorf("%d bytes of steps: %v", len(steps), err)
		}
	}
}
