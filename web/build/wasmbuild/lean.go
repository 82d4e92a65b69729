package wasmbuild

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// safejs brings fmt into the module, a quarter of its size, for the text of
// panics that do not happen, stack traces nobody prints, and three sentences.
// The published module is built from a copy in which these are said without
// fmt; the API and every error's text are the same. Tests, vet and editors see
// safejs as it is.
const (
	safejs        = "github.com/hack-pad/safejs"
	safejsVersion = "v0.1.0"
)

// safejsFiles are all that goes into the copy, with the hash of the file that the copy
// was made for.
var safejsFiles = map[string]string{
	"go.mod":                        "",
	"bytes.go":                      "8228cfe371ab43cde10507a9cb6e34dc08f50eb12e00eb9ed509a7db8c95edb8",
	"doc.go":                        "d9f66ecb45ad6f233ec6f23255471c26a3c1c6e0d619874ed1b3e381623f8240",
	"error.go":                      "ff91d61ef1969ee6a90cfb219ca1d698c2ebb2d76ba1ee2d7c0b8eaf68da0c32",
	"func.go":                       "3da7221a040eaba7ee424a141e457d6a68a157eb78a4993159072261eeccbce2",
	"global.go":                     "188d960a158097b4838f65cd55411cfb4b544ae16b01977e8db5f7e7fda053cb",
	"type.go":                       "9c13c000c5a0e706960e712338bbe7414d8c6c4ee1f4ca84c21caefa4744ba59",
	"value.go":                      "69a679e5a90a869da1a57c51ddf427247c1ca77ec5d763e3f50892571947b174",
	"internal/catch/catch.go":       "693473518b077e0e739bc51fc8ffeda3eb6f94d2f6799a118db42bbeeb34d93e",
	"internal/stackerr/stackerr.go": "1b8f8a53fabab1ebe4ae20667161fb350037187d744a3c34c76e43aafb20cb95",
}

//go:embed lean/*.txt
var leanFiles embed.FS

// ours are the files that are replaced whole.
var ours = map[string]string{
	"internal/catch/catch.go":       "lean/catch.go.txt",
	"internal/stackerr/stackerr.go": "lean/stackerr.go.txt",
}

// valueEdits are made to value.go.
var valueEdits = strings.NewReplacer(
	`"fmt"`, `"errors"`,
	`fmt.Errorf("invalid type for instanceof: %v", t.Type())`, `errors.New("invalid type for instanceof: " + t.Type().String())`,
	`fmt.Errorf("invalid constructor type for instanceof: %v", err)`, `errors.New("invalid constructor type for instanceof: " + err.Error())`,
	`fmt.Errorf("invalid constructor type for instanceof: %v", prototype.Type())`, `errors.New("invalid constructor type for instanceof: " + prototype.Type().String())`,
)

// leanDir is where the copy is kept, from the folder of go.mod. The compiled
// module holds this path, which is why it is always the same.
const leanDir = ".cache/lean"

// Lean returns the arguments that make `go build` and `go list` in dir, the
// folder of go.mod, use the smaller safejs, which it writes below .cache. A
// package that does not link safejs needs none.
func Lean(ctx context.Context, dir, pkg string) ([]string, error) {
	modules, err := Modules(ctx, dir, pkg)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(modules, func(m Module) bool { return m.Path == safejs })
	if i < 0 {
		return nil, nil
	}
	files, err := safejsCopy(modules[i])
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		if files[name], err = os.ReadFile(filepath.Join(dir, name)); err != nil {
			return nil, fmt.Errorf("replace safejs: %w", err)
		}
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, fmt.Errorf("replace safejs: %w", err)
	}
	files["go.mod"] = fmt.Appendf(files["go.mod"], "\nreplace %s => ./%s/safejs\n", safejs, leanDir)
	for name, text := range files {
		if err := keep(filepath.Join(dir, filepath.FromSlash(leanDir), filepath.FromSlash(name)), text); err != nil {
			return nil, fmt.Errorf("replace safejs: %w", err)
		}
	}
	return []string{"-modfile=" + filepath.Join(dir, filepath.FromSlash(leanDir), "go.mod")}, nil
}

// keep makes a file hold text, in one step where it does not yet: another build
// may be reading it.
func keep(path string, text []byte) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, text) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // fails, as it should, once renamed
	if _, err := tmp.Write(text); err != nil {
		tmp.Close()
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// safejsCopy makes the files of the smaller safejs out of the module's folder. It refuses
// files that it was not written for: a fix in safejs must not get lost here.
func safejsCopy(m Module) (map[string][]byte, error) {
	files := map[string][]byte{}
	refuse := func(what string) error {
		return fmt.Errorf("replace safejs: %s %s: %s; web/build/wasmbuild/lean.go was written for %s and has to be compared with it first", m.Path, m.Version, what, safejsVersion)
	}
	if m.Version != safejsVersion {
		return nil, refuse("another version")
	}
	if err := noOtherFiles(m.Dir, refuse); err != nil {
		return nil, err
	}
	for name, want := range safejsFiles {
		text, err := os.ReadFile(filepath.Join(m.Dir, filepath.FromSlash(name)))
		if err != nil {
			return nil, refuse(name + " is missing")
		}
		if sum := sha256.Sum256(text); want != "" && hex.EncodeToString(sum[:]) != want {
			return nil, refuse(name + " is not the known file")
		}
		switch instead := ours[name]; {
		case name == "go.mod": // its requirements are of its linter alone
			text = []byte("module " + safejs + "\n\ngo 1.18\n")
		case name == "value.go":
			text = []byte(valueEdits.Replace(string(text)))
		case instead != "":
			if text, err = leanFiles.ReadFile(instead); err != nil {
				return nil, fmt.Errorf("replace safejs: %w", err)
			}
		}
		files["safejs/"+name] = text
	}
	return files, nil
}

// noOtherFiles looks for code in safejs that would not be copied. Tests, their
// helpers and the linter are not linked in.
func noOtherFiles(dir string, refuse func(string) error) error {
	return fs.WalkDir(os.DirFS(dir), ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fmt.Errorf("replace safejs: %w", err)
		case name == "jsguard" || name == "internal/assert":
			return fs.SkipDir
		case e.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		if _, known := safejsFiles[name]; !known {
			return refuse(name + " is new")
		}
		return nil
	})
}
