// Command build makes web/dist, everything that is published, from the sources
// of this repository. It needs Go alone and asks nothing:
//
//	go run ./web/build            make web/dist
//	go run ./web/build -debug     the same, readable in the browser's tools
//	go run ./web/build -out DIR   into another folder
//	go run ./web/build -size      print the sizes of the last build, and what is in the module
//	go run ./web/build -size-report FILE
//	                              measure what each step saves, and write it down
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"

	"github.com/websocket-reconnect/websocket-reconnect/web/build/pack"
)

func main() {
	debug := flag.Bool("debug", false, "keep names and whitespace; never publish such a build")
	out := flag.String("out", "", "folder to write (default web/dist)")
	size := flag.Bool("size", false, "build nothing; print the sizes of the build in the folder")
	report := flag.String("size-report", "", "build, and write to this file what is in the module and what each step saves")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *out, *report, *debug, *size, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out, report string, debug, size bool, rest []string) error {
	if len(rest) > 0 {
		return fmt.Errorf("unknown argument %q", rest[0])
	}
	root, err := moduleRoot(ctx)
	if err != nil {
		return err
	}
	if out == "" {
		out = filepath.Join(root, "web", "dist")
	} else if out, err = filepath.Abs(out); err != nil {
		return fmt.Errorf("output folder: %w", err)
	}
	in := pack.Inputs{
		Root:  root,
		Web:   filepath.Join(root, "web"),
		Out:   out,
		Cache: filepath.Join(root, ".cache", "build"),
		Debug: debug,
	}
	if size {
		return printSizes(ctx, in)
	}
	result, err := pack.Build(ctx, in)
	if err != nil {
		return err
	}
	for _, line := range result.Warnings {
		fmt.Fprintln(os.Stderr, "build: warning:", line)
	}
	fmt.Print(result.Info.Table())
	if report == "" {
		return nil
	}
	text, err := pack.SizeReport(ctx, in, result.Info)
	if err != nil {
		return err
	}
	return os.WriteFile(report, []byte(text), 0o644)
}

func printSizes(ctx context.Context, in pack.Inputs) error {
	info, err := pack.ReadInfo(in.Out)
	if err != nil {
		return fmt.Errorf("%w (run `make build` first)", err)
	}
	contents, err := pack.Contents(ctx, in)
	if err != nil {
		return err
	}
	fmt.Printf("%s\n%s", info.Table(), contents)
	return nil
}

// moduleRoot returns the folder of go.mod, so that the command works from any
// folder of the repository.
func moduleRoot(ctx context.Context) (string, error) {
	text, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("find go.mod: %w", err)
	}
	mod := string(bytes.TrimSpace(text))
	if mod == "" || mod == os.DevNull {
		return "", errors.New("find go.mod: not inside the repository")
	}
	return filepath.Dir(mod), nil
}
