package pack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// ignore is for webpack: without it, it takes the import of an address that is
// known when the program runs for one of its own modules, which then cannot be
// found. The minifier takes comments away.
const ignore = "/*webpackIgnore:true*/"

// importsAtRunTime puts the comment into each import() of a script, and mends
// its source map.
func importsAtRunTime(script, sourceMap []byte) (_, _ []byte, err error) {
	const call = "import("
	var m map[string]any
	if err := json.Unmarshal(sourceMap, &m); err != nil {
		return nil, nil, fmt.Errorf("read source map: %w", err)
	}
	mappings := strings.Split(m["mappings"].(string), ";")
	for at := len(script); ; {
		at = bytes.LastIndex(script[:at], []byte(call))
		if at < 0 {
			break
		}
		after := at + len(call)
		script = append(script[:after:after], append([]byte(ignore), script[after:]...)...)
		line := bytes.Count(script[:after], []byte("\n"))
		mappings[line] = shifted(mappings[line], after-1-bytes.LastIndexByte(script[:after], '\n'), len(ignore))
	}
	m["mappings"] = strings.Join(mappings, ";")
	sourceMap, err = json.Marshal(m)
	return script, sourceMap, err
}

// shifted returns a line's mappings with what stands at a column, and after it,
// moved to the right. A segment begins with its distance from the one before.
func shifted(line string, column, by int) string {
	segments := strings.Split(line, ",")
	at := 0
	for i, segment := range segments {
		distance, rest := vlq(segment)
		if at += distance; at >= column && segment != "" {
			segments[i] = toVLQ(distance+by) + rest
			break
		}
	}
	return strings.Join(segments, ",")
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

// vlq reads a number as source maps write it (ECMA-426): base 64 of five bits
// each, the low ones first, the sign at the very end.
func vlq(text string) (n int, rest string) {
	for shift := 0; text != ""; shift += 5 {
		digit := strings.IndexByte(digits, text[0])
		text = text[1:]
		n |= digit & 31 << shift
		if digit&32 == 0 {
			break
		}
	}
	if n&1 != 0 {
		return -(n >> 1), text
	}
	return n >> 1, text
}

func toVLQ(n int) string {
	if n <<= 1; n < 0 {
		n = -n | 1
	}
	var b strings.Builder
	for {
		digit := n & 31
		if n >>= 5; n == 0 {
			b.WriteByte(digits[digit])
			return b.String()
		}
		b.WriteByte(digits[digit|32])
	}
}
