package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
)

// A server gives the pages what they load and what they talk to, quickly, so
// that what is measured is the browser.
type server struct {
	http  http.Server
	addr  string
	files map[string]file
	dials atomic.Int64 // handshakes asked for
	pings atomic.Int64 // heartbeats that were answered
}

type file struct {
	kind          string
	plain, brotli []byte
}

// newServer serves the built files of dist, the pages of dir, and bundles.
func newServer(dir, dist string, bundles map[string][]byte) (*server, error) {
	s := &server{files: map[string]file{}}
	for name, data := range bundles {
		if err := s.add(name, data); err != nil {
			return nil, err
		}
	}
	for prefix, folder := range map[string]string{"/dist/": dist, "/page/": filepath.Join(dir, "page")} {
		entries, err := os.ReadDir(folder)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if ext := filepath.Ext(e.Name()); e.IsDir() || ext == ".br" || ext == ".gz" || ext == ".map" {
				continue
			}
			data, err := os.ReadFile(filepath.Join(folder, e.Name()))
			if err != nil {
				return nil, err
			}
			if packed, err := os.ReadFile(filepath.Join(folder, e.Name()+".br")); err == nil {
				s.files[prefix+e.Name()] = file{kindOf(e.Name()), data, packed}
			} else if err := s.add(prefix+e.Name(), data); err != nil {
				return nil, err
			}
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.addr = listener.Addr().String()
	s.http.Handler = s
	go func() { _ = s.http.Serve(listener) }()
	return s, nil
}

func (s *server) Close() error { return s.http.Close() }

func (s *server) add(name string, data []byte) error {
	packed, err := compressed(data)
	s.files[name] = file{kindOf(name), data, packed}
	return err
}

func kindOf(name string) string {
	switch path.Ext(name) {
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".wasm":
		return "application/wasm"
	case ".html":
		return "text/html; charset=utf-8"
	}
	return "text/plain; charset=utf-8"
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == "/ws":
		s.socket(w, r)
	case r.URL.Path == "/start":
		q := r.URL.Query()
		s.send(w, r, file{kind: kindOf(".html"), plain: s.startPage(q.Get("impl"), q.Has("watch"))})
	default:
		f, ok := s.files[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		s.send(w, r, f)
	}
}

func (s *server) send(w http.ResponseWriter, r *http.Request, f file) {
	h := w.Header()
	// A page that is isolated from other origins has a clock of 5 µs instead of 100.
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Embedder-Policy", "require-corp")
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", "max-age=3600")
	body := f.plain
	if f.brotli != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "br") {
		h.Set("Content-Encoding", "br")
		body = f.brotli
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	_, _ = w.Write(body)
}

// startPage is a page as short as can be, which opens a socket with the
// implementation. watched tells when our core is ready.
func (s *server) startPage(impl string, watched bool) []byte {
	script := ""
	switch {
	case strings.HasPrefix(impl, "ours"):
		script = "/dist/websocket-reconnect.js"
	case s.files["/rival/"+impl+".js"].plain != nil:
		script = "/rival/" + impl + ".js"
	}
	tag := func(src string) string { return `<script src="` + src + `"></script>` }
	dial := ""
	if impl == early {
		dial = "<script>" + string(s.files["/page/early.js"].plain) + "</script>"
	}
	watch := ""
	if watched {
		watch = tag("/page/watch.js")
	}
	if script != "" {
		script = tag(script)
	}
	return []byte(strings.NewReplacer(
		"{{early}}", dial, "{{watch}}", watch, "{{script}}", script, "{{impl}}", impl,
		"{{adapters}}", string(s.files["/page/adapters.js"].plain),
	).Replace(string(s.files["/page/start.html"].plain)))
}

// socket carries out what the first words of a message ask for, and echoes all
// others.
//
//	!feed KIND SIZE COUNT   sends so many messages
//	!sink COUNT SIZE        swallows them, then says !sunk COUNT BYTES
//	!drop                   the connection breaks
func (s *server) socket(w http.ResponseWriter, r *http.Request) {
	s.dials.Add(1)
	tap := &tap{ResponseWriter: w}
	c, err := websocket.Accept(tap, r, &websocket.AcceptOptions{CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		return
	}
	defer c.CloseNow()
	c.SetReadLimit(1 << 20)
	ctx := context.Background()
	var wanted, size, messages, total int
	for {
		kind, data, err := c.Read(ctx)
		if err != nil {
			return
		}
		var word string
		var count int
		switch {
		case bytes.HasPrefix(data, []byte("!feed")):
			_, err = fmt.Sscanf(string(data), "!feed %s %d %d", &word, &size, &count)
			if err == nil {
				err = feed(tap.conn, word, size, count)
			}
		case bytes.HasPrefix(data, []byte("!sink")):
			messages, total = 0, 0
			_, err = fmt.Sscanf(string(data), "!sink %d %d", &wanted, &size)
		case string(data) == "!drop":
			return
		case string(data) == `{"type":"ping"}`:
			s.pings.Add(1)
			err = c.Write(ctx, kind, []byte(`{"type":"pong"}`))
		case wanted > 0:
			messages++
			total += len(data)
			if messages == wanted {
				wanted = 0
				err = c.Write(ctx, websocket.MessageText, fmt.Appendf(nil, "!sunk %d %d", messages, total))
			}
		default:
			err = c.Write(ctx, kind, data)
		}
		if err != nil {
			return
		}
	}
}

// feed writes frames that were made before: a server's frames carry no mask,
// so that they are all alike. Nobody else writes meanwhile.
func feed(conn net.Conn, kind string, size, count int) error {
	if conn == nil {
		return fmt.Errorf("the connection was not tapped")
	}
	head := []byte{0x80 | 1}
	if kind == "binary" {
		head[0] = 0x80 | 2
	}
	switch {
	case size < 126:
		head = append(head, byte(size))
	case size < 1<<16:
		head = append(head, 126, byte(size>>8), byte(size))
	default:
		head = append(head, 127, 0, 0, 0, 0, byte(size>>24), byte(size>>16), byte(size>>8), byte(size))
	}
	frame := append(head, bytes.Repeat([]byte("x"), size)...)
	batch := max(1, 32<<10/len(frame))
	many := bytes.Repeat(frame, batch)
	for count > 0 {
		n := min(count, batch)
		if _, err := conn.Write(many[:n*len(frame)]); err != nil {
			return err
		}
		count -= n
	}
	return nil
}

// A tap keeps the connection that a handshake takes over.
type tap struct {
	http.ResponseWriter
	conn net.Conn
}

func (t *tap) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := t.ResponseWriter.(http.Hijacker).Hijack()
	if err == nil {
		_ = conn.SetDeadline(time.Time{})
		t.conn = conn
	}
	return conn, rw, err
}
