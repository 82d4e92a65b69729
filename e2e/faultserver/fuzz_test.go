package faultserver

import (
	"encoding/json"
	"testing"
)

// FuzzFaults: whatever is put, ParseFaults returns; what it takes is taken again
// as it was written down.
func FuzzFaults(f *testing.F) {
	f.Add([]byte(`{"dial":{"mode":"refuse","times":3},"blackHole":{"direction":"both"},"up":{"delayMs":100}}`))
	f.Add([]byte(`{"afterOpen":{"mode":"close","code":4001}}{}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		faults, err := ParseFaults(text)
		if err != nil {
			return
		}
		written, err := json.Marshal(faults)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := ParseFaults(written); err != nil || again != faults {
			t.Errorf("%s is taken as %+v, and that as %+v, %v", text, faults, again, err)
		}
	})
}
