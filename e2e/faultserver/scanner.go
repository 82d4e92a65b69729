package faultserver

import "encoding/binary"

// scanner follows one direction of a link and notices close frames, so that
// the link is counted out before anybody can act on them.
type scanner struct {
	head   headScanner
	noHead bool // the stream begins with frames, not with HTTP

	header []byte // of the frame that has begun
	left   uint64 // payload of the current frame still to come
}

// scan returns whether a close frame begins in the next bytes of the stream.
func (s *scanner) scan(p []byte) (closing bool) {
	if !s.noHead {
		p = p[s.head.scan(p):]
	}
	for len(p) > 0 {
		if n := min(s.left, uint64(len(p))); n > 0 {
			s.left -= n
			p = p[n:]
			continue
		}
		s.header, p = append(s.header, p[0]), p[1:]
		if size, ok := frameSize(s.header); ok {
			closing = closing || s.header[0]&0x0F == byte(OpClose)
			s.left, s.header = size, s.header[:0]
		}
	}
	return closing
}

// frameSize reads the payload length from a frame's header; false while the
// header, up to its mask key, is not complete.
func frameSize(header []byte) (uint64, bool) {
	if len(header) < 2 {
		return 0, false
	}
	need, size := 2, uint64(header[1]&0x7F)
	switch size {
	case 126:
		need += 2
	case 127:
		need += 8
	}
	extended := need
	if header[1]&0x80 != 0 {
		need += 4
	}
	switch {
	case len(header) < need:
		return 0, false
	case size == 126:
		size = uint64(binary.BigEndian.Uint16(header[2:extended]))
	case size == 127:
		size = binary.BigEndian.Uint64(header[2:extended])
	}
	return size, true
}

// headScanner finds the end of the HTTP head.
type headScanner struct{ seen int } // bytes of "\r\n\r\n" seen in a row; 4 when the head is past

// scan returns how many of the next bytes belong to the head.
func (h *headScanner) scan(p []byte) int {
	if h.seen == 4 {
		return 0
	}
	for i, b := range p {
		switch {
		case b == "\r\n\r\n"[h.seen]:
			h.seen++
		case b == '\r':
			h.seen = 1
		default:
			h.seen = 0
		}
		if h.seen == 4 {
			return i + 1
		}
	}
	return len(p)
}
