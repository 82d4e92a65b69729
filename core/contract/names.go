package contract

// States are the states of a connection.
var States = []Name{
	{"StateClosed", "CLOSED", "Not connected, and not trying to be."},
	{"StateConnecting", "CONNECTING", "Dialling, or waiting to dial again."},
	{"StateOpen", "OPEN", "Connected."},
	{"StateClosing", "CLOSING", "The user has closed; the server has not answered yet."},
	{"StateBlocked", "BLOCKED", "The circuit is open: no dial until it is half-open."},
	{"StateFailed", "FAILED", "Given up. connect() and reconnect() start anew."},
}

// Circuits are the states of the circuit breaker; core/breaker declares them.
var Circuits = []Name{
	{"Closed", "CLOSED", "Dials go through."},
	{"Open", "OPEN", "No dial goes through until resetTimeout has passed."},
	{"HalfOpen", "HALF-OPEN", "At most halfOpenMaxRequests trial dials go through."},
}

// Classes are the causes of failure: the code of a WebSocketReconnectError.
var Classes = []Name{
	{"NoError", "", "No failure."},
	{"Unreachable", "UNREACHABLE", "The dial failed and nobody answered at that address. Retried with backoff."},
	{"HandshakeRefused", "HANDSHAKE_REFUSED", "The server is there, but refused the WebSocket handshake (HTTP 401, 403, 404, 503, a wrong subprotocol, …). Retried with backoff."},
	{"TimedOut", "TIMED_OUT", "The dial took longer than connectionTimeout. Retried with backoff."},
	{"HeartbeatLost", "HEARTBEAT_LOST", "A probe was not answered within heartbeatTimeout; the socket was abandoned. Retried with backoff."},
	{"ConnectionLost", "CONNECTION_LOST", "An open connection ended without a closing handshake (code 1006). Retried with backoff."},
	{"ClosedByServer", "CLOSED_BY_SERVER", "The server closed the connection. Retried with backoff."},
	{"ClosedByPolicy", "CLOSED_BY_POLICY", "The server closed with 1008, or 1002, 1003, 1007, 1009, 1010: coming back at once would end the same way. Retried after maxDelay."},
	{"BadInput", "BAD_INPUT", "An argument or option cannot be used; the message names it, its value and what is allowed. Thrown, never retried."},
	{"CoreUnavailable", "CORE_UNAVAILABLE", "The WebAssembly core could not be loaded or died; the message says why and how to mend it. Open connections keep working; loading is tried again."},
	{"ClosedByUser", "CLOSED_BY_USER", "close() was called before the connection opened: what connect() rejects with."},
}

// DropReasons say why a queued message will not be sent.
var DropReasons = []Name{
	{"Overflow", "overflow", "The queue's limits were reached."},
	{"UserClosed", "closed", "close() was called, or the client was closed already."},
}

// RetryReasons say why a retry waits as long as it does.
var RetryReasons = []Name{
	{"Backoff", "backoff", "The backoff schedule."},
	{"CircuitOpen", "circuit", "The circuit is open."},
	{"IsOffline", "offline", "The page is offline: a slow trickle that counts against nothing."},
	{"Policy", "policy", "The server closed by policy: maxDelay."},
	{"IsHidden", "hidden", "The page is hidden, and hiddenPolicy says to wait; the delay is Infinity where it says to park."},
}

// HiddenPolicies are the choices of the option hiddenPolicy.
var HiddenPolicies = []Name{
	{"HiddenNormal", "normal", "Retry as ever."},
	{"HiddenLazy", "lazy", "Wait maxDelay between dials."},
	{"HiddenPark", "park", "Wait until visible."},
}

// Events are what a client dispatches.
var Events = []Event{
	{"open", "Event", "Event", "The connection is open. Also after each reconnect."},
	{"handover", "Event", "Event", "The connection has moved to a new socket without a gap (see `handover()` and the option `control`); the state has been OPEN throughout, and neither `close` nor `open` is dispatched. What is said first on every connection, such as a login or subscriptions, is to be said again here."},
	{"message", "MessageEvent", "MessageEvent", "A message arrived."},
	{"close", "WebSocketReconnectCloseEvent", "WebSocketReconnectCloseEvent", "A connection or a dial ended: `{code, reason, wasClean, requestedCode?}`. `requestedCode` is what `close()` was called with, where the browser had to send another."},
	{"error", "WebSocketReconnectError", "WebSocketReconnectErrorEvent", "Something failed: an `Error` with a `code`."},
	{"retry", "RetryInfo", "CustomEvent<RetryInfo>", "A retry was scheduled: `{attempt, delay, maxRetries, reason}`; `delay` in milliseconds."},
	{"stateChange", "State", "CustomEvent<State>", "The connection's state changed."},
	{"circuitChange", "CircuitState", "CustomEvent<CircuitState>", "The circuit's state changed."},
	{"drop", "DropInfo", "CustomEvent<DropInfo>", "A message will not be sent: `{reason, data, bytes}`."},
	{"failed", "FailedInfo", "CustomEvent<FailedInfo>", "The client has given up: `{reason, attempts, error, lastClose}`."},
}
