package slim

import (
	"errors"
	"strings"
)

// system is the prefix by which the runtime knows its own goroutines
// (isSystemGoroutine): one name for all of them is enough.
const system = "runtime."

// stubs are the functions whose arguments the stack walker looks for in a
// special place, by their names (argMapInternal).
var stubs = map[string]bool{"reflect.makeFuncStub": true, "reflect.methodValueCall": true}

// blankNames shortens the table of names to those that the running program
// reads, and gives every other function the empty name, which is at 0.
//
// Beside the two above these are the names of method wrappers: the panic about
// a nil pointer in one is put together from its name (panicwrap), which has to
// look like "pkg.(*T).m".
func (t *tables) blankNames() error {
	names := []byte{0}
	places := map[string]uint32{"": 0}
	for _, f := range t.funcs {
		name, _ := t.name(f.uint32(fnName))
		switch {
		case f[fnID] == idWrapper && strings.Contains(name, ".(*"), stubs[name]:
		case strings.HasPrefix(name, system):
			name = system
		default:
			name = ""
		}
		at, ok := places[name]
		if !ok {
			at = uint32(len(names))
			places[name] = at
			names = append(append(names, name...), 0)
		}
		f.set(fnName, at)
	}
	if len(names) > len(t.funcnames) {
		return errors.New("slim: the names that are needed do not fit in the table")
	}
	clear(t.funcnames[copy(t.funcnames, names):])
	return nil
}
