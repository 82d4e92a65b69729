//go:build !js

package client

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"

	"github.com/coder/websocket"
)

// greeter is a WebSocket server that greets with what the handshake said.
func greeter(w http.ResponseWriter, r *http.Request) {
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{CompressionMode: websocket.CompressionContextTakeover})
	if err != nil {
		return
	}
	defer ws.CloseNow()
	text := r.Host + " " + r.Header.Get("Authorization") + " " + r.Header.Get("Sec-WebSocket-Extensions")
	if ws.Write(r.Context(), websocket.MessageText, []byte(text)) == nil {
		_, _, _ = ws.Read(r.Context())
	}
}

func greeting(t *testing.T, url string, opts Options) (string, error) {
	t.Helper()
	opts.MaxRetries = None
	c, err := New(url, &opts)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(1000, "")
	if err := c.Connect(testCtx(t)); err != nil {
		return "", err
	}
	for ev := range c.Events(testCtx(t)) {
		if m, ok := ev.(Message); ok {
			return m.String(), nil
		}
	}
	t.Fatal("no greeting")
	return "", nil
}

func TestHandshakeOptions(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(greeter))
	defer s.Close()
	got, err := greeting(t, s.URL, Options{Host: "virtual", Header: http.Header{"Authorization": {"Bearer x"}}, Compression: ContextTakeover})
	if want := "virtual Bearer x permessage-deflate"; err != nil || got != want {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
}

func TestTLS(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(greeter))
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // it is told of the bad certificate
	s.StartTLS()
	defer s.Close()
	_, err := greeting(t, s.URL, Options{})
	var he *HandshakeError
	var unknown x509.UnknownAuthorityError
	if !errors.Is(err, ErrHandshakeRefused) || !errors.As(err, &he) || he.StatusCode != 0 || !errors.As(err, &unknown) {
		t.Errorf("%v, want a refused handshake for the unknown authority", err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	if _, err := greeting(t, s.URL, Options{TLS: &tls.Config{RootCAs: roots}}); err != nil {
		t.Errorf("with the authority: %v", err)
	}
	if _, err := greeting(t, s.URL, Options{HTTPClient: s.Client()}); err != nil {
		t.Errorf("with the server's client: %v", err)
	}
	if _, err := New(s.URL, &Options{TLS: &tls.Config{}, HTTPClient: s.Client()}); !errors.Is(err, ErrBadInput) {
		t.Errorf("both: %v, want ErrBadInput", err)
	}
}

// A proxy is the HTTP client's business, and is used for each dial.
func TestProxy(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(greeter))
	defer s.Close()
	var asked atomic.Int32
	transport := &http.Transport{Proxy: func(*http.Request) (*url.URL, error) {
		asked.Add(1)
		return nil, nil
	}}
	if _, err := greeting(t, s.URL, Options{HTTPClient: &http.Client{Transport: transport}}); err != nil || asked.Load() != 1 {
		t.Errorf("%v; the proxy was asked for %d times, want once", err, asked.Load())
	}
}

// Where nobody has said how many redirects there may be, it is as many as with net/http.
func TestRedirectsEnd(t *testing.T) {
	var requests atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		http.Redirect(w, r, "/", http.StatusFound)
	}))
	defer s.Close()
	if _, err := greeting(t, s.URL, Options{ConnectionTimeout: Forever}); !errors.Is(err, ErrHandshakeRefused) || requests.Load() != mostRedirects {
		t.Errorf("%v after %d requests", err, requests.Load())
	}
}

// "Anything but 101 is ErrHandshakeRefused", and does not wait for the end of a
// body that has none.
func TestRefusalWithEndlessBody(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, "busy")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}))
	defer s.Close()
	_, err := greeting(t, s.URL, Options{ConnectionTimeout: 4 * refusalTimeout})
	var refused *HandshakeError
	if !errors.As(err, &refused) || refused.StatusCode != http.StatusServiceUnavailable || string(refused.Body) != "busy" {
		t.Fatalf("%v", err)
	}
}

func TestAddressesAndHostsThatCanBeSent(t *testing.T) {
	asked := make(chan string, 1)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.RequestURI
		w.WriteHeader(http.StatusForbidden)
	}))
	defer s.Close()
	if _, err := greeting(t, s.URL+"/a b?q=c d", Options{}); !errors.Is(err, ErrHandshakeRefused) {
		t.Error(err)
	}
	if got := <-asked; got != "/a%20b?q=c%20d" {
		t.Errorf("asked for %q", got)
	}
	for _, host := range []string{"a b", "a/b", "a\r\nX: y", "ex\x7fample", "user@a", "a?b", "a#b"} {
		if _, err := New(s.URL, &Options{Host: host}); !errors.Is(err, ErrBadInput) {
			t.Errorf("Host %q: %v", host, err)
		}
	}
	for _, host := range []string{"example.com", "example.com:8080", "[::1]:80", "127.0.0.1", "a_b"} {
		c, err := New(s.URL, &Options{Host: host})
		if err != nil {
			t.Fatalf("Host %q: %v", host, err)
		}
		c.CloseNow()
	}
}
