package slim

import (
	"encoding/binary"
	"errors"
)

// blank takes out what only tracebacks read.
func (t *tables) blank() error {
	keep := make([]bool, len(t.pctab)) // the runs that are still needed
	trees := map[uint32]int{}          // inline trees: calls in each
	for _, f := range t.funcs {
		for _, at := range t.needed(f) {
			end, _, err := t.run(at)
			if err != nil {
				return err
			}
			for i := int(at); i < end; i++ {
				keep[i] = true
			}
		}
		if tree := f.funcdata(funcdataInlTree); tree != none && f.hasPCData(pcdataInlTree) {
			_, last, err := t.run(f.pcdata(pcdataInlTree))
			if err != nil {
				return err
			}
			trees[tree] = max(trees[tree], int(last)+1)
		}
	}
	if err := t.blankTrees(trees); err != nil {
		return err
	}
	if err := t.blankNames(); err != nil {
		return err
	}
	for _, f := range t.funcs {
		f.set(fnPCFile, 0)
		f.set(fnPCLine, 0)
		f.set(fnCU, 0)
		f.set(fnStartLine, 0)
		for kind := range f.npcdata() {
			if kind != pcdataStackMap && kind != pcdataInlTree {
				f.dropPCData(kind)
			}
		}
		for kind := funcdataArgInfo; kind < f.nfuncdata(); kind++ {
			f.dropFuncdata(kind)
		}
	}
	for i := range t.pctab {
		if !keep[i] {
			t.pctab[i] = 0
		}
	}
	clear(t.cutab)
	clear(t.filetab)
	t.blankIndex()
	return nil
}

// needed returns where the runs of f start that more than tracebacks read: the
// size of the frame, which stack map holds, and which inlined call it is (for
// recover, which counts those frames too).
func (t *tables) needed(f function) []uint32 {
	var runs []uint32
	if at := f.uint32(fnPCSP); at != 0 {
		runs = append(runs, at)
	}
	for _, kind := range []int{pcdataStackMap, pcdataInlTree} {
		if f.hasPCData(kind) {
			runs = append(runs, f.pcdata(kind))
		}
	}
	return runs
}

// Layout of runtime.inlinedCall: what kind of function, name, counter in the
// caller, line. recover reads the first and the third.
const (
	callName = 4
	callLine = 12
	callSize = 16
)

// blankTrees takes names and lines out of the inline trees, after it has made
// sure that nothing else is kept where they are.
func (t *tables) blankTrees(trees map[uint32]int) error {
	others := make([]bool, len(t.gofunc))
	for _, f := range t.funcs {
		for kind := range f.nfuncdata() {
			if at := f.funcdata(kind); at != none && kind != funcdataInlTree {
				others[at] = true
			}
		}
	}
	for at, calls := range trees {
		end := uint64(at) + uint64(calls)*callSize
		if end > uint64(len(t.gofunc)) {
			return errors.New("slim: an inline tree ends outside the tables")
		}
		for i := uint64(at); i < end; i++ {
			if _, tree := trees[uint32(i)]; others[i] || tree && i != uint64(at) {
				return errors.New("slim: an inline tree holds something else")
			}
		}
		for i := range calls {
			call := t.gofunc[int(at)+i*callSize:]
			if call[1]|call[2]|call[3] != 0 {
				return errors.New("slim: an inlined call is not of the known kind")
			}
			if _, ok := t.name(binary.LittleEndian.Uint32(call[callName:])); !ok {
				return errors.New("slim: an inlined call has no name")
			}
			clear(call[callName : callName+4])
			clear(call[callLine : callLine+4])
		}
	}
	return nil
}

// blankIndex takes out of the function index what no lookup reaches: on
// WebAssembly findfunc asks for the first counter of a function only, which is
// the first of 16 buckets and the first of its 16 parts.
func (t *tables) blankIndex() {
	for at := 0; at < len(t.findfunc); at += bucketSize {
		bucket := t.findfunc[at:min(at+bucketSize, len(t.findfunc))]
		if at/bucketSize%bucketsAFunc != 0 {
			clear(bucket)
		} else {
			clear(bucket[5:])
		}
	}
}
