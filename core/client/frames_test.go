//go:build !js

package client

import (
	"bufio"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// A frame is what a server reads; only its first bits.
type frame struct {
	opcode byte
	fin    bool
	data   []byte
}

// rawServer serves one connection with nothing between the test and its bytes.
func rawServer(t *testing.T, serve func(*bufio.Reader, net.Conn)) (url string) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		fmt.Fprintf(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n", base64.StdEncoding.EncodeToString(sum[:]))
		serve(rw.Reader, conn)
	}))
	t.Cleanup(s.Close)
	return "ws" + strings.TrimPrefix(s.URL, "http")
}

func readFrame(r *bufio.Reader) (f frame, err error) {
	var head [2]byte
	if _, err = io.ReadFull(r, head[:]); err != nil {
		return f, err
	}
	f.opcode, f.fin = head[0]&0x0F, head[0]&0x80 != 0
	length := uint64(head[1] & 0x7F)
	for size, bytes := range map[uint64]int{126: 2, 127: 8} {
		if length == size {
			var more [8]byte
			if _, err = io.ReadFull(r, more[8-bytes:]); err != nil {
				return f, err
			}
			length = binary.BigEndian.Uint64(more[:])
			break
		}
	}
	var mask [4]byte
	if _, err = io.ReadFull(r, mask[:]); err != nil {
		return f, err
	}
	f.data = make([]byte, length)
	_, err = io.ReadFull(r, f.data)
	for i := range f.data {
		f.data[i] ^= mask[i%4]
	}
	return f, err
}

// "A slow network holds back Send … Neither is mistaken for a dead link": a long
// message leaves room for pings and pongs, frame by frame.
func TestLongMessagesAreFragmented(t *testing.T) {
	message := make([]byte, 5*longestFrame+1)
	dice := rand.NewChaCha8([32]byte{1})
	_, _ = dice.Read(message)
	got := make(chan []frame, 1)
	url := rawServer(t, func(r *bufio.Reader, conn net.Conn) {
		var frames []frame
		for {
			f, err := readFrame(r)
			if err != nil {
				break
			}
			frames = append(frames, f)
			if len(frames) == 1 { // it asks in the middle of the message
				_, _ = conn.Write([]byte{0x89, 0})
			}
			if f.fin && f.opcode == 0 {
				break
			}
		}
		got <- frames
	})
	opts := quick()
	c, err := New(url, &opts)
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseNow()
	if err := c.Connect(testCtx(t)); err != nil {
		t.Fatal(err)
	}
	go c.Send(testCtx(t), Binary, message)
	var whole []byte
	for _, f := range <-got {
		if len(f.data) > longestFrame {
			t.Errorf("a frame of %d bytes", len(f.data))
		}
		if f.opcode == 0 || f.opcode == byte(Binary) {
			whole = append(whole, f.data...)
		}
	}
	if string(whole) != string(message) {
		t.Errorf("%d bytes arrived, not the %d that were sent", len(whole), len(message))
	}
}

// A server that stalls in the middle of a message holds up nobody: while a
// socket ends, websocket.Conn reads that without a limit of its own.
func TestStalledMessageHoldsUpNobody(t *testing.T) {
	stall := []byte{0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0, 'x'} // the first of 65,536 bytes
	for how, c := range map[string]struct {
		sends []byte
		end   func(*testing.T, *Client)
	}{
		// Nobody reads Events, so the client reads no further than the second message.
		"closed by the user": {[]byte{0x81, 1, 'a', 0x81, 1, 'b'}, func(t *testing.T, c *Client) {
			for c.Stats().MessagesIn < 2 {
				runtime.Gosched()
			}
			if err := c.Disconnect(testCtx(t), 1000, ""); err != nil {
				t.Fatal(err)
			}
			go c.Connect(testCtx(t))
		}},
		"closed with 1007": {[]byte{0x81, 1, 0xff}, func(*testing.T, *Client) {}},
	} {
		t.Run(how, func(t *testing.T) {
			again := make(chan struct{})
			var conns atomic.Int32
			url := rawServer(t, func(r *bufio.Reader, conn net.Conn) {
				switch conns.Add(1) {
				case 1:
					_, _ = conn.Write(append(c.sends, stall...))
				case 2:
					close(again)
				}
				_, _ = io.Copy(io.Discard, r)
			})
			opts := quick()
			opts.CloseTimeout, opts.InboxMessages, opts.MaxRetries = 50*time.Millisecond, 1, 1
			client, err := New(url, &opts)
			if err != nil {
				t.Fatal(err)
			}
			defer client.CloseNow()
			if err := client.Connect(testCtx(t)); err != nil {
				t.Fatal(err)
			}
			c.end(t, client)
			select {
			case <-again:
			case <-testCtx(t).Done():
				t.Fatal("the next dial waits for a socket that does not end")
			}
		})
	}
}

// RFC 6455, section 8.1: text that is not UTF-8 fails the connection, and that
// of a close frame is no clean end; OnOpen makes no difference.
func TestInvalidUTF8(t *testing.T) {
	for how, c := range map[string]struct {
		sends    []byte
		answered uint16 // the code of the close frame that the server gets
	}{
		"a message":            {[]byte{0x81, 2, 0xff, 0xfe}, codeInvalidData},
		"a close frame's text": {[]byte{0x88, 4, 3, 0xe8, 0xff, 0xfe}, codeNormal},
	} {
		for _, gated := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, OnOpen %v", how, gated), func(t *testing.T) {
				answer := make(chan frame, 1)
				url := rawServer(t, func(r *bufio.Reader, conn net.Conn) {
					_, _ = conn.Write(c.sends)
					f, _ := readFrame(r)
					answer <- f
				})
				opts := quick()
				opts.MaxRetries = None
				if gated {
					opts.OnOpen = func(_ context.Context, h *Handshake) error {
						_, err := h.Receive()
						return err
					}
				}
				client, err := New(url, &opts)
				if err != nil {
					t.Fatal(err)
				}
				defer client.CloseNow()
				go client.Connect(testCtx(t))
				for ev := range client.Events(testCtx(t)) {
					if end, ok := ev.(Closed); ok {
						if end.Clean || end.Code != codeInvalidData {
							t.Errorf("%+v", end)
						}
						break
					}
				}
				if f := <-answer; f.opcode != 8 || len(f.data) < 2 || binary.BigEndian.Uint16(f.data) != c.answered {
					t.Errorf("the server got % x, want a close frame with %d", f.data, c.answered)
				}
			})
		}
	}
}
