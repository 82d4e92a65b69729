package slim

import (
	"encoding/binary"
	"errors"
)

// reader takes values from the front of rest. After an error it returns zeros.
type reader struct {
	rest []byte
	err  error
}

func (r *reader) fail() {
	r.err = errors.New("slim: the module is cut short")
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

// unsigned reads unsigned LEB128, as encoding/binary's Uvarint.
func (r *reader) unsigned() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

// signed reads signed LEB128, which is not what encoding/binary calls Varint.
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

// appendSigned writes signed LEB128.
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
