// Command replay runs a trace from a browser natively and prints it as a
// timeline:
//
//	go run ./core/replay/cmd/replay trace.json
//
// With -golden NAME it also keeps the trace and its timeline in
// core/replay/testdata, where a test replays them from then on.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/websocket-reconnect/websocket-reconnect/core/replay"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("replay", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: replay [-golden NAME] FILE   (- reads standard input)")
		flags.PrintDefaults()
	}
	golden := flags.String("golden", "", "keep the trace as a test of this name")
	dir := flags.String("dir", filepath.Join("core", "replay", "testdata"), "where -golden keeps it")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if flags.NArg() != 1 {
		flags.Usage()
		return 2
	}
	if err := replayFile(flags.Arg(0), stdin, stdout, *dir, *golden); err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	return 0
}

func replayFile(name string, stdin io.Reader, stdout io.Writer, dir, golden string) error {
	text, err := read(name, stdin)
	if err != nil {
		return err
	}
	trace, err := replay.Parse(text)
	if err != nil {
		return err
	}
	messages, differs := trace.Run()
	var timeline bytes.Buffer
	if err := replay.Timeline(&timeline, trace, messages); err != nil {
		return err
	}
	if _, err := stdout.Write(timeline.Bytes()); err != nil {
		return err
	}
	if differs != nil {
		return differs
	}
	fmt.Fprintf(stdout, "\nThe native core has answered as the browser's did, in all %d steps.\n", len(trace.Steps))
	if golden == "" {
		return nil
	}
	for ending, kept := range map[string][]byte{".json": text, ".txt": timeline.Bytes()} {
		if err := os.WriteFile(filepath.Join(dir, golden+ending), kept, 0o644); err != nil {
			return err
		}
	}
	fmt.Fprintf(stdout, "Kept as %s; go test ./core/replay replays it from now on.\n", filepath.Join(dir, golden+".json"))
	return nil
}

func read(name string, stdin io.Reader) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(stdin)
	}
	return os.ReadFile(name)
}
