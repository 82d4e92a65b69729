package client

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestMain counts goroutines: a client that is closed leaves none.
func TestMain(m *testing.M) {
	code := m.Run()
	if left := leftovers(ours, "coder/websocket", "faultserver"); code == 0 && left != "" {
		fmt.Fprintf(os.Stderr, "goroutines left after all tests:\n%s\n", left)
		code = 1
	}
	os.Exit(code)
}

// ours is in the stacks of the package's own goroutines.
const ours = "core/client.(*"

// leftovers waits until no goroutine is left in whose stack is one of the
// names, and returns their stacks if that does not happen.
func leftovers(names ...string) string {
	buf := make([]byte, 1<<20)
	for end := time.Now().Add(5 * time.Second); ; runtime.Gosched() {
		var left []string
		for g := range bytes.SplitSeq(buf[:runtime.Stack(buf, true)], []byte("\n\n")) {
			text := string(g)
			for _, name := range names {
				if strings.Contains(text, name) {
					left = append(left, text)
					break
				}
			}
		}
		if len(left) == 0 {
			return ""
		}
		if time.Now().After(end) {
			return strings.Join(left, "\n\n")
		}
	}
}

func testCtx(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}
