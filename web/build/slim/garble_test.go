package slim

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func TestUnknownReleasesAreRefused(t *testing.T) {
	for _, version := range []string{"", "go1.25.9", "go1.27.0", "go1.260", "devel go1.27-abc", "go1.26rc1", "go1.26-custom"} {
		if _, err := Module(dataModule(segment{64, []byte("ab")}), Options{Go: version}); err == nil || !strings.Contains(err.Error(), "not known") {
			t.Errorf("%q: error %v", version, err)
		}
	}
	if _, err := Module(dataModule(segment{64, []byte("ab")}), Options{Go: "go1.26.8"}); err == nil || !strings.Contains(err.Error(), "moduledata") {
		t.Errorf("a module without tables: error %v", err)
	}
}

// dataOf is the image of a module.
func dataOf(t *testing.T, wasm []byte) (img *image, tb *tables) {
	t.Helper()
	_, err := rewrite(wasm, func(i *image) (err error) {
		img = i
		tb, err = findTables(i)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return img, tb
}

// TestEveryDisagreementIsAnError changes one number that the tables are found
// by, each in turn.
func TestEveryDisagreementIsAnError(t *testing.T) {
	whole, _, _ := torture(t)
	img, _ := dataOf(t, whole)
	header, md, err := findModuledata(img)
	if err != nil {
		t.Fatal(err)
	}
	head, _ := img.at(header, pcHeaderSize)
	second, _ := img.at(word(md, mdPclnTable)+12, 4)
	first, _ := img.at(word(md, mdPclnTable)+uint64(binary.LittleEndian.Uint32(mustAt(t, img, word(md, mdPclnTable)+4, 4))), fnSize)
	for _, c := range []struct {
		name string
		at   []byte
	}{
		{"magic number", head}, {"size of a pointer", head[7:]}, {"number of functions", head[8:]},
		{"place of the names", head[32:]}, {"place of cutab", head[40:]}, {"place of the files", head[48:]},
		{"place of pctab", head[56:]}, {"place of the functions", head[64:]},
		{"pointer to the header", md}, {"pointer to the names", md[mdFuncnames:]}, {"capacity of pctab", md[mdPCTab+16:]},
		{"pointer to the functions", md[mdFTab:]}, {"length of the list", md[mdFTab+8:]}, {"index", md[mdFindFunc:]},
		{"first counter", md[mdMinPC:]}, {"text", md[mdText:]}, {"end", md[mdEndPcln:]},
		{"second function", second}, {"entry", first}, {"tables", first[fnNPCData:]}, {"data", first[fnNFuncData:]},
	} {
		old := c.at[0]
		c.at[0] ^= 0x41
		if _, err := findTables(img); err == nil {
			t.Errorf("%s: changed, and nobody noticed", c.name)
		}
		c.at[0] = old
	}
	if _, err := findTables(img); err != nil {
		t.Errorf("all put back: %v", err)
	}
}

func mustAt(t *testing.T, img *image, at, n uint64) []byte {
	t.Helper()
	b, err := img.at(at, n)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestGarbledModules cuts and garbles: an error or a module, never a panic,
// and never a change in the sections that hold code.
func TestGarbledModules(t *testing.T) {
	whole, version, _ := torture(t)
	joined, err := Join(whole) // fewer segments, so that more damage gets through to the tables
	if err != nil {
		t.Fatal(err)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	dice := rand.New(rand.NewPCG(seed, 0))
	for range 10 {
		if _, err := Module(joined[:dice.IntN(len(joined))], Options{Go: version}); err == nil {
			t.Error("a module cut short was taken")
		}
	}
	img, _ := dataOf(t, joined)
	header, md, err := findModuledata(img)
	if err != nil {
		t.Fatal(err)
	}
	clean := bytes.Clone(img.mem)
	from, to := int(header), int(word(md, mdEndPcln))
	broken := 0
	for range 60 {
		copy(img.mem, clean)
		for range 1 + dice.IntN(50) {
			img.mem[from+dice.IntN(to-from)] = byte(dice.Uint32())
		}
		tb, err := findTables(img)
		if err == nil {
			err = tb.blank()
		}
		if err != nil {
			broken++
		}
		if !bytes.Equal(img.mem[:from], clean[:from]) || !bytes.Equal(img.mem[to:], clean[to:]) {
			t.Error("something outside the tables was changed")
		}
	}
	t.Logf("%d of 60 refused", broken)
}

// TestOnlyTheDataChanges: every other section is the linker's.
func TestOnlyTheDataChanges(t *testing.T) {
	whole, version, _ := torture(t)
	small, err := Module(whole, Options{Go: version})
	if err != nil {
		t.Fatal(err)
	}
	sections := func(wasm []byte) map[byte][]byte {
		m := map[byte][]byte{}
		for r := (reader{rest: wasm[len(header):]}); len(r.rest) > 0; {
			id := r.byte()
			if body := r.take(r.unsigned()); id != sectionData && id != sectionCustom {
				m[id] = body
			}
		}
		return m
	}
	before, after := sections(whole), sections(small)
	if len(before) != len(after) || len(after[10]) == 0 {
		t.Errorf("%d sections became %d", len(before), len(after))
	}
	for id := range before {
		if !bytes.Equal(before[id], after[id]) {
			t.Errorf("section %d changed", id)
		}
	}
	// And of the data, only the tables.
	a, _ := dataOf(t, whole)
	_, md, _ := findModuledata(a)
	from, to := word(md, 0), word(md, mdEndPcln)
	var b *image
	if _, err := rewrite(small, func(i *image) error { b = i; return nil }); err != nil {
		t.Fatal(err)
	}
	if len(a.mem) != len(b.mem) || !bytes.Equal(a.mem[:from], b.mem[:from]) || !bytes.Equal(a.mem[to:], b.mem[to:]) {
		t.Error("data outside the tables changed")
	}
}
