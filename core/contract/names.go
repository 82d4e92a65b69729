package contract

// States are the states of a connection.
var States = []Name{
	{"StateClosed", "CLOSED", "Not connected, and not trying to be."},
	{"StateConnecting", "CONNECTING", "Dialling, or waiting to dial again."},
	{"StateOpen", "OPEN", "Connected."},
	{"StateClosing", "CLOSING", "The user has closed; the server has not answered yet."},
	{"StateBlocked", "BLOCKED", "The circuit lets no dial through: it is open, or all trials of a shared one are under way."},
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
	{"ClosedByPolicy", "CLOSED_BY_POLICY", "The server closed with 1008, or 1002, 1003, 1007, 1009, 1010: coming back at once would end the same way. Retried after maxDelay, unless `closeCodes` says otherwise."},
	{"BadInput", "BAD_INPUT", "An argument or option cannot be used; the message names it, its value and what is allowed. Thrown, never retried; an `error` event where only the core's script can tell."},
	{"CoreUnavailable", "CORE_UNAVAILABLE", "The WebAssembly core could not be loaded or died; the message says why and how to mend it. Open connections keep working; loading is tried again."},
	{"ClosedByUser", "CLOSED_BY_USER", "close() was called before the connection opened: what connect() rejects with."},
	{"ProviderFailed", "PROVIDER_FAILED", "`url` or `protocols` is a function that threw, rejected, gave what cannot be dialled, or took longer than `providerTimeout`. Retried with backoff."},
	{"OnOpenFailed", "ON_OPEN_FAILED", "`onOpen` threw, rejected, or took longer than `onOpenTimeout`; the socket was closed. Retried with backoff."},
	{"Stopped", "STOPPED", "`closeCodes` says stop for the code with which the server closed, or a function of the options did: the message says which. Not retried."},
}

// DropReasons say why a queued message will not be sent.
var DropReasons = []Name{
	{"Overflow", "overflow", "The queue's limits were reached."},
	{"UserClosed", "closed", "close() was called, or the client was closed already."},
	{"Expired", "expired", "It waited longer than its ttl, or than queue.maxAge."},
	{"Replaced", "replaced", "A later message with the same key took its place."},
	{"Volatile", "volatile", "It was sent as volatile while it could not leave at once."},
}

// RetryReasons say why a retry waits as long as it does.
var RetryReasons = []Name{
	{"Backoff", "backoff", "The backoff schedule."},
	{"CircuitOpen", "circuit", "The circuit lets no dial through: it is open, or all its trials are under way."},
	{"IsOffline", "offline", "The page is offline: a slow trickle that counts against nothing."},
	{"Policy", "policy", "The server closed by policy: maxDelay."},
	{"IsHidden", "hidden", "The page is hidden, and hiddenPolicy says to wait; the delay is Infinity where it says to park."},
	{"FromServer", "server", "The server has said when to come back: in the reason with which it closed, or before in a control message."},
	{"Asked", "asked", "`onUnopened` has answered `{wait}`."},
	{"Budget", "budget", "The page's retry budget is spent; the retry has the next token."},
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
	{"drop", "DropInfo", "CustomEvent<DropInfo>", "A message will not be sent: `{reason, data, bytes, at}`, and what `send` was told: `volatile`, `ttl`, `key`, `priority`."},
	{"gap", "GapInfo", "CustomEvent<GapInfo>", "The connection is open again after it was not: `{downMs, lastMessageAt, attempts, lastClose, queued}`. Comes after `open`, before any message: the place to fetch what was missed. Not after the first open, nor after a `handover`."},
	{"alert", "AlertInfo", "CustomEvent<AlertInfo>", "The success rate has fallen below a threshold of the option `alert`, or is back: `{successRate, threshold, attempts, recovered}`. Once for each crossing."},
	{"failed", "FailedInfo", "CustomEvent<FailedInfo>", "The client has given up: `{reason, attempts, error, lastClose}`."},
}

// Verdicts say what the end of a connection means for the next dial.
var Verdicts = []Name{
	{"ByCode", "", "Nobody has judged: the table's word for the code counts."},
	{"ComeBack", "retry", "Retry with backoff."},
	{"Slow", "slow", "Retry after `maxDelay`: coming back sooner would end the same way."},
	{"Refresh", "refresh", "Retry with backoff; `url` and `protocols`, where they are functions, are told to make everything new (a fresh token)."},
	{"Stop", "stop", "Do not retry: state FAILED."},
}

// CloseCodes is what close codes mean unless the option closeCodes says
// otherwise. The narrowest range that holds a code counts; a code that is in
// none is retried. None of them stops: only our own close does.
var CloseCodes = []CloseCode{
	{1000, 1001, "ComeBack", "Normal closure, going away: the server restarts, or has closed an idle connection."},
	{1002, 1003, "Slow", "Protocol error, unsupported data: the next connection would do the same."},
	{1005, 1006, "ComeBack", "No code at all, or no closing handshake."},
	{1007, 1010, "Slow", "Invalid data, policy violation, message too big, missing extension."},
	{1011, 1012, "ComeBack", "Internal error, service restart; a hint in the reason is honoured (see `hintCodes`)."},
	{1013, 1013, "Slow", "Try again later; a hint in the reason is honoured."},
	{1014, 1015, "ComeBack", "Bad gateway, failed TLS handshake."},
	{3000, 3000, "Refresh", "Unauthorized (IANA)."},
	{3003, 3003, "Slow", "Forbidden (IANA)."},
	{3008, 3008, "ComeBack", "Timeout (IANA)."},
	{4400, 4499, "Slow", "Private codes after HTTP's 4xx: the client is at fault."},
	{4401, 4401, "Refresh", "After HTTP 401: the token is missing or too old."},
	{4408, 4408, "ComeBack", "After HTTP 408: a timeout."},
	{4500, 4599, "ComeBack", "Private codes after HTTP's 5xx: the server is at fault."},
	{4503, 4503, "Slow", "After HTTP 503: overloaded."},
}
