package pack

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// maxGap is how many zero bytes are written out rather than starting another
// segment. Go's linker cuts at every eight or so, which saves raw bytes, and
// costs compressed ones: the headers of 20,000 segments are noise to a
// compressor, and runs of zeros are nothing. It also leaves the browser one
// copy to make at start instead of 20,000.
const maxGap = 256

// Section numbers of the WebAssembly binary format.
const (
	sectionData      = 11
	sectionDataCount = 12
)

// segment is data that is copied to a fixed address when the module starts.
type segment struct {
	at   int64
	data []byte
}

func (s segment) end() int64 { return s.at + int64(len(s.data)) }

// mergeSegments joins the neighbouring data segments of a module whose memory
// is its own, and so all zeros between them. Of anything that it does not know
// for sure it makes an error: the module works as well without.
func mergeSegments(wasm []byte) ([]byte, error) {
	const header = "\x00asm\x01\x00\x00\x00"
	if !bytes.HasPrefix(wasm, []byte(header)) {
		return nil, errors.New("not a WebAssembly module of version 1")
	}
	out := bytes.NewBufferString(header)
	for r := (reader{rest: wasm[len(header):]}); len(r.rest) > 0; {
		id := r.byte()
		body := r.take(r.unsigned())
		if r.err != nil {
			return nil, r.err
		}
		switch id {
		case sectionDataCount:
			return nil, errors.New("the segments are counted elsewhere too")
		case sectionData:
			segments, err := readSegments(body)
			if err != nil {
				return nil, err
			}
			if segments, err = joinNear(segments); err != nil {
				return nil, err
			}
			body = writeSegments(segments)
		}
		out.WriteByte(id)
		out.Write(binary.AppendUvarint(nil, uint64(len(body))))
		out.Write(body)
	}
	return out.Bytes(), nil
}

func joinNear(segments []segment) ([]segment, error) {
	slices.SortStableFunc(segments, func(a, b segment) int { return cmp.Compare(a.at, b.at) })
	var joined []segment
	for _, s := range segments {
		if len(joined) == 0 {
			joined = append(joined, segment{s.at, slices.Clone(s.data)})
			continue
		}
		last := &joined[len(joined)-1]
		switch gap := s.at - last.end(); {
		case gap < 0:
			return nil, fmt.Errorf("data segments overlap at %#x", s.at)
		case gap > maxGap:
			joined = append(joined, segment{s.at, slices.Clone(s.data)})
		default:
			last.data = append(append(last.data, make([]byte, gap)...), s.data...)
		}
	}
	return joined, nil
}

// readSegments takes a data section apart. It knows the one kind that Go
// writes: copied at start, to memory 0, at the address of an i32.const.
func readSegments(body []byte) ([]segment, error) {
	r := reader{rest: body}
	var segments []segment
	for n := r.unsigned(); n > 0 && r.err == nil; n-- {
		kind, opcode := r.unsigned(), r.byte()
		at := r.signed()
		if end := r.byte(); r.err == nil && (kind != 0 || opcode != 0x41 || end != 0x0b || at < 0) {
			return nil, errors.New("a data segment of a kind that Go did not write before")
		}
		segments = append(segments, segment{at, r.take(r.unsigned())})
	}
	if r.err == nil && len(r.rest) > 0 {
		r.err = errors.New("bytes left over after the data segments")
	}
	return segments, r.err
}

func writeSegments(segments []segment) []byte {
	b := binary.AppendUvarint(nil, uint64(len(segments)))
	for _, s := range segments {
		b = append(b, 0, 0x41)
		b = appendSigned(b, s.at)
		b = append(b, 0x0b)
		b = binary.AppendUvarint(b, uint64(len(s.data)))
		b = append(b, s.data...)
	}
	return b
}

// appendSigned writes a number as signed LEB128, which is not what
// encoding/binary calls Varint.
func appendSigned(b []byte, v int64) []byte {
	for {
		low := byte(v & 0x7f)
		v >>= 7
		if v == 0 && low&0x40 == 0 || v == -1 && low&0x40 != 0 {
			return append(b, low)
		}
		b = append(b, low|0x80)
	}
}

// reader takes values from the front of rest. After an error it returns zeros.
type reader struct {
	rest []byte
	err  error
}

func (r *reader) fail() {
	r.err = errors.New("the module is cut short")
	r.rest = nil
}

func (r *reader) byte() byte {
	if b := r.take(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

func (r *reader) take(n uint64) []byte {
	if uint64(len(r.rest)) < n {
		r.fail()
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

func (r *reader) unsigned() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *reader) signed() int64 {
	var v int64
	for shift := 0; shift < 63; shift += 7 {
		b := r.byte()
		v |= int64(b&0x7f) << shift
		if b&0x80 == 0 {
			if b&0x40 != 0 {
				v |= -1 << (shift + 7)
			}
			return v
		}
	}
	r.fail()
	return 0
}
