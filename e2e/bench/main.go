// Command bench measures what WebSocketReconnect costs beside a native
// WebSocket and beside other libraries, in one run of a headless Chromium:
//
//	make bench                              the whole table, an hour or more
//	go run ./e2e/bench -only receive        rows whose name has that word
//	go run ./e2e/bench -rounds 10           fewer rounds, wider spread
//	make bench BENCH="-only start -keep .cache/bench.json"
//	                                        measure one part anew, and keep the last run's others
//
// All implementations do the same work in the same round, and what is compared
// are medians of ratios within a round; so a busy machine widens the spread
// but does not move the result.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/web/build/pack"
)

// A bench is one run.
type bench struct {
	Results
	browser context.Context
	server  *server
	dir     string // this folder
	only    *regexp.Regexp
	divisor int // by how much there is less of everything; 1 but in tests
	say     func(string)
}

// options are the command line's.
type options struct {
	rounds                             int
	only, dist, out, doc, keep, readme string
}

func main() {
	var o options
	flag.IntVar(&o.rounds, "rounds", 20, "rounds of the message jobs; the others have a part of it")
	flag.StringVar(&o.only, "only", "", "measure rows that match this regular expression")
	flag.StringVar(&o.dist, "dist", "", "folder of the built files (default web/dist)")
	flag.StringVar(&o.out, "json", "", "write every value to this file")
	flag.StringVar(&o.doc, "doc", "", "write the tables into this Markdown file, and the plots beside it")
	flag.StringVar(&o.keep, "keep", "", "keep the rows of an earlier run, from the file that its -json wrote, which this one does not measure")
	flag.StringVar(&o.readme, "readme", "", "write the short table between its marks in this Markdown file")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	pattern, err := regexp.Compile(o.only)
	if err != nil {
		return err
	}
	var earlier Results
	if o.keep != "" {
		text, err := os.ReadFile(o.keep)
		if err == nil {
			err = json.Unmarshal(text, &earlier)
		}
		if err != nil {
			return fmt.Errorf("read the run to keep: %w", err)
		}
	}
	b, stop, err := newBench(o.dist)
	if err != nil {
		return err
	}
	defer stop()
	b.only = pattern
	started := time.Now()
	b.say = func(what string) {
		fmt.Fprintf(os.Stderr, "%4.0f s  %s\n", time.Since(started).Seconds(), what)
	}
	if err := b.measure(o.rounds); err != nil {
		return err
	}
	if o.keep != "" {
		if err := b.keep(earlier); err != nil {
			return err
		}
	}
	fmt.Print(b.tables())
	if o.out != "" {
		text, err := json.Marshal(b.Results)
		if err != nil {
			return err
		}
		if err := os.WriteFile(o.out, text, 0o644); err != nil {
			return err
		}
	}
	if o.doc != "" {
		if err := b.document(o.doc); err != nil {
			return err
		}
	}
	if o.readme != "" {
		return b.fillReadme(o.readme)
	}
	return nil
}

// newBench starts a server and a browser.
func newBench(dist string) (b *bench, stop func(), err error) {
	root, err := moduleRoot()
	if err != nil {
		return nil, nil, err
	}
	b = &bench{dir: filepath.Join(root, "e2e", "bench"), divisor: 1, only: regexp.MustCompile(""), say: func(string) {}}
	if dist == "" {
		dist = filepath.Join(root, "web", "dist")
	}
	bundles, err := bundleRivals(b.dir)
	if err != nil {
		return nil, nil, err
	}
	if b.server, err = newServer(b.dir, dist, bundles); err != nil {
		return nil, nil, err
	}
	longer, err := lengthened(bundles["/rival/partysocket.js"], len(b.server.files["/dist/websocket-reconnect.js"].brotli))
	if err != nil {
		return nil, nil, errors.Join(err, b.server.Close())
	}
	least, err := pack.InterfaceBytes(pack.Inputs{Root: root, Web: filepath.Join(root, "web")})
	if err != nil {
		return nil, nil, errors.Join(err, b.server.Close())
	}
	nothing, err := lengthened(nil, least)
	if err != nil {
		return nil, nil, errors.Join(err, b.server.Close())
	}
	for name, script := range map[string][]byte{padded: longer, floor: nothing} {
		if err := b.server.add("/rival/"+name+".js", script); err != nil {
			return nil, nil, errors.Join(err, b.server.Close())
		}
	}
	b.Bytes = map[string]int{}
	for name, f := range b.server.files {
		if strings.HasPrefix(name, "/rival/") || strings.HasPrefix(name, "/dist/websocket-reconnect") {
			b.Bytes[name] = len(f.brotli)
		}
	}
	var stopBrowser func()
	if b.browser, stopBrowser, err = startBrowser(); err != nil {
		return nil, nil, errors.Join(err, b.server.Close())
	}
	stop = func() {
		stopBrowser()
		_ = b.server.Close()
	}
	version, err := browserVersion(b.browser)
	if err != nil {
		stop()
		return nil, nil, err
	}
	b.Machine = machine{cpuModel(), runtime.NumCPU(), runtime.GOOS + "/" + runtime.GOARCH, runtime.Version(), version}
	return b, stop, nil
}

// measure fills the rows. The slower the work, the fewer its rounds.
func (b *bench) measure(rounds int) error {
	for _, part := range []struct {
		name    string
		measure func(rounds int) error
		rounds  int
	}{
		{"messages", b.measureMessages, rounds},
		{"start", b.measureStart, rounds},
		{"long tasks", b.measureLongTasks, rounds / 4},
		{"many", b.measureMany, rounds / 10},
		{"memory", b.measureMemory, rounds / 4}, // one may be disturbed
		{"idle", b.measureIdle, rounds / 20},
		{"recovery", b.measureRecovery, rounds / 4},
		{"machine", b.measureMachine, 1},
	} {
		b.say(part.name)
		if err := part.measure(max(part.rounds, 1)); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	b.say("done")
	return nil
}

func (b *bench) wants(name string) bool { return b.only.MatchString(name) }

func moduleRoot() (string, error) {
	mod, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	return filepath.Dir(strings.TrimSpace(string(mod))), nil
}
