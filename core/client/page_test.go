//go:build js

package client

import (
	"context"
	"errors"
	"net/http"
	"syscall/js"
	"testing"
	"time"
)

// fakeClass is a WebSocket as browsers have it: it refuses the close codes
// that they refuse, and may be closed while it connects. globalThis.sockets
// has all of them.
const fakeClass = `
globalThis.sockets = []
globalThis.welcome = false // whether sockets open by themselves
globalThis.WebSocket = class extends EventTarget {
	constructor(url, protocols) {
		super()
		if (url.includes('throw')) throw new DOMException('blocked', 'SecurityError')
		Object.assign(this, {url, protocols, readyState: 0, protocol: '', sent: [], listeners: 0})
		sockets.push(this)
		if (globalThis.welcome) setTimeout(() => this.readyState === 0 && this.open(''))
	}
	addEventListener(...args) { this.listeners++; super.addEventListener(...args) }
	removeEventListener(...args) { this.listeners--; super.removeEventListener(...args) }
	open(protocol) { this.readyState = 1; this.protocol = protocol; this.dispatchEvent(new Event('open')) }
	message(data) { const e = new Event('message'); e.data = data; this.dispatchEvent(e) }
	end(code, reason, wasClean) {
		this.readyState = 3
		this.dispatchEvent(Object.assign(new Event('close'), {code, reason, wasClean}))
	}
	send(data) { this.sent.push(typeof data === 'string' ? data : 'bytes:' + data.length) }
	close(code, reason) {
		if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999))
			throw new DOMException('code ' + code, 'InvalidAccessError')
		this.closedWith = [code, reason ?? '']
		this.readyState = 2
	}
}`

func newPage(t *testing.T, url string, opts Options) *Client {
	t.Helper()
	js.Global().Call("eval", fakeClass)
	opts.BaseDelay, opts.MaxDelay, opts.MaxRetries = time.Millisecond, 2*time.Millisecond, Unlimited
	opts.FailureThreshold = Unlimited
	c, err := New(url, &opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.CloseNow()
		for i := range js.Global().Get("sockets").Length() {
			s := js.Global().Get("sockets").Index(i)
			if s.Get("listeners").Int() != 0 || s.Get("readyState").Int() < 2 {
				t.Errorf("socket %d is left with %d listeners, readyState %d", i, s.Get("listeners").Int(), s.Get("readyState").Int())
			}
		}
	})
	return c
}

// socketAt waits for the n-th socket; whoever makes it is a goroutine.
func socketAt(t *testing.T, ctx context.Context, n int) js.Value {
	t.Helper()
	until(t, ctx, func() bool { return js.Global().Get("sockets").Length() > n })
	return js.Global().Get("sockets").Index(n)
}

// until waits for what other goroutines do to the sockets.
func until(t *testing.T, ctx context.Context, ok func() bool) {
	t.Helper()
	for !ok() {
		if ctx.Err() != nil {
			t.Fatal("waited in vain")
		}
		yield()
	}
}

// yield lets JavaScript's tasks, and with them other goroutines, have a turn.
func yield() {
	turn := make(chan struct{})
	f := js.FuncOf(func(js.Value, []js.Value) any { close(turn); return nil })
	defer f.Release()
	js.Global().Call("setTimeout", f, 0)
	<-turn
}

func awaitIn[T Event](t *testing.T, ctx context.Context, c *Client) T {
	t.Helper()
	for ev := range c.Events(ctx) {
		if want, ok := ev.(T); ok {
			return want
		}
	}
	var want T
	t.Fatalf("no %T came", want)
	return want
}

func openPage(t *testing.T, opts Options) (context.Context, *Client, js.Value) {
	t.Helper()
	ctx := testCtx(t)
	c := newPage(t, "https://example.com/x", opts)
	go c.Connect(ctx)
	s := socketAt(t, ctx, 0)
	s.Call("open", "chat")
	if ev := awaitIn[Open](t, ctx, c); ev.Protocol != "chat" {
		t.Errorf("protocol %q", ev.Protocol)
	}
	return ctx, c, s
}

func TestPageMessages(t *testing.T) {
	ctx, c, s := openPage(t, Options{Protocols: []string{"chat"}})
	if got := s.Get("url").String() + " " + s.Get("protocols").Index(0).String(); got != "wss://example.com/x chat" {
		t.Errorf("dialled %s", got)
	}
	if err := errors.Join(c.Send(ctx, Text, []byte("héllo")), c.Send(ctx, Binary, []byte{1, 2, 3})); err != nil {
		t.Fatal(err)
	}
	if got := s.Get("sent").Call("join").String(); got != "héllo,bytes:3" {
		t.Errorf("sent %s", got)
	}
	s.Call("message", "wörld")
	if m := awaitIn[Message](t, ctx, c); m.Type != Text || m.String() != "wörld" {
		t.Errorf("%+v", m)
	}
	data := js.Global().Get("Uint8Array").New(3)
	data.SetIndex(0, 7)
	s.Call("message", data.Get("buffer"))
	if m := awaitIn[Message](t, ctx, c); m.Type != Binary || len(m.Data) != 3 || m.Data[0] != 7 {
		t.Errorf("%+v", m)
	}
}

