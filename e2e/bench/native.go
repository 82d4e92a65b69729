package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// A NativeRow is one Go benchmark of the machine.
type NativeRow struct {
	Name        string  `json:"name"`
	Nanoseconds float64 `json:"ns"` // a step
	Allocations float64 `json:"allocs"`
}

// measureMachine runs the Go benchmarks of the core on this machine, without
// a browser.
func (b *bench) measureMachine(int) error {
	if !b.wants("machine") {
		return nil
	}
	cmd := exec.Command("go", "test", "-run", "^$", "-bench", "Step", "-benchmem", "-benchtime", fmt.Sprintf("%dms", max(500/b.divisor, 1)), "./core")
	cmd.Dir = filepath.Join(b.dir, "..", "..")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("go test -bench: %w\n%s", err, out)
	}
	lines := bufio.NewScanner(bytes.NewReader(out))
	for lines.Scan() {
		// BenchmarkStep/probe-2  1000  95.0 ns/op  0 B/op  0 allocs/op
		fields := strings.Fields(lines.Text())
		if len(fields) == 0 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		name := strings.TrimPrefix(fields[0], "Benchmark")
		if i := strings.LastIndexByte(name, '-'); i > 0 {
			name = name[:i]
		}
		row := NativeRow{Name: name}
		for i := 1; i+1 < len(fields); i++ {
			value, err := strconv.ParseFloat(fields[i], 64)
			switch {
			case err != nil:
			case fields[i+1] == "ns/op":
				row.Nanoseconds = value
			case fields[i+1] == "allocs/op":
				row.Allocations = value
			}
		}
		if row.Nanoseconds > 0 {
			b.Native = append(b.Native, row)
		}
	}
	if len(b.Native) == 0 {
		return fmt.Errorf("no benchmark in\n%s", out)
	}
	return nil
}
