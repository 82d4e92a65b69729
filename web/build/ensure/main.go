// Command ensure prints the path of each program it is asked for, and installs
// those that are missing where it can:
//
//	go run ./web/build/ensure chromium node npm
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"slices"

	"github.com/websocket-reconnect/websocket-reconnect/web/build/tools"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	for _, name := range os.Args[1:] {
		i := slices.IndexFunc(tools.All, func(t tools.Tool) bool { return t.Name == name })
		if i < 0 {
			fail(fmt.Errorf("unknown tool %q", name))
		}
		path, err := tools.All[i].Ensure(ctx, os.Stderr)
		if err != nil {
			fail(err)
		}
		fmt.Println(path)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "ensure:", err)
	os.Exit(1)
}
