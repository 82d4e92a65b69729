package faultserver

import "testing"

// A close frame is noticed wherever the stream is cut, and payload that looks
// like one is not.
func TestScannerNoticesClose(t *testing.T) {
	decoy := CloseFrame(1000, "decoy")
	var stream []byte
	for _, size := range []int{0, 1, 125, 126, 70_000} {
		payload := make([]byte, size)
		for i := range payload {
			payload[i] = decoy[i%len(decoy)]
		}
		stream = append(stream, Frame{Opcode: OpBinary, Masked: size%2 == 0, Payload: payload}.Bytes()...)
	}
	for _, piece := range []int{1, 2, 3, 7, 4096, 1 << 20} {
		s := scanner{}
		all := append([]byte("GET / HTTP/1.1\r\nA: \x88\r\n\r\n"), stream...)
		for len(all) > 0 {
			n := min(piece, len(all))
			if s.scan(all[:n]) {
				t.Fatalf("pieces of %d: a close frame where none is", piece)
			}
			all = all[n:]
		}
		if !s.scan(decoy) {
			t.Errorf("pieces of %d: the close frame is not noticed", piece)
		}
	}
}
