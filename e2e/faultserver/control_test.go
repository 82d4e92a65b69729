package faultserver

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func call(t *testing.T, s *Server, method, path, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(testCtx(t), method, s.ControlURL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("%s %s: no CORS header", method, path)
	}
	return res.StatusCode, strings.TrimSpace(string(text))
}

func TestFaultsOverHTTP(t *testing.T) {
	s := start(t, Options{})
	if code, text := call(t, s, "PUT", "/control/faults", `{"dial":{"mode":"status","status":429,"retryAfter":"2"},"up":{"delayMs":5}}`); code != 200 {
		t.Fatal(code, text)
	}
	if code, text := call(t, s, "PATCH", "/control/faults", `{"dial":{"times":3},"pings":{"mute":true}}`); code != 200 {
		t.Fatal(code, text)
	}
	want := Faults{
		Dial:  DialFault{Mode: DialStatus, Status: 429, RetryAfter: "2", Times: 3},
		Up:    Shape{DelayMs: 5},
		Pings: PingFault{Mute: true},
	}
	if s.Faults() != want {
		t.Errorf("faults %+v", s.Faults())
	}
	_, text := call(t, s, "GET", "/control/faults", "")
	var got Faults
	if err := json.Unmarshal([]byte(text), &got); err != nil || got != want {
		t.Errorf("GET: %s, %v", text, err)
	}
	if code, text := call(t, s, "POST", "/control/reset", ""); code != 200 || s.Faults() != (Faults{}) {
		t.Error(code, text)
	}
}

// "unknown fields are an error that names them", "names the field, the value
// and what is allowed"
func TestBadOrders(t *testing.T) {
	s := start(t, Options{})
	for _, tt := range []struct{ method, path, body, want string }{
		{"PUT", "/control/faults", `{"dial":{"mod":"hang","tmes":1}}`, `unknown field "dial.mod", "dial.tmes": known are dial.mode, dial.times`},
		{"PATCH", "/control/faults", `{"Dial":{}}`, `unknown field "Dial": known are dial, afterOpen`},
		{"PATCH", "/control/faults", `{"dial":{"mode":"explode"}}`, `dial.mode: "explode": must be one of "", "refuse"`},
		{"PATCH", "/control/faults", `{"dial":{"holdMs":"5"}}`, `dial.holdMs: a JSON string: must be a int`},
		{"PATCH", "/control/faults", `{"dial":{"holdMs":600001}}`, `dial.holdMs: 600001: must be 0 to 600000`},
		{"PATCH", "/control/faults", `{"dial":{"mode":"refuse","times":2}}`, `a closed port cannot count dials`},
		{"PATCH", "/control/faults", `{"dial":{"status":101}}`, `dial.status: 101: must be`},
		{"PATCH", "/control/faults", `{"dial":{"retryAfter":"1\r\nX: y"}}`, `dial.retryAfter: `},
		{"PATCH", "/control/faults", `{"dial":{"retryAfter":"1\u0000"}}`, `dial.retryAfter: `},
		{"PATCH", "/control/faults", `{"dial":{"subprotocol":"a/b"}}`, `dial.subprotocol: `},
		{"PATCH", "/control/faults", `{"dial":{"subprotocol":"a\u0000"}}`, `dial.subprotocol: `},
		{"PATCH", "/control/faults", `{"dial":{"subprotocol":"a b"}}`, `dial.subprotocol: "a b": must be an HTTP token`},
		{"PATCH", "/control/faults", `{"afterOpen":{"code":1015}}`, `afterOpen.code: 1015: must be`},
		{"PATCH", "/control/faults", `{"blackHole":{"direction":"in"}}`, `blackHole.direction: "in": must be one of`},
		{"PATCH", "/control/faults", `{"down":{"bytesPerSecond":-1}}`, `down.bytesPerSecond: -1: must be`},
		{"PATCH", "/control/faults", `[]`, `must be a JSON object`},
		{"PATCH", "/control/faults", `{} {}`, `more than one JSON value`},
		{"PATCH", "/control/faults", ``, `must be one JSON object`},
		{"POST", "/control/drop", `{"now":true}`, `unknown field "now": known are client, conn, how`},
		{"POST", "/control/send", `{"binary":"?"}`, `binary: "?": must be base64`},
		{"POST", "/control/explode", ``, `POST /control/explode: no such order`},
	} {
		code, text := call(t, s, tt.method, tt.path, tt.body)
		var answer struct{ Error string }
		if err := json.Unmarshal([]byte(text), &answer); err != nil || code < 400 || !strings.Contains(answer.Error, tt.want) {
			t.Errorf("%s %s %s:\n got %d %s\nwant %s", tt.method, tt.path, tt.body, code, text, tt.want)
		}
	}
	if s.Faults() != (Faults{}) {
		t.Errorf("a bad order changed the faults: %+v", s.Faults())
	}
}

