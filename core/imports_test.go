// The shape of the code, checked: which room may import which, and what the
// core never names. See the package comment of core for the reasons.
package core_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/websocket-reconnect/websocket-reconnect"

// leaves decide one thing each and know nothing but the unit of time.
var leaves = []string{"core/backoff", "core/heartbeat", "core/breaker", "core/budget", "core/queue"}

// mayImport lists, for each room of the pure half, the rooms below it. A room
// that is not listed here (web/build, e2e, core/client, core/fleet) is bound
// by TestNothingImportsTheOuterRooms only.
var mayImport = map[string][]string{
	"core/tick":      {},
	"core/dump":      {"core/tick"},
	"core/backoff":   {"core/tick"},
	"core/heartbeat": {"core/tick", "core/dump"},
	"core/breaker":   {"core/tick", "core/dump"},
	"core/budget":    {"core/tick", "core/dump"},
	"core/queue":     {"core/tick", "core/dump"},
	"core":           append([]string{"core/tick", "core/dump"}, leaves...),
	"core/port":      append([]string{"core", "core/tick", "core/dump"}, leaves...),
	"core/contract":  append([]string{"core", "core/tick", "core/dump"}, leaves...),
	"jsbridge":       append([]string{"core/port", "core", "core/tick", "core/contract"}, leaves...),
	"wasm":           append([]string{"jsbridge", "core/port", "core", "core/tick", "core/contract"}, leaves...),
}

// pure rooms are compiled into the page, and every run of theirs can be
// replayed: the core, its leaves, and the port in front of it.
var pure = append([]string{"core", "core/port", "core/tick", "core/dump"}, leaves...)

// outer rooms are built on all others. Nothing is built on them.
var outer = []string{"core/client", "core/fleet", "e2e"}

// unnamed is what the pure rooms must not import, nor anything below it:
// clocks, global dice, I/O and concurrency, which would make runs impossible
// to replay, and packages that add a hundred kilobytes to the page.
var unnamed = []string{
	"time", "math/rand", "fmt", "reflect", "encoding/json", "net", "os", "syscall", "context", "sync", "log",
}

// ownDice are the names of math/rand/v2 that make or hold a generator of one's
// own. All others roll the global one.
var ownDice = []string{"New", "NewPCG", "NewChaCha8", "NewZipf", "Rand", "PCG", "ChaCha8", "Zipf", "Source"}

func TestImportsGoOneWay(t *testing.T) {
	for room, below := range mayImport {
		for _, f := range goFiles(t, room) {
			if f.test {
				continue
			}
			for _, imp := range f.imports {
				to, ours := strings.CutPrefix(imp.path, module+"/")
				if ours && !slices.Contains(below, to) && !sameRoom(room, to) {
					t.Errorf("%s imports %s: %s may import %q", imp.at, to, room, below)
				}
			}
		}
	}
}

func TestPureRoomsImportTheStandardLibraryOnly(t *testing.T) {
	for _, room := range pure {
		for _, f := range goFiles(t, room) {
			for _, imp := range f.imports {
				first, _, _ := strings.Cut(imp.path, "/")
				if !f.test && strings.Contains(first, ".") && !within(imp.path, module) {
					t.Errorf("%s imports %s, which is not in the standard library", imp.at, imp.path)
				}
			}
		}
	}
}

func TestNothingImportsTheOuterRooms(t *testing.T) {
	for _, f := range goFiles(t, ".") {
		if f.test {
			continue // tests of the core's clients may well need the fault server
		}
		for _, imp := range f.imports {
			for _, room := range outer {
				if within(imp.path, module+"/"+room) && !within(f.dir, room) {
					t.Errorf("%s imports %s; nothing may be built on %s", imp.at, imp.path, room)
				}
			}
		}
	}
}

func TestPureRoomsAreDeterministic(t *testing.T) {
	for _, room := range pure {
		for _, f := range goFiles(t, room) {
			if f.test {
				continue
			}
			for _, imp := range f.imports {
				if imp.path == "math/rand/v2" {
					globalDice(t, f, imp)
					continue
				}
				for _, name := range unnamed {
					if within(imp.path, name) {
						t.Errorf("%s imports %s: clock, dice and I/O belong to the driver, and the page pays for every package", imp.at, imp.path)
					}
				}
			}
			ast.Inspect(f.syntax, func(n ast.Node) bool {
				if g, ok := n.(*ast.GoStmt); ok {
					t.Errorf("%s starts a goroutine: a step has one thread", f.pos(g))
				}
				return true
			})
		}
	}
}

