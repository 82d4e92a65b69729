package slim

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// Layout of runtime.pcHeader and of the first fields of runtime.moduledata.
const (
	pcHeaderSize = 72

	mdFuncnames = 8   // []byte
	mdCuTab     = 32  // []uint32
	mdFileTab   = 56  // []byte
	mdPCTab     = 80  // []byte
	mdPclnTable = 104 // []byte
	mdFTab      = 128 // []functab, in front of pclnTable
	mdFindFunc  = 152
	mdMinPC     = 160
	mdText      = 176
	mdTypes     = 296
	mdEndTypes  = 304
	mdGofunc    = 320
	mdEndPcln   = 328
	mdSize      = 336 // as far as it is read here
)

// pcMagic starts the pcHeader: abi.Go120PCLnTabMagic, two zeros, the smallest
// instruction (1) and the size of a pointer (8).
var pcMagic = []byte{0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8}

// tables are the parts of the memory that the runtime finds functions in.
type tables struct {
	funcnames []byte
	cutab     []byte
	filetab   []byte
	pctab     []byte
	findfunc  []byte
	gofunc    []byte // what funcdata offsets count from, to the end of the tables
	funcs     []function
}

// findTables looks for the pcHeader and the moduledata that points to it, and
// compares what each says of the other.
func findTables(img *image) (*tables, error) {
	header, md, err := findModuledata(img)
	if err != nil {
		return nil, err
	}
	t := &tables{}
	head, err := img.at(header, pcHeaderSize)
	if err != nil {
		return nil, err
	}
	count := binary.LittleEndian.Uint64(head[8:])
	for _, s := range []struct {
		name     string
		field    int
		offset   int // in pcHeader
		unit     uint64
		contents *[]byte
	}{
		{"funcnametab", mdFuncnames, 32, 1, &t.funcnames},
		{"cutab", mdCuTab, 40, 4, &t.cutab},
		{"filetab", mdFileTab, 48, 1, &t.filetab},
		{"pctab", mdPCTab, 56, 1, &t.pctab},
	} {
		at, n, ok := slice(md, s.field)
		if !ok || at != header+binary.LittleEndian.Uint64(head[s.offset:]) || n > maxImage {
			return nil, fmt.Errorf("slim: runtime.pcHeader and runtime.moduledata disagree about %s", s.name)
		}
		if *s.contents, err = img.at(at, n*s.unit); err != nil {
			return nil, err
		}
	}
	at, n, ok := slice(md, mdPclnTable)
	ftab, nftab, ok2 := slice(md, mdFTab)
	if !ok || !ok2 || at != ftab || at != header+binary.LittleEndian.Uint64(head[64:]) || count > maxImage || nftab != count+1 {
		return nil, errors.New("slim: runtime.pcHeader and runtime.moduledata disagree about the functions")
	}
	pcln, err := img.at(at, n)
	if err != nil {
		return nil, err
	}
	gofunc, end := word(md, mdGofunc), word(md, mdEndPcln)
	if gofunc > end {
		return nil, errors.New("slim: go:func.* is not within the tables")
	}
	if t.gofunc, err = img.at(gofunc, end-gofunc); err != nil {
		return nil, err
	}
	if err := t.readFuncs(pcln, int(count)); err != nil {
		return nil, err
	}
	minPC, text := word(md, mdMinPC), word(md, mdText)
	if minPC != text+uint64(t.funcs[0].entry())*pcsPerFunc {
		return nil, errors.New("slim: the first function is not where the text starts")
	}
	return t, t.readFindFunc(img, word(md, mdFindFunc), end)
}

// findModuledata returns the address of the only pcHeader and the bytes of the
// only moduledata, which starts with a pointer to it.
func findModuledata(img *image) (header uint64, md []byte, err error) {
	for at := 0; ; at++ {
		i := bytes.Index(img.mem[at:], pcMagic)
		if i < 0 {
			break
		}
		at += i
		pointer := binary.LittleEndian.AppendUint64(nil, uint64(at))
		for from := 0; ; from += 8 {
			j := bytes.Index(img.mem[from:], pointer)
			if j < 0 {
				break
			}
			from += j
			if from%8 != 0 {
				from -= from % 8 // looked at, as are all before the next
				continue
			}
			found, err := img.at(uint64(from), mdSize)
			if err != nil {
				break
			}
			if names, _, ok := slice(found, mdFuncnames); !ok || names != uint64(at)+pcHeaderSize {
				continue
			}
			if md != nil {
				return 0, nil, errors.New("slim: more than one runtime.moduledata")
			}
			header, md = uint64(at), found
		}
	}
	if md == nil {
		return 0, nil, errors.New("slim: no runtime.moduledata with a runtime.pcHeader of the known kind")
	}
	return header, md, nil
}

func word(b []byte, at int) uint64 { return binary.LittleEndian.Uint64(b[at:]) }

// slice reads a Go slice whose capacity is its length.
func slice(b []byte, at int) (pointer, length uint64, ok bool) {
	pointer, length = word(b, at), word(b, at+8)
	return pointer, length, word(b, at+16) == length
}

// Layout of runtime.findfuncbucket: the index of the first function of 4096
// program counters, and 16 numbers to add to it, for 256 counters each.
const (
	bucketSize   = 20
	bucketPCs    = 4096
	pcsPerFunc   = 1 << 16 // on WebAssembly a function is worth that many
	bucketsAFunc = pcsPerFunc / bucketPCs
)

// readFindFunc finds the index of functions by program counter. Its length is
// not written anywhere. The linker stops at the first part for the last
// function, and puts nothing behind it but the end of all tables.
func (t *tables) readFindFunc(img *image, at, end uint64) (err error) {
	first, last := t.funcs[0].entry(), t.funcs[len(t.funcs)-1].entry()
	size := uint64(last-first)*bucketsAFunc*bucketSize + 5
	if at+size != end {
		return fmt.Errorf("slim: the index of functions ends at %#x, and not at %#x as the tables do", at+size, end)
	}
	if t.findfunc, err = img.at(at, size); err != nil {
		return err
	}
	for i, f := range t.funcs {
		b := t.findfunc[uint64(f.entry()-first)*bucketsAFunc*bucketSize:]
		if got := int(binary.LittleEndian.Uint32(b)) + int(b[4]); got != i {
			return fmt.Errorf("slim: the index finds function %d instead of %d", got, i)
		}
	}
	return nil
}
