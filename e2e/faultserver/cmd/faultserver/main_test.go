package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

func TestRunServesUntilTold(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.wasm"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	out, in := io.Pipe()
	var stderr bytes.Buffer
	status := make(chan int, 1)
	go func() {
		status <- run(ctx, []string{"-control", "127.0.0.1:0", "-link", "127.0.0.1:0", "-mount", "/app=" + dir,
			"-faults", `{"pings":{"mute":true}}`}, in, &stderr)
		in.Close()
	}()
	addr := map[string]string{}
	for lines := bufio.NewScanner(out); len(addr) < 2 && lines.Scan(); {
		name, url, _ := strings.Cut(lines.Text(), " ")
		addr[name] = url
	}
	go io.Copy(io.Discard, out)
	res, err := http.Get(addr["control"] + "/app/a.wasm")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "application/wasm" {
		t.Errorf("mount: %v", res)
	}
	c, _, err := websocket.Dial(ctx, addr["link"], nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseNow()
	for _, text := range []string{"PING", "data"} {
		if err := c.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if _, got, err := c.Read(ctx); string(got) != "data" {
		t.Errorf("read %q, %v; want the ping muted", got, err)
	}
	cancel()
	if got := <-status; got != 0 || stderr.Len() > 0 {
		t.Errorf("status %d, stderr %s", got, &stderr)
	}
}

func TestRunArguments(t *testing.T) {
	for _, tt := range []struct {
		args        []string
		status      int
		out, errOut string
	}{
		{[]string{"-h"}, 0, "-mount prefix=dir", ""},
		{[]string{"-print-faults"}, 0, "blackHole.direction", ""},
		{[]string{"-nope"}, 2, "", "-nope"},
		{[]string{"extra"}, 2, "", `unexpected argument "extra"`},
		{[]string{"-faults", `{"dail":{}}`}, 2, "", `unknown field "dail"`},
		{[]string{"-control", "127.0.0.1:0", "-link", "127.0.0.1:0", "-mount", "x"}, 2, "", `"x": must be prefix=dir`},
		{[]string{"-control", "127.0.0.1:0", "-link", "127.0.0.1:0", "-mount", "/=none-such"}, 2, "", "mount /"},
		{[]string{"-control", "256.0.0.1:0"}, 1, "", "Options.Control"},
	} {
		var stdout, stderr bytes.Buffer
		got := run(context.Background(), tt.args, &stdout, &stderr)
		if got != tt.status || !strings.Contains(stdout.String(), tt.out) || !strings.Contains(stderr.String(), tt.errOut) {
			t.Errorf("%q: status %d\nstdout %s\nstderr %s", tt.args, got, &stdout, &stderr)
		}
		if tt.status == 0 && stderr.Len() > 0 {
			t.Errorf("%q: stderr %s", tt.args, &stderr)
		}
	}
}
