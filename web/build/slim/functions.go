package slim

import (
	"bytes"
	"errors"
)

// CodeSizes returns the bytes of code by function, by the names in the
// module's name section: "runtime.mallocgc", with all but letters, digits and
// dots made "_". A module without that section is an error.
func CodeSizes(wasm []byte) (map[string]int, error) {
	if !bytes.HasPrefix(wasm, []byte(header)) {
		return nil, errors.New("slim: not a WebAssembly module of version 1")
	}
	var code, names []byte
	imported := uint64(0)
	for r := (reader{rest: wasm[len(header):]}); len(r.rest) > 0; {
		id := r.byte()
		body := r.take(r.unsigned())
		if r.err != nil {
			return nil, r.err
		}
		section := reader{rest: body}
		switch id {
		case sectionCustom:
			if string(section.take(section.unsigned())) == "name" {
				names = section.rest
			}
		case sectionImport:
			imported = section.unsigned() // all of Go's imports are functions
		case sectionCode:
			code = body
		}
	}
	functions, err := readNames(names)
	if err != nil {
		return nil, err
	}
	sizes := map[string]int{}
	r := reader{rest: code}
	for i, n := uint64(0), r.unsigned(); i < n && r.err == nil; i++ {
		sizes[functions[imported+i]] += len(r.take(r.unsigned()))
	}
	return sizes, r.err
}

// readNames reads the functions' names out of a name section, by number.
func readNames(names []byte) (map[uint64]string, error) {
	const ofFunctions = 1
	for r := (reader{rest: names}); len(r.rest) > 0; {
		kind := r.byte()
		body := r.take(r.unsigned())
		if kind != ofFunctions {
			continue
		}
		functions := map[uint64]string{}
		list := reader{rest: body}
		for n := list.unsigned(); n > 0 && list.err == nil; n-- {
			i := list.unsigned()
			functions[i] = string(list.take(list.unsigned()))
		}
		return functions, errors.Join(r.err, list.err)
	}
	return nil, errors.New("slim: the module has no names")
}
