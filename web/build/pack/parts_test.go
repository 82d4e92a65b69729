package pack

import (
	"os"
	"path/filepath"
	"testing"
)

// What the report says of the first script's parts is of the script that is
// published, and leaving a part out leaves something out.
func TestParts(t *testing.T) {
	in := Inputs{Root: filepath.Join("..", "..", ".."), Web: "web"}.absolute()
	version, err := readVersion(filepath.Join(in.Web, "package.json"))
	if err != nil {
		t.Fatal(err)
	}
	goScript := filepath.Join(t.TempDir(), "wasm_exec.js") // another script's, which is not made here
	if err := os.WriteFile(goScript, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	files, err := bundle(in, version, goScript, scripts[:1])
	if err != nil {
		t.Fatal(err)
	}
	published, err := compressor{}.brotli(files[Module])
	if err != nil {
		t.Fatal(err)
	}
	size := func(hollow ...string) int {
		t.Helper()
		n, err := without(in, version, compressor{}, scripts[0].entry, hollow)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	whole := size()
	if whole != len(published) {
		t.Errorf("the whole is said to have %d bytes, and has %d", whole, len(published))
	}
	for _, name := range dataPlane {
		if n := size(name); n >= whole {
			t.Errorf("without %s the script has %d bytes of %d", name, n, whole)
		}
	}
}
