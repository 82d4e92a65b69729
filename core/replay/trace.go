// Package replay runs again, natively, what a core has done in somebody's
// browser. A page exports a trace with exportTrace(); [Parse] reads it, and
// [Trace.Run] feeds the very same batches to the very same machine. The answers
// must be equal, number by number: a difference is a bug of determinism.
package replay

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/websocket-reconnect/websocket-reconnect/core/port"
)

// format is the version of the trace's form that this package reads.
const format = 1

// A Trace is what happened to one client.
type Trace struct {
	Version  string // of the package in the page
	Contract string
	Client   int
	URL      string // without query and credentials
	Exported string // RFC 3339
	Dump     []float64
	Steps    []Step
}

// A Step is a batch that went into the core, and the messages that came out.
type Step struct {
	Now   float64   // milliseconds since the core's start
	Batch []float64 // messages to the core
	Want  []float64 // messages to the page
}

// Parse reads a trace.
func Parse(text []byte) (*Trace, error) {
	var file struct {
		Format   int
		Version  string
		Contract string
		Client   int
		URL      string
		Exported string
		Run      struct {
			Dump  string
			Steps string
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("read trace: %w", err)
	}
	if file.Format != format {
		return nil, fmt.Errorf("read trace: format %d, this program reads %d", file.Format, format)
	}
	if file.Contract != port.Hash {
		return nil, fmt.Errorf("read trace: it was made with contract %s (version %s), this program has %s; check out that version", file.Contract, file.Version, port.Hash)
	}
	dump, err := decode(file.Run.Dump)
	if err != nil {
		return nil, fmt.Errorf("read trace: %w", err)
	}
	steps, err := parseSteps(file.Run.Steps)
	if err != nil {
		return nil, fmt.Errorf("read trace: %w", err)
	}
	if len(steps) == 0 {
		return nil, errors.New("read trace: nothing has happened in it")
	}
	for _, s := range steps {
		if err := check(s.Batch, file.Client); err != nil {
			return nil, fmt.Errorf("read trace: at %.0f ms: %w", s.Now, err)
		}
	}
	return &Trace{file.Version, file.Contract, file.Client, file.URL, file.Exported, dump, steps}, nil
}

// parseSteps reads length, batch, length, answer, and so on.
func parseSteps(text string) (steps []Step, err error) {
	numbers, err := decode(text)
	if err != nil {
		return nil, err
	}
	for len(numbers) > 0 {
		var batch, answer []float64
		if batch, numbers, err = take(numbers); err != nil {
			return nil, err
		}
		if answer, numbers, err = take(numbers); err != nil {
			return nil, err
		}
		if len(batch) == 0 {
			return nil, errors.New("a batch without a time")
		}
		steps = append(steps, Step{Now: batch[0], Batch: batch[1:], Want: answer})
	}
	return steps, nil
}

// decode reads base64 of float64s.
func decode(text string) ([]float64, error) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	if len(raw)%8 != 0 {
		return nil, errors.New("it is cut off")
	}
	numbers := make([]float64, len(raw)/8)
	for i := range numbers {
		numbers[i] = math.Float64frombits(binary.LittleEndian.Uint64(raw[8*i:]))
	}
	return numbers, nil
}

// maxClient is more clients than a page makes; the hub keeps a place for each
// number up to the highest.
const maxClient = 1 << 20

// check refuses messages that the hub, which trusts its page, would choke on.
func check(batch []float64, client int) error {
	if client < 1 || client > maxClient {
		return fmt.Errorf("client %d", client)
	}
	for at := 0; at < len(batch); {
		n := batch[at]
		if !(n >= 3 && n <= float64(len(batch)-at-1)) {
			return errors.New("a message is cut off")
		}
		if id := batch[at+2]; id != 0 && id != float64(client) {
			return fmt.Errorf("a message of client %v in the trace of client %d", id, client)
		}
		at += 1 + int(n)
	}
	return nil
}

// take splits off as many numbers as the first one says.
func take(numbers []float64) (taken, rest []float64, err error) {
	if len(numbers) == 0 || !(numbers[0] >= 0) || numbers[0] > float64(len(numbers)-1) {
		return nil, nil, errors.New("it is cut off")
	}
	n := 1 + int(numbers[0])
	return numbers[1:n], numbers[n:], nil
}