// globalDice reports uses of the generator that math/rand/v2 shares.
func globalDice(t *testing.T, f file, imp imported) {
	t.Helper()
	if imp.name == "." {
		t.Errorf("%s imports math/rand/v2 as \".\": global dice cannot be told from others", imp.at)
	}
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == imp.name && !slices.Contains(ownDice, sel.Sel.Name) {
			t.Errorf("%s rolls the global dice (%s.%s): take the roll as an argument", f.pos(sel), imp.name, sel.Sel.Name)
		}
		return true
	})
}

// TestPureRoomsLinkNothingHeavy asks the go command for all that the pure
// rooms pull in, since a harmless import may bring a heavy one along.
func TestPureRoomsLinkNothingHeavy(t *testing.T) {
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("needs the go command")
	}
	for _, room := range pure {
		if !slices.ContainsFunc(goFiles(t, room), func(f file) bool { return !f.test }) {
			continue
		}
		cmd := exec.Command(goTool, "list", "-deps", "./"+room)
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("go list -deps ./%s: %v\n%s", room, err, out)
			continue
		}
		for _, dep := range strings.Fields(string(out)) {
			if slices.Contains([]string{"time", "fmt", "reflect", "encoding/json", "net", "os", "syscall/js", "context"}, dep) {
				t.Errorf("%s links %s by way of an import; see `go list -deps ./%s`", room, dep, room)
			}
		}
	}
}

// TestPageFilesSayWhereTheyRun keeps syscall/js out of native builds: `go vet
// ./...` and editors must be able to read the whole repository.
func TestPageFilesSayWhereTheyRun(t *testing.T) {
	const tag = "//go:build js && wasm"
	for _, room := range []string{"jsbridge", "wasm"} {
		for _, f := range goFiles(t, room) {
			if !slices.Contains(f.constraints(), tag) {
				t.Errorf("%s does not say %q above its package clause", f.name, tag)
			}
		}
	}
}

// root is the repository, as seen from this package's folder.
const root = ".."

// file is one parsed Go file. Names are relative to the repository.
type file struct {
	name, dir string
	test      bool
	imports   []imported
	syntax    *ast.File
	set       *token.FileSet
}

type imported struct {
	path string
	name string // as the file says it
	at   string // file:line
}

func (f file) pos(n ast.Node) string {
	return f.name + ":" + strconv.Itoa(f.set.Position(n.Pos()).Line)
}

// constraints are the build lines above the package clause.
func (f file) constraints() []string {
	var lines []string
	for _, group := range f.syntax.Comments {
		for _, c := range group.List {
			if c.Pos() < f.syntax.Package && strings.HasPrefix(c.Text, "//go:build ") {
				lines = append(lines, c.Text)
			}
		}
	}
	return lines
}

// goFiles parses the Go files of a room, with those of its subfolders unless
// these are rooms of their own. A room that nobody has built yet is empty, and
// the log says so.
func goFiles(t *testing.T, room string) []file {
	t.Helper()
	var files []file
	err := fs.WalkDir(os.DirFS(root), room, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name != room && (skipped(d.Name()) || otherRoom(room, name)) {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		f, err := parse(name)
		if err != nil {
			t.Errorf("parse %s: %v", name, err)
			return nil
		}
		files = append(files, f)
		return nil
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Logf("%s has no Go files yet: nothing to check there", room)
	}
	return files
}

func parse(name string) (file, error) {
	set := token.NewFileSet()
	syntax, err := parser.ParseFile(set, filepath.Join(root, filepath.FromSlash(name)), nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return file{}, err
	}
	f := file{name: name, dir: path.Dir(name), test: strings.HasSuffix(name, "_test.go"), syntax: syntax, set: set}
	for _, spec := range syntax.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return file{}, err
		}
		imp := imported{path: p, name: strings.TrimSuffix(p, "/v2"), at: f.pos(spec)}
		imp.name = path.Base(imp.name)
		if spec.Name != nil {
			imp.name = spec.Name.Name
		}
		f.imports = append(f.imports, imp)
	}
	return f, nil
}

// skipped folders hold no code of ours, as the go command sees it.
func skipped(base string) bool {
	return strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || base == "testdata" || base == "node_modules" || base == "dist"
}

// otherRoom reports whether the folder belongs to another room than the one
// being read: everything below core is, and folders with rules of their own.
func otherRoom(room, folder string) bool {
	if room == "." {
		return false
	}
	_, listed := mayImport[folder]
	return room == "core" || listed
}

// sameRoom reports whether the folder is the room or a part of it.
func sameRoom(room, folder string) bool {
	return folder == room || within(folder, room) && !otherRoom(room, folder)
}

// within reports whether a slash-separated name is the folder or lies below it.
func within(name, folder string) bool {
	return name == folder || strings.HasPrefix(name, folder+"/")
}
