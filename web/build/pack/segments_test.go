package pack

import (
	"bytes"
	"context"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/web/build/wasmbuild"
)

// dataModule is a module of nothing but segments.
func dataModule(segments ...segment) []byte {
	body := writeSegments(segments)
	return append([]byte("\x00asm\x01\x00\x00\x00\x0b"), append([]byte{byte(len(body))}, body...)...)
}

func TestMergeSegments(t *testing.T) {
	for _, tc := range []struct {
		name     string
		in, want []segment
	}{
		{"neighbours", []segment{{64, []byte("ab")}, {66, []byte("cd")}}, []segment{{64, []byte("abcd")}}},
		{"a small gap becomes zeros", []segment{{64, []byte("a")}, {67, []byte("b")}}, []segment{{64, []byte("a\x00\x00b")}}},
		{"a large gap stays", []segment{{8, []byte("a")}, {9000, []byte("b")}}, []segment{{8, []byte("a")}, {9000, []byte("b")}}},
		{"out of order", []segment{{66, []byte("b")}, {64, []byte("a")}}, []segment{{64, []byte("a\x00b")}}},
		{"none", nil, nil},
	} {
		got, err := mergeSegments(dataModule(tc.in...))
		if err != nil || !bytes.Equal(got, dataModule(tc.want...)) {
			t.Errorf("%s: %x, %v; want %x", tc.name, got, err, dataModule(tc.want...))
		}
	}
}

func TestMergeSegmentsRefusesWhatItDoesNotKnow(t *testing.T) {
	good := dataModule(segment{64, []byte("ab")})
	passive := slices.Clone(good)
	passive[11] = 1
	for name, module := range map[string][]byte{
		"no module":       []byte("hello"),
		"cut short":       good[:len(good)-1],
		"overlap":         dataModule(segment{64, []byte("ab")}, segment{65, []byte("c")}),
		"passive segment": passive,
		"data count":      append(slices.Clone(good), 12, 1, 1),
	} {
		if got, err := mergeSegments(module); err == nil {
			t.Errorf("%s: no error, but %x", name, got)
		}
	}
}

// FuzzMergeSegments: whatever the bytes, no panic; what is merged once stays
// as it is.
func FuzzMergeSegments(f *testing.F) {
	f.Add(dataModule(segment{64, []byte("ab")}, segment{70, []byte("c")}))
	f.Fuzz(func(t *testing.T, module []byte) {
		once, err := mergeSegments(module)
		if err != nil {
			return
		}
		if twice, err := mergeSegments(once); err != nil || !bytes.Equal(once, twice) {
			t.Errorf("merged again: %x, %v; want %x", twice, err, once)
		}
	})
}

// TestMergedModuleRuns runs the compiled fixture under Node, where there is
// one, with the toolchain's own runner.
func TestMergedModuleRuns(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("needs node; the browser tests run the merged module too")
	}
	in := project(t)
	result, _ := build(t, in)
	if len(result.Warnings) > 0 {
		t.Errorf("the build warns: %q", result.Warnings)
	}
	_, root, err := wasmbuild.Toolchain(context.Background(), in.Root)
	if err != nil {
		t.Fatal(err)
	}
	module := filepath.Join(in.absolute().Out, Wasm)
	out, err := exec.Command(node, filepath.Join(root, "lib", "wasm", "wasm_exec_node.js"), module).CombinedOutput()
	if err != nil || string(out) != "tiny\n" {
		t.Errorf("the module printed %q, error %v; want \"tiny\"", out, err)
	}
}
