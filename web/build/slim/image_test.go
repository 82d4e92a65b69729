package slim

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"
)

// dataModule is a module of nothing but segments.
func dataModule(segments ...segment) []byte {
	body := writeSegments(segments)
	module := binary.AppendUvarint([]byte(header+"\x0b"), uint64(len(body)))
	return append(module, body...)
}

func TestJoin(t *testing.T) {
	for _, tc := range []struct {
		name     string
		in, want []segment
	}{
		{"neighbours", []segment{{64, []byte("ab")}, {66, []byte("cd")}}, []segment{{64, []byte("abcd")}}},
		{"a small gap becomes zeros", []segment{{64, []byte("a")}, {67, []byte("b")}}, []segment{{64, []byte("a\x00\x00b")}}},
		{"a large gap stays", []segment{{8, []byte("a")}, {9000, []byte("b")}}, []segment{{8, []byte("a")}, {9000, []byte("b")}}},
		{"zeros inside a segment are a gap", []segment{{8, append(append([]byte("a"), make([]byte, 300)...), 'b')}}, []segment{{8, []byte("a")}, {309, []byte("b")}}},
		{"zeros at the ends", []segment{{8, []byte("\x00a\x00")}}, []segment{{9, []byte("a")}}},
		{"out of order", []segment{{66, []byte("b")}, {64, []byte("a")}}, []segment{{64, []byte("a\x00b")}}},
		{"none", nil, nil},
	} {
		got, err := Join(dataModule(tc.in...))
		if err != nil || !bytes.Equal(got, dataModule(tc.want...)) {
			t.Errorf("%s: %x, %v; want %x", tc.name, got, err, dataModule(tc.want...))
		}
	}
}

func TestJoinDropsCustomSections(t *testing.T) {
	plain := dataModule(segment{64, []byte("ab")})
	named := append([]byte(header+"\x00\x05\x04name"), plain[len(header):]...)
	if got, err := Join(named); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("%x, %v; want %x", got, err, plain)
	}
}

func TestJoinRefusesWhatItDoesNotKnow(t *testing.T) {
	good := dataModule(segment{64, []byte("ab")})
	passive := slices.Clone(good)
	passive[11] = 1
	for name, module := range map[string][]byte{
		"nothing":         nil,
		"no module":       []byte("hello"),
		"no data":         []byte(header),
		"cut short":       good[:len(good)-1],
		"overlap":         dataModule(segment{64, []byte("ab")}, segment{65, []byte("c")}),
		"far away":        dataModule(segment{1 << 40, []byte("ab")}),
		"passive segment": passive,
		"data twice":      append(slices.Clone(good), good[len(header):]...),
		"data count":      append(slices.Clone(good), 12, 1, 1),
	} {
		if got, err := Join(module); err == nil {
			t.Errorf("%s: no error, but %x", name, got)
		}
	}
}

// FuzzJoin: whatever the bytes, no panic; what is joined once stays as it is.
func FuzzJoin(f *testing.F) {
	f.Add(dataModule(segment{64, []byte("ab")}, segment{70, []byte("c")}))
	f.Fuzz(func(t *testing.T, module []byte) {
		once, err := Join(module)
		if err != nil {
			return
		}
		if twice, err := Join(once); err != nil || !bytes.Equal(once, twice) {
			t.Errorf("joined again: %x, %v; want %x", twice, err, once)
		}
	})
}
