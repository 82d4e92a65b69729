package client

import (
	"math"
	"time"

	"github.com/coder/websocket"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/backoff"
	"github.com/websocket-reconnect/websocket-reconnect/core/breaker"
	"github.com/websocket-reconnect/websocket-reconnect/core/queue"
)

// None is zero where a field's zero means its default: no retry, no delay, no
// jitter, no outbox. It fits fields of every number type.
const None = -1

// Forever is a time without a limit.
const Forever time.Duration = math.MaxInt64

// Unlimited is a count without a limit.
const Unlimited = core.Unlimited

// A MessageType is [Text] or [Binary].
type MessageType = websocket.MessageType

const (
	Text   = websocket.MessageText // UTF-8
	Binary = websocket.MessageBinary
)

// Compression says how permessage-deflate is offered.
type Compression uint8

const (
	NoCompression     Compression = iota // not at all
	NoContextTakeover                    // each message for itself; no memory per connection
	ContextTakeover                      // messages build on those before; 8 kB and more per connection
)

// A JitterMode says how delays are spread.
type JitterMode = backoff.Mode

const (
	Proportional = backoff.Proportional // delay × (1 ± Jitter)
	Full         = backoff.Full         // from 0 to the delay
	Equal        = backoff.Equal        // from half the delay to the delay
	Decorrelated = backoff.Decorrelated // from BaseDelay to three times the delay before
)

// Which message gives way when the outbox is full.
const (
	DropOldest = queue.DropOldest // the oldest of the lowest priority
	DropNewest = queue.DropNewest // the one that comes; Send returns [ErrQueueFull]
	Reject     = queue.Reject     // the same, here: Send says it in either case
)

// A State is the state of the connection.
type State = core.State

const (
	StateClosed     = core.StateClosed     // not connected, and not trying to be
	StateConnecting = core.StateConnecting // dialling, or waiting to dial again
	StateOpen       = core.StateOpen       // connected
	StateClosing    = core.StateClosing    // closed by the user; the server has not answered yet
	StateBlocked    = core.StateBlocked    // the circuit is open: no dial until it is half-open
	StateFailed     = core.StateFailed     // given up; Connect and Reconnect start anew
)

// A CircuitState is the state of the circuit breaker.
type CircuitState = breaker.State

const (
	CircuitClosed   = breaker.Closed   // dials go through
	CircuitOpen     = breaker.Open     // no dial goes through until ResetTimeout has passed
	CircuitHalfOpen = breaker.HalfOpen // a few trial dials go through
)

// A Class is the cause of a failure: [Error.Class].
type Class = core.Class

// A DropReason says why a message will not be sent.
type DropReason = core.DropReason

// A RetryReason says why a retry waits as long as it does.
type RetryReason = core.RetryReason

// A Verdict says what the end of a connection means for the next dial.
type Verdict = core.Verdict

const (
	ComeBack = core.ComeBack // retry with backoff
	Slow     = core.Slow     // retry after MaxDelay
	Refresh  = core.Refresh  // retry with backoff; URL and Header are to make everything new
	Stop     = core.Stop     // do not retry: StateFailed
)
