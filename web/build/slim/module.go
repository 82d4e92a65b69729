package slim

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// Section numbers of the WebAssembly binary format.
const (
	sectionCustom    = 0
	sectionImport    = 2
	sectionCode      = 10
	sectionData      = 11
	sectionDataCount = 12
)

// header is the magic number and version 1.
const header = "\x00asm\x01\x00\x00\x00"

// rewrite copies the module without its custom sections, and with the data
// that change leaves in the image.
func rewrite(wasm []byte, change func(*image) error) ([]byte, error) {
	if !bytes.HasPrefix(wasm, []byte(header)) {
		return nil, errors.New("slim: not a WebAssembly module of version 1")
	}
	out := bytes.NewBufferString(header)
	seen := false
	for r := (reader{rest: wasm[len(header):]}); len(r.rest) > 0; {
		id := r.byte()
		body := r.take(r.unsigned())
		if r.err != nil {
			return nil, r.err
		}
		switch id {
		case sectionCustom:
			continue
		case sectionDataCount:
			return nil, errors.New("slim: the segments are counted elsewhere too")
		case sectionData:
			if seen {
				return nil, errors.New("slim: two data sections")
			}
			seen = true
			img, err := readImage(body)
			if err != nil {
				return nil, err
			}
			if err := change(img); err != nil {
				return nil, err
			}
			body = img.section()
		}
		out.WriteByte(id)
		out.Write(binary.AppendUvarint(nil, uint64(len(body))))
		out.Write(body)
	}
	if !seen {
		return nil, errors.New("slim: the module has no data section")
	}
	return out.Bytes(), nil
}
