package client

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/core"
)

// What errors.Is knows of the client.
var (
	// ErrClosed: the client was closed, or disconnected, by the program itself.
	ErrClosed = errors.New("client: closed")
	// ErrFailed: the client has given up. The last dial's error is wrapped too.
	ErrFailed = errors.New("client: gave up")
	// ErrQueueFull: the outbox's limits leave no room for the message.
	ErrQueueFull = errors.New("client: outbox full")
	// ErrNotOpen: the message was volatile, and there is no open connection.
	ErrNotOpen = errors.New("client: not open")
	// ErrExpired: the message has waited in the outbox for its TTL, or QueueAge.
	ErrExpired = errors.New("client: expired")
	// ErrBadInput: an argument or option cannot be used. See [BadInputError].
	ErrBadInput = errors.New("client: bad input")
)

// The classes of an [Error], for errors.Is.
var (
	ErrUnreachable      error = class(core.Unreachable)      // nobody answered at that address
	ErrHandshakeRefused error = class(core.HandshakeRefused) // see [HandshakeError]
	ErrTimedOut         error = class(core.TimedOut)         // the dial took longer than ConnectionTimeout
	ErrHeartbeatLost    error = class(core.HeartbeatLost)    // a probe was not answered
	ErrConnectionLost   error = class(core.ConnectionLost)   // ended without a closing handshake
	ErrClosedByServer   error = class(core.ClosedByServer)   // see [CloseError]
	ErrClosedByPolicy   error = class(core.ClosedByPolicy)   // see [CloseError]
	ErrProviderFailed   error = class(core.ProviderFailed)   // URL or HeaderFor
	ErrOnOpenFailed     error = class(core.OnOpenFailed)     // see [Options.OnOpen]
	ErrStopped          error = class(core.Stopped)          // CloseCodes says stop, or a function returned [ErrStop]
)

type class core.Class

func (c class) Error() string { return "client: " + describe(core.Class(c)) }

func describe(c core.Class) string {
	return strings.ReplaceAll(strings.ToLower(c.String()), "_", " ")
}

// An Error is why a dial or a connection failed. It is an [Event] too.
type Error struct {
	Class Class // the machine's verdict, which decides about the retry
	Err   error // what was seen: a [*HandshakeError], a [*CloseError], a net error, …
}

func (e *Error) Error() string {
	if e.Err == nil {
		return class(e.Class).Error()
	}
	return class(e.Class).Error() + ": " + e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// Is makes errors.Is(err, ErrTimedOut) and its like work.
func (e *Error) Is(target error) bool {
	c, ok := target.(class)
	return ok && Class(c) == e.Class
}

// A HandshakeError is an answer that is not a WebSocket's: an HTTP status, a
// subprotocol that was not offered, a wrong key.
type HandshakeError struct {
	StatusCode int         // 101 where the upgrade itself was wrong; 0 where it did not come to HTTP, as with TLS
	Header     http.Header // of the answer
	Body       []byte      // its first 1024 bytes
	Err        error
}

func (e *HandshakeError) Error() string {
	if e.StatusCode == 0 || e.StatusCode == http.StatusSwitchingProtocols {
		return e.Err.Error()
	}
	return strings.TrimSpace(fmt.Sprintf("HTTP %d %s", e.StatusCode, http.StatusText(e.StatusCode)))
}

func (e *HandshakeError) Unwrap() error { return e.Err }

// RetryAfter returns what the server's Retry-After header asks for: a span
// from now, and false where there is none. The client itself goes by its
// policy; see [Client.Disconnect] to wait longer.
func (e *HandshakeError) RetryAfter() (time.Duration, bool) {
	text := e.Header.Get("Retry-After")
	if s, err := strconv.Atoi(text); err == nil && s >= 0 && int64(s) <= int64(Forever/time.Second) {
		return time.Duration(s) * time.Second, true
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(time.Until(at), 0), true
	}
	return 0, false
}

// A CloseError is a close frame of the server, or the code with which the
// client itself had to end the connection: 1007 for text that is not UTF-8,
// 1009 for a message larger than ReadLimit.
type CloseError struct {
	Code   int
	Reason string
}

func (e *CloseError) Error() string {
	if e.Reason == "" {
		return fmt.Sprintf("closed with code %d", e.Code)
	}
	return fmt.Sprintf("closed with code %d: %q", e.Code, e.Reason)
}

// A BadInputError names the option or argument, its value and what is allowed.
type BadInputError struct {
	Name    string
	Value   any
	Allowed string
}

func (e *BadInputError) Error() string {
	value := fmt.Sprintf("%v", e.Value)
	switch e.Value.(type) {
	case string, []byte:
		value = fmt.Sprintf("%.80q", e.Value)
	}
	return "client: " + e.Name + ": " + value + ": must be " + e.Allowed
}

// Is makes errors.Is(err, ErrBadInput) work.
func (e *BadInputError) Is(target error) bool { return target == ErrBadInput }