func TestActionsOverHTTP(t *testing.T) {
	s := start(t, Options{})
	for _, tt := range []struct{ path, body, frame string }{
		{"send", `{"text":"hi"}`, "\x81\x02hi"},
		{"send", `{"binary":"AQI="}`, "\x82\x02\x01\x02"},
		{"raw", `{"data":"iQA="}`, "\x89\x00"},
		{"garbage", `{"bytes":2}`, "\xff\xff"},
		{"oversized", `{"bytes":4}`, "\x81\x04xxxx"},
		{"fragmented", `{"text":"ab","parts":2}`, "\x01\x01a\x80\x01b"},
		{"invalid-utf8", ``, "\x81\x04a\xff\xfeb"},
		{"close", `{"code":1013,"reason":"busy"}`, "\x88\x06\x03\xf5busy"},
		{"blackhole", `{"direction":"up"}`, ""},
		{"drop", `{"how":"fin"}`, ""},
	} {
		c := upgradeRaw(t, s)
		if code, text := call(t, s, "POST", "/control/"+tt.path, tt.body); code != 200 || text != `{"links":1}` {
			t.Errorf("%s %s: %d %s", tt.path, tt.body, code, text)
		}
		got := make([]byte, len(tt.frame))
		if _, err := io.ReadFull(c, got); err != nil || string(got) != tt.frame {
			t.Errorf("%s %s: read %q, %v; want %q", tt.path, tt.body, got, err, tt.frame)
		}
		c.Close()
		wait(t, s, tt.path, func(r Record) bool { return r.CountEvents("end") == r.Dials })
	}
	if code, text := call(t, s, "POST", "/control/kill", ""); code != 200 || !strings.Contains(text, `"listening":false`) {
		t.Error(code, text)
	}
	if code, text := call(t, s, "POST", "/control/revive", ""); code != 200 || !strings.Contains(text, `"listening":true`) {
		t.Error(code, text)
	}
	if _, text := call(t, s, "GET", "/control/record", ""); !strings.Contains(text, `"dials":10,`) {
		t.Error(text)
	}
	if call(t, s, "POST", "/control/record/clear", ""); s.Record().Dials != 0 {
		t.Error("the record is not cleared")
	}
	if code, _ := call(t, s, "OPTIONS", "/control/faults", ""); code != 204 {
		t.Errorf("preflight: %d; want 204", code)
	}
	if _, text := call(t, s, "GET", "/control/", ""); !strings.Contains(text, "dial.mode") {
		t.Error(text)
	}
}

func TestEventStream(t *testing.T) {
	s := start(t, Options{})
	ctx, cancel := context.WithCancel(testCtx(t))
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "GET", s.ControlURL()+"/control/events?since=0", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if kind := res.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Errorf("content type %q", kind)
	}
	dial(t, s.URL()+"?client=z")
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		var e Event
		if ok && json.Unmarshal([]byte(data), &e) == nil && e.Kind == "upgrade" {
			if e.Client != "z" || e.Conn != 1 {
				t.Errorf("event %+v", e)
			}
			return
		}
	}
	t.Fatalf("no upgrade in the stream: %v", lines.Err())
}

func TestMount(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.wasm", "a.mjs", "a.js", "a.css", "index.html"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := start(t, Options{})
	if err := s.Mount("/", dir); err != nil {
		t.Fatal(err)
	}
	if err := s.Mount("/sub", dir); err != nil {
		t.Fatal(err)
	}
	if err := start(t, Options{}).Handle("GET /", Static(dir)); err != nil {
		t.Fatal(err) // /control/ is in conflict with no pattern
	}
	for path, want := range map[string]string{
		"/a.wasm":     "application/wasm",
		"/sub/a.wasm": "application/wasm",
		"/a.mjs":      "text/javascript; charset=utf-8",
		"/sub/a.js":   "text/javascript; charset=utf-8",
		"/a.css":      "text/css; charset=utf-8",
		"/":           "text/html; charset=utf-8",
		"/none":       "text/plain; charset=utf-8",
	} {
		res, err := http.Get(s.ControlURL() + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if got := res.Header.Get("Content-Type"); got != want {
			t.Errorf("%s: content type %q; want %q", path, got, want)
		}
		if got := res.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: cache control %q", path, got)
		}
	}
	for want, err := range map[string]error{
		`mount prefix "x"`:        s.Mount("x", dir),
		`must be a directory`:     s.Mount("/f", filepath.Join(dir, "a.js")),
		`no such file`:            s.Mount("/g", filepath.Join(dir, "none")),
		`conflicts`:               s.Mount("/", dir),
		`/control/ is taken`:      s.Handle("GET /control/x", http.NotFoundHandler()),
		`pattern "": `:            s.Handle("", http.NotFoundHandler()),
		`"/nil": the handler is `: s.Handle("/nil", nil),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v; want %q", err, want)
		}
	}
}
