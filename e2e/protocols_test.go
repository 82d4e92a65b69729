package e2e

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
	"github.com/websocket-reconnect/websocket-reconnect/web/build/tools"
)

// A protocol is a client of protocols/clients with its server in
// protocols/servers, and where the client dials.
type protocol struct {
	name string
	at   string // a path, or an http: address where the client wants one
}

var protocols = []protocol{
	{"graphql-ws", "/graphql"},
	{"mqtt", "/mqtt"},
	{"stomp", "/stomp"},
	{"rxjs", "/"},
	{"socket.io", "http:/"},
	{"actioncable", "/cable"},
	{"phoenix", "/socket"},
	{"signalr", "http:/hub"},
	{"trpc", "/trpc"},
	{"y-websocket", "/"},
}

// Clients of protocols, as they come from the registry, run over our class as
// over the native one: it is the constructor that they are given, and they are
// what reconnects. Each loses its connection by a reset, by an outage of a
// second, by the server's restart and by an end of TCP; each message arrives
// once, and when the client is stopped nothing of it is left.
func TestProtocolClients(t *testing.T) {
	t.Parallel()
	for _, proto := range protocols {
		t.Run(proto.name, func(t *testing.T) {
			t.Parallel()
			server := startProtocolServer(t, proto.name)
			p := openPage(t, "worker", file("protocol.html"), upstream(server.addr), before(func(p *page) { p.serveClient(proto.name) }))
			link := p.s.Endpoint(strings.TrimPrefix(proto.at, "http:"))
			if strings.HasPrefix(proto.at, "http:") {
				link = "http" + strings.TrimPrefix(link, "ws")
			}
			p.js(fmt.Sprintf(`void (window.client = Client.start(%q, counted({maxRetries: 0}), record))`, link))
			p.until("ready")

			drop := func(how faultserver.Ending) {
				_, err := p.s.Drop(how)
				p.must(err)
			}
			breaks := []struct {
				name string
				do   func()
			}{
				{"nothing", func() {}},
				{"reset", func() { drop(faultserver.EndRST) }},
				{"outage", func() {
					p.must(p.s.Kill())
					time.Sleep(time.Second) // the outage
					p.must(p.s.Revive())
				}},
				{"restart", server.drop},
				{"fin", func() { drop(faultserver.EndFIN) }},
			}
			for i, b := range breaks {
				had := get[int](p, `sockets.length`)
				if b.do(); i > 0 {
					p.wait(fmt.Sprintf(`ready(%d)`, had+1))
				}
				p.js(fmt.Sprintf(`(async () => void await client.publish(%q))()`, b.name)) // and is acknowledged, where the protocol does that
				p.wait(fmt.Sprintf(`times('got', %q)`, b.name))
			}
			p.js(`void client.stop()`)
			r := p.server("the last connection's end", func(r faultserver.Record) bool { return r.Total.Live == 0 })
			p.settles(`!living()`)
			for _, b := range breaks {
				p.is(fmt.Sprintf(`times('got', %q)`, b.name), "1")
			}
			p.is(`seen.filter((e) => e[0] === 'error')`, "[]")
			p.is(fmt.Sprintf(`sockets.length >= %d`, len(breaks)), "true") // else it was not ours that it used
			if r.Total.MaxOpen > 1 {
				t.Errorf("the server saw %d connections at once", r.Total.MaxOpen)
			}
			for _, line := range p.log.lines() {
				if matches("warning: *second client*", line) {
					t.Errorf("warned of two that reconnect: %s", line)
				}
			}
		})
	}
}

// A library that reconnects, over a WebSocket that does so too: the library's
// new socket and the old one that came back are two. The console says so, once.
func TestTwoReconnecters(t *testing.T) {
	t.Parallel()
	server := startProtocolServer(t, "graphql-ws")
	p := openPage(t, "worker", file("protocol.html"), upstream(server.addr), before(func(p *page) { p.serveClient("graphql-ws") }))
	p.manySockets = true // that is what is warned of
	p.js(fmt.Sprintf(`void (window.client = Client.start(%q, counted({}), record))`, p.s.Endpoint("/graphql?token=secret")))
	p.coreAnswers()
	for n := range 3 {
		p.wait(fmt.Sprintf(`ready(%d)`, n+1))
		_, err := p.s.Drop(faultserver.EndRST)
		p.must(err)
	}
	p.wait(`ready(4)`)
	warnings := 0
	for _, line := range p.log.lines() {
		if matches("warning: *a second client of *maxRetries: 0*", line) {
			warnings++
		}
		if strings.Contains(line, "secret") {
			t.Errorf("the console shows what may be secret: %s", line)
		}
	}
	if warnings != 1 {
		t.Errorf("%d warnings, want 1; the console has %q", warnings, p.log.lines())
	}
	p.js(`void client.stop(); for (const ws of sockets) ws.dispose()`)
}

// upstream puts the faults before another server.
func upstream(addr string) option { return func(s *setup) { s.upstream = addr } }

// serveClient serves protocols/clients/NAME.js, bundled, as the global Client.
func (p *page) serveClient(name string) {
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{filepath.Join("protocols", "clients", name+".js")},
		Bundle:      true,
		Format:      api.FormatIIFE,
		GlobalName:  "Client",
		Platform:    api.PlatformBrowser,
		Target:      api.ES2022,
		LogLevel:    api.LogLevelSilent,
	})
	for _, m := range result.Errors {
		p.t.Fatalf("bundle %s (run `npm ci` in e2e/protocols?): %s", name, m.Text)
	}
	code := result.OutputFiles[0].Contents
	p.must(p.s.Handle("/protocol/client.js", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		_, _ = w.Write(code)
	})))
}

// A protocolServer is a program of protocols/servers.
type protocolServer struct {
	t     *testing.T
	addr  string
	stdin io.WriteCloser
}

// startProtocolServer runs a server until the end of the test.
func startProtocolServer(t *testing.T, name string) *protocolServer {
	t.Helper()
	if browser == nil {
		t.Skip("set E2E=1 to run the tests in a browser (make e2e)")
	}
	node, err := tools.Node.Find()
	if node == "" {
		t.Fatalf("no Node: go run ./web/build/ensure node (%v)", err)
	}
	cmd := exec.Command(node, filepath.Join("protocols", "servers", name+".mjs"))
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	stdout, err2 := cmd.StdoutPipe()
	if err := errors.Join(err, err2, cmd.Start()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = stdin.Close() // which ends it
		_ = cmd.Wait()
	})
	port, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("the server of %s does not tell its port: %v", name, err)
	}
	return &protocolServer{t, "127.0.0.1:" + strings.TrimSpace(port), stdin}
}

// drop has the server close all connections.
func (s *protocolServer) drop() {
	s.t.Helper()
	if _, err := io.WriteString(s.stdin, "drop\n"); err != nil {
		s.t.Fatal(err)
	}
}
