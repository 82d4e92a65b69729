// Command build makes web/dist, everything that is published, from the sources
// of this repository. It needs Go alone and asks nothing:
//
//	go run ./web/build            make web/dist
//	go run ./web/build -debug     the same, readable in the browser's tools
//	go run ./web/build -out DIR   into another folder
//	go run ./web/build -size      print the sizes of the last build
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
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *out, *debug, *size, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out string, debug, size bool, rest []string) error {
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
	if size {
		info, err := pack.ReadInfo(out)
		if err != nil {
			return fmt.Errorf("%w (run `make build` first)", err)
		}
		fmt.Print(info.Table())
		return nil
	}
	result, err := pack.Build(ctx, pack.Inputs{
		Root:  root,
		Web:   filepath.Join(root, "web"),
		Out:   out,
		Cache: filepath.Join(root, ".cache", "build"),
		Debug: debug,
	})
	if err != nil {
		return err
	}
	for _, line := range result.Warnings {
		fmt.Fprintln(os.Stderr, "build: warning:", line)
	}
	fmt.Print(result.Info.Table())
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