// "A dial that takes too long is closed, though it still connects."
func TestPageDialTimeout(t *testing.T) {
	ctx := testCtx(t)
	c := newPage(t, "wss://example.com/", Options{ConnectionTimeout: 300 * time.Millisecond})
	go c.Connect(ctx)
	socketAt(t, ctx, 0)
	if err := awaitIn[*Error](t, ctx, c); !errors.Is(err, ErrTimedOut) {
		t.Errorf("%v, want ErrTimedOut", err)
	}
	js.Global().Set("welcome", true) // to a later dial; the first one is not heard any more
	first := socketAt(t, ctx, 0)
	if first.Get("readyState").Int() != 2 || first.Get("listeners").Int() != 0 {
		t.Errorf("the first socket is left: readyState %v", first.Get("readyState"))
	}
	awaitIn[Open](t, ctx, c)
}

func TestPageDialFails(t *testing.T) {
	ctx := testCtx(t)
	c := newPage(t, "wss://example.com/", Options{})
	go c.Connect(ctx)
	socketAt(t, ctx, 0).Call("end", 1006, "", false)
	if err := awaitIn[*Error](t, ctx, c); !errors.Is(err, ErrUnreachable) {
		t.Errorf("%v, want ErrUnreachable", err)
	}
	c.CloseNow() // the next page has sockets of its own
	c = newPage(t, "wss://throw.example.com/", Options{})
	go c.Connect(ctx)
	var thrown js.Error
	if err := awaitIn[*Error](t, ctx, c); !errors.Is(err, ErrUnreachable) || !errors.As(err, &thrown) {
		t.Errorf("%v, want ErrUnreachable with what was thrown", err)
	}
}

// "Codes that a browser refuses are sent as 1000, and Closed tells."
func TestPageCloseCodes(t *testing.T) {
	for asked, sent := range map[int]int{1000: 1000, 1001: 1000, 1013: 1000, 4001: 4001} {
		ctx, c, s := openPage(t, Options{})
		closed := make(chan error, 1)
		go func() { closed <- c.Disconnect(ctx, asked, "bye") }()
		until(t, ctx, func() bool { return s.Get("readyState").Int() == 2 })
		if got := s.Get("closedWith"); got.Index(0).Int() != sent || got.Index(1).String() != "bye" {
			t.Errorf("%d was sent as %v", asked, got.Index(0))
		}
		s.Call("end", sent, "bye", true)
		if err := <-closed; err != nil {
			t.Error(err)
		}
		want := Closed{Code: sent, Reason: "bye", Clean: true}
		if asked != sent {
			want.RequestedCode = asked
		}
		if ev := awaitIn[Closed](t, ctx, c); ev != want {
			t.Errorf("%+v, want %+v", ev, want)
		}
	}
}

// Without pings the heartbeat is a message, whatever the options say of it.
func TestPageHeartbeat(t *testing.T) {
	ctx, c, s := openPage(t, Options{HeartbeatInterval: 5 * time.Millisecond, HeartbeatTimeout: 500 * time.Millisecond})
	until(t, ctx, func() bool { return s.Get("sent").Length() > 0 })
	if got := s.Get("sent").Index(0).String(); got != `{"type":"ping"}` {
		t.Errorf("sent %s", got)
	}
	if err := awaitIn[*Error](t, ctx, c); !errors.Is(err, ErrHeartbeatLost) {
		t.Errorf("%v, want ErrHeartbeatLost", err)
	}
}

func TestPageReadLimit(t *testing.T) {
	ctx, c, s := openPage(t, Options{ReadLimit: 3})
	s.Call("message", "four")
	if ev := awaitIn[Closed](t, ctx, c); ev.Code != 1009 {
		t.Errorf("%+v, want 1009", ev)
	}
}

func TestPageRefusesWhatItCannotDo(t *testing.T) {
	for name, o := range map[string]Options{
		"Header": {Header: http.Header{"X": {"y"}}}, "Host": {Host: "x"},
		"HTTPClient": {HTTPClient: &http.Client{}}, "CompressionThreshold": {CompressionThreshold: 1},
	} {
		if _, err := New("wss://example.com/", &o); !errors.Is(err, ErrBadInput) {
			t.Errorf("%s: %v, want ErrBadInput", name, err)
		}
	}
}
