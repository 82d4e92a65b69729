package contract

// A Stat is a field of what getStats() returns.
type Stat struct{ Name, Type, Doc string }

// Stats lists them in order.
var Stats = []Stat{
	{"state", "State", "The connection's state."},
	{"circuitState", "CircuitState", "The circuit's state."},
	{"maxRetries", "number", "The option."},
	{"failureThreshold", "number", "The option."},
	{"retryCount", "number", "Retries since the last healthy connection."},
	{"circuitFailures", "number", "Failures in a row that the circuit has counted."},
	{"circuitCounts", "{ opened: number; refused: number; errorRate: number } | undefined", "How often the circuit has opened; how many dials it has refused (not those that wait for it, of which a `retry` event with reason `circuit` tells); and the share of failures in `circuitBreaker.window`, 0 to 1, as of the client's newest news. Undefined before the core is there."},
	{"roundTrip", "number | null", "The newest heartbeat's round trip in milliseconds, null before the first."},
	{"smoothedRoundTrip", "number | null", "Round trips smoothed as in RFC 6298, in milliseconds."},
	{"nextRetry", "number | null", "When the next dial is due: milliseconds since 1970, null when none is scheduled."},
	{"successes", "number", "Dials that opened."},
	{"lastClose", "{ code: number; reason: string; wasClean: boolean; at: number } | null", "The newest `close` event; `at` in milliseconds since 1970."},
	{"lastError", "WebSocketReconnectError | null", "The newest `error` event's error."},
	{"messagesIn", "number", "Messages received."},
	{"messagesOut", "number", "Messages handed to the socket, the heartbeat's own included."},
	{"bytesIn", "number", "Payload bytes received. Text counts one byte per UTF-16 code unit, exact for ASCII: counting UTF-8 would cost time on every message."},
	{"bytesOut", "number", "Payload bytes handed to the socket; exact."},
	{"dropped", "number", "Messages reported by `drop` events."},
	{"lastActivity", "number | null", "When a message last went out or came in: milliseconds since 1970, null before the first. Of messages that are sent while the socket still buffers others, every eighth counts: reading the clock for each would cost more than all else that is added to a send."},
	{"uptime", "number", "How long the connection has been open, in milliseconds; 0 when it is not."},
	{"attempts", "number", "Dials made."},
	{"successRate", "number", "successes ÷ attempts, 1 before the first attempt."},
	{"queueLength", "number", "Messages that wait."},
	{"queueBytes", "number", "Bytes that wait."},
}
