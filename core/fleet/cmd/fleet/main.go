// Command fleet shows what a retry policy does to a server: it simulates a
// fleet of the shipped machines, and of other clients, through an outage.
//
//	go run ./core/fleet/cmd/fleet                                     every policy, 10,000 clients
//	go run ./core/fleet/cmd/fleet -clients 100000 -html storm.html    the same as a page with charts
//	go run ./core/fleet/cmd/fleet -options '{"jitter":"full","baseDelay":10000}'
//	go run ./core/fleet/cmd/fleet -search -clients 50000 -admit 2000  which options suit this server
//
//	go run ./core/fleet/cmd/fleet -doc docs/fleet.md                  make the tables of a document anew
//
// It prints a table; -csv, -json and -html write files. The same flags and the
// same seed give the same bytes.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"

	"github.com/websocket-reconnect/websocket-reconnect/core/fleet"
	"github.com/websocket-reconnect/websocket-reconnect/core/fleet/page"
)

func main() {
	err := run(os.Args[1:], os.Stdout, os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "fleet:", err)
		os.Exit(1)
	}
}

func run(args []string, out, progress io.Writer) error {
	o, err := readFlags(args, progress)
	if err != nil {
		return err
	}
	if o.document != "" {
		return document(o.document, progress)
	}
	if o.profile != "" {
		f, err := os.Create(o.profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	if o.search {
		return search(o, candidates(), out, progress)
	}
	reports := runAll(o.cfg, o.policies, o.parallel, progress)
	fmt.Fprintln(out, page.Scenario(o.cfg))
	fmt.Fprintln(out)
	if err := writeTable(out, reports); err != nil {
		return err
	}
	for _, file := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{o.csv, func(w io.Writer) error { return writeCSV(w, reports) }},
		{o.json, func(w io.Writer) error { return writeJSON(w, o.cfg, reports) }},
		{o.html, func(w io.Writer) error { return page.Write(w, page.Scenario(o.cfg), o.cfg, o.policies, reports) }},
	} {
		if file.name == "" {
			continue
		}
		if err := writeFile(file.name, out, file.write); err != nil {
			return err
		}
	}
	return nil
}

// runAll simulates each policy; several at a time do not disturb each other.
func runAll(cfg fleet.Config, policies []fleet.Policy, parallel int, progress io.Writer) []fleet.Report {
	reports := make([]fleet.Report, len(policies))
	var done counter
	each(len(policies), parallel, func(i int) {
		c := cfg
		c.Policy = policies[i]
		reports[i] = fleet.Run(c, nil)
		if cfg.Clients >= 100_000 {
			runtime.GC() // the next fleet should not come on top of this one
		}
		done.add(progress, len(policies))
	})
	fmt.Fprintln(progress)
	return reports
}

// A counter tells how far the work is.
type counter struct {
	mu   sync.Mutex
	done int
}

func (c *counter) add(w io.Writer, of int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done++
	fmt.Fprintf(w, "\r%d of %d simulated", c.done, of)
}

// each calls f with 0 to n-1, on so many goroutines.
func each(n, parallel int, f func(i int)) {
	jobs := make(chan int)
	var wg sync.WaitGroup
	for range max(min(parallel, n), 1) {
		wg.Go(func() {
			for i := range jobs {
				f(i)
			}
		})
	}
	for i := range n {
		jobs <- i
	}
	close(jobs)
	wg.Wait()
}

// writeFile writes to a file, or to out when its name is "-".
func writeFile(name string, out io.Writer, write func(io.Writer) error) error {
	if name == "-" {
		return write(out)
	}
	var b strings.Builder
	if err := write(&b); err != nil {
		return err
	}
	return os.WriteFile(name, []byte(b.String()), 0o644)
}
