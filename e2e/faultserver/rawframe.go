package faultserver

import "encoding/binary"

// Opcode is the type of a WebSocket frame (RFC 6455, section 5.2).
type Opcode byte

// The opcodes of RFC 6455; 3 to 7 and 11 to 15 are reserved.
const (
	OpContinuation Opcode = 0x0
	OpText         Opcode = 0x1
	OpBinary       Opcode = 0x2
	OpClose        Opcode = 0x8
	OpPing         Opcode = 0x9
	OpPong         Opcode = 0xA
)

// Frame is one frame as a server sends it, right or wrong: nothing is
// checked.
type Frame struct {
	More    bool // FIN is not set: more frames of this message follow
	RSV     byte // the three reserved bits, 0 to 7
	Opcode  Opcode
	Masked  bool // set the mask bit, with an all-zero key; illegal from a server
	Payload []byte
}

// Bytes returns the frame as it goes on the wire, with the shortest header.
func (f Frame) Bytes() []byte {
	b := make([]byte, 0, len(f.Payload)+14)
	first := byte(f.Opcode)&0x0F | f.RSV&7<<4
	if !f.More {
		first |= 0x80
	}
	var mask byte
	if f.Masked {
		mask = 0x80
	}
	b = append(b, first)
	switch n := len(f.Payload); {
	case n < 126:
		b = append(b, mask|byte(n))
	case n <= 0xFFFF:
		b = binary.BigEndian.AppendUint16(append(b, mask|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, mask|127), uint64(n))
	}
	if f.Masked {
		b = append(b, 0, 0, 0, 0)
	}
	return append(b, f.Payload...)
}

// CloseFrame returns a close frame with any code, also one that is illegal on
// the wire, and any reason. Code 1005 gives a frame without a body.
func CloseFrame(code int, reason string) []byte {
	if code == 1005 {
		return Frame{Opcode: OpClose}.Bytes()
	}
	body := binary.BigEndian.AppendUint16(nil, uint16(code))
	return Frame{Opcode: OpClose, Payload: append(body, reason...)}.Bytes()
}

// fragments splits text into a message of that many frames, whose sizes
// differ by at most one byte. A rune may be cut: that is legal.
func fragments(text string, parts int) []byte {
	var b []byte
	for i := range parts {
		f := Frame{
			More:    i < parts-1,
			Opcode:  OpContinuation,
			Payload: []byte(text[len(text)*i/parts : len(text)*(i+1)/parts]),
		}
		if i == 0 {
			f.Opcode = OpText
		}
		b = append(b, f.Bytes()...)
	}
	return b
}

// garbage returns n bytes that no WebSocket client accepts as a frame: FIN,
// all reserved bits and a reserved opcode are set.
func garbage(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = 0xFF
	}
	return b
}
