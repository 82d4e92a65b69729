package slim

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// maxGap is how many zero bytes are written out rather than starting another
// segment. Go's linker cuts at every eight or so, which saves raw bytes, and
// costs compressed ones: the headers of 20,000 segments are noise to a
// compressor, and runs of zeros are nothing. It also leaves the browser a few
// copies to make at start instead of 20,000.
const maxGap = 256

// maxImage is where data may end, in bytes: far above any module of ours, and
// little enough to be laid out whole.
const maxImage = 64 << 20

// segment is data that is copied to a fixed address when the module starts.
type segment struct {
	at   int64
	data []byte
}

func (s segment) end() int64 { return s.at + int64(len(s.data)) }

// image is the module's memory as it stands before the first instruction, up
// to the last byte that is set. The memory is the module's own, so that all
// between the segments is zero.
type image struct {
	mem []byte // by address
}

// readImage takes a data section apart. It knows the one kind of segment that
// Go writes: copied at start, to memory 0, at the address of an i32.const.
func readImage(body []byte) (*image, error) {
	r := reader{rest: body}
	var segments []segment
	for n := r.unsigned(); n > 0 && r.err == nil; n-- {
		kind, opcode := r.unsigned(), r.byte()
		at := r.signed()
		if end := r.byte(); r.err == nil && (kind != 0 || opcode != 0x41 || end != 0x0b || at < 0) {
			return nil, errors.New("slim: a data segment of a kind that Go did not write before")
		}
		s := segment{at, r.take(r.unsigned())}
		if r.err == nil && (s.at > maxImage || s.end() > maxImage) {
			return nil, fmt.Errorf("slim: a data segment at %#x, beyond all expectation", s.at)
		}
		segments = append(segments, s)
	}
	if r.err == nil && len(r.rest) > 0 {
		return nil, errors.New("slim: bytes left over after the data segments")
	}
	if r.err != nil {
		return nil, r.err
	}
	slices.SortStableFunc(segments, func(a, b segment) int { return cmp.Compare(a.at, b.at) })
	img := &image{}
	for _, s := range segments {
		if s.at < int64(len(img.mem)) {
			return nil, fmt.Errorf("slim: data segments overlap at %#x", s.at)
		}
		img.mem = append(img.mem, make([]byte, s.at-int64(len(img.mem)))...)
		img.mem = append(img.mem, s.data...)
	}
	return img, nil
}

// segments cuts the image at each run of more than maxGap zeros.
func (img *image) segments() []segment {
	var out []segment
	start, last := -1, -1 // first and last byte that is set in the segment at hand
	for i, b := range img.mem {
		if b == 0 {
			continue
		}
		if start >= 0 && i-last-1 > maxGap {
			out = append(out, segment{int64(start), img.mem[start : last+1]})
			start = -1
		}
		if start < 0 {
			start = i
		}
		last = i
	}
	if start >= 0 {
		out = append(out, segment{int64(start), img.mem[start : last+1]})
	}
	return out
}

// section writes the image as a data section.
func (img *image) section() []byte { return writeSegments(img.segments()) }

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

// at returns n bytes of memory from address on, to be read and written.
func (img *image) at(address, n uint64) ([]byte, error) {
	if size := uint64(len(img.mem)); address > size || n > size-address {
		return nil, fmt.Errorf("slim: %d bytes at %#x are not in the data", n, address)
	}
	return img.mem[address : address+n : address+n], nil
}
