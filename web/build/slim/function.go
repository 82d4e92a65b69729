package slim

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// Layout of runtime._func; the pcdata and funcdata offsets follow.
const (
	fnEntry     = 0
	fnName      = 4
	fnPCSP      = 16
	fnPCFile    = 20
	fnPCLine    = 24
	fnNPCData   = 28
	fnCU        = 32
	fnStartLine = 36
	fnID        = 40
	fnNFuncData = 43
	fnSize      = 44
)

// Numbers of internal/abi: FuncIDWrapper, PCDATA_… and FUNCDATA_….
const (
	idWrapper = 23

	pcdataStackMap = 1
	pcdataInlTree  = 2
	pcdataKinds    = 5

	funcdataArgs     = 0
	funcdataLocals   = 1
	funcdataStack    = 2
	funcdataInlTree  = 3
	funcdataDefers   = 4
	funcdataArgInfo  = 5
	funcdataArgLive  = 6
	funcdataWrapInfo = 7
	funcdataKinds    = 8

	none = ^uint32(0) // funcdata that is not there
)

// function is a runtime._func in the memory.
type function []byte

func (f function) uint32(at int) uint32    { return binary.LittleEndian.Uint32(f[at:]) }
func (f function) set(at int, v uint32)    { binary.LittleEndian.PutUint32(f[at:], v) }
func (f function) entry() uint32           { return f.uint32(fnEntry) }
func (f function) pcdata(kind int) uint32  { return f.uint32(fnSize + 4*kind) }
func (f function) npcdata() int            { return int(f.uint32(fnNPCData)) }
func (f function) nfuncdata() int          { return int(f[fnNFuncData]) }
func (f function) funcdataAt(kind int) int { return fnSize + 4*(f.npcdata()+kind) }
func (f function) dropPCData(kind int)     { f.set(fnSize+4*kind, 0) }
func (f function) dropFuncdata(kind int)   { f.set(f.funcdataAt(kind), none) }
func (f function) hasPCData(kind int) bool { return kind < f.npcdata() && f.pcdata(kind) != 0 }
func (f function) funcdata(kind int) uint32 {
	if kind >= f.nfuncdata() {
		return none
	}
	return f.uint32(f.funcdataAt(kind))
}

// readFuncs fills in funcs from a runtime.pclntable, which starts with pairs
// of entry and place of each function and the end of the last.
func (t *tables) readFuncs(pcln []byte, count int) error {
	if count == 0 || len(pcln) < count*8+4 {
		return errors.New("slim: the list of functions is cut short")
	}
	ends := uint64(count*8 + 4)
	for i := range count {
		entry, at := binary.LittleEndian.Uint32(pcln[8*i:]), uint64(binary.LittleEndian.Uint32(pcln[8*i+4:]))
		if at < ends || at+fnSize > uint64(len(pcln)) {
			return fmt.Errorf("slim: function %d is out of place", i)
		}
		f := function(pcln[at:])
		if f.npcdata() > pcdataKinds || f.nfuncdata() > funcdataKinds {
			return fmt.Errorf("slim: function %d has a kind of data that is not known", i)
		}
		ends = at + uint64(f.funcdataAt(f.nfuncdata()))
		if ends > uint64(len(pcln)) || f.entry() != entry || (i > 0 && entry <= t.funcs[i-1].entry()) {
			return fmt.Errorf("slim: function %d is not what the list says", i)
		}
		f = f[:f.funcdataAt(f.nfuncdata()):f.funcdataAt(f.nfuncdata())]
		if _, ok := t.name(f.uint32(fnName)); !ok {
			return fmt.Errorf("slim: function %d has no name", i)
		}
		for kind := range f.nfuncdata() {
			if d := f.funcdata(kind); d != none && uint64(d) >= uint64(len(t.gofunc)) {
				return fmt.Errorf("slim: function %d has data outside the tables", i)
			}
		}
		t.funcs = append(t.funcs, f)
	}
	return nil
}

// name returns the name at an offset.
func (t *tables) name(at uint32) (string, bool) {
	if uint64(at) >= uint64(len(t.funcnames)) {
		return "", false
	}
	name, _, ok := bytes.Cut(t.funcnames[at:], []byte{0})
	return string(name), ok
}

// run returns the end of a table of values by program counter that starts at
// an offset of pctab, and the greatest value in it.
func (t *tables) run(at uint32) (end int, greatest int32, err error) {
	if uint64(at) >= uint64(len(t.pctab)) {
		return 0, 0, errors.New("slim: a table of values starts outside pctab")
	}
	greatest = -1
	value := int32(-1)
	r := reader{rest: t.pctab[at:]}
	for first := true; ; first = false {
		delta := r.unsigned()
		if r.err != nil {
			return 0, 0, errors.New("slim: a table of values has no end")
		}
		if delta == 0 && !first {
			return len(t.pctab) - len(r.rest), greatest, nil
		}
		u := uint32(delta)
		value += int32(-(u & 1) ^ (u >> 1))
		greatest = max(greatest, value)
		r.unsigned()
	}
}
