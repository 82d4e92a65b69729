package fleet

import (
	"strings"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/backoff"
	"github.com/websocket-reconnect/websocket-reconnect/core/queue"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

func TestParseOptions(t *testing.T) {
	got, err := ParseOptions([]byte(`{"url": "wss://example.org", "baseDelay": 2500.5, "maxDelay": 60000, "multiplier": 1.5,
		"jitter": "decorrelated", "maxRetries": "Infinity", "connectionTimeout": false, "heartbeatInterval": false,
		"circuitBreaker": {"failureThreshold": 9, "resetTimeout": 1000}, "queue": {"overflow": "drop-newest"}}`))
	if err != nil {
		t.Fatal(err)
	}
	want := core.DefaultConfig()
	want.BaseDelay, want.MaxDelay, want.Multiplier = 2500500, 60*tick.Second, 1.5
	want.JitterMode, want.MaxRetries = backoff.Decorrelated, core.Unlimited
	want.ConnectionTimeout, want.HeartbeatInterval = tick.Forever, tick.Forever
	want.FailureThreshold, want.ResetTimeout = 9, tick.Second
	want.Overflow = queue.DropNewest
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	for _, more := range []string{"{} {}", "{}}", "{}]", "{} x"} {
		if _, err := ParseOptions([]byte(more)); err == nil {
			t.Errorf("%s is taken", more)
		}
	}
	if got, err := ParseOptions([]byte(`{}`)); err != nil || got != core.DefaultConfig() {
		t.Errorf("no options: %+v, %v", got, err)
	}
	if got, err := ParseOptions([]byte(`{"circuitBreaker": false, "jitter": 0.4}`)); err != nil || got.FailureThreshold != core.Unlimited || got.Jitter != 0.4 {
		t.Errorf("no circuit breaker: %+v, %v", got, err)
	}
}

func TestParseOptionsSaysWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		`[]`:                         "not a JSON object",
		`{} 1`:                       "followed by more",
		`{"basedelay": 1}`:           "unknown option basedelay",
		`{"baseDelay": -1}`:          "option baseDelay is -1; it must be a number, at least 0",
		`{"baseDelay": "Infinity"}`:  "option baseDelay",
		`{"baseDelay": 40000}`:       "more than maxDelay",
		`{"multiplier": 0.5}`:        "at least 1, at most 100",
		`{"jitter": 2}`:              `"full"`,
		`{"jitter": "Full"}`:         `one of`,
		`{"maxRetries": 1.5}`:        "a whole number",
		`{"maxRetries": false}`:      `"Infinity"`,
		`{"queue": 1}`:               "option queue is 1; it must be an object",
		`{"queue": {"max": 1}}`:      "unknown option queue.max",
		`{"queue": {"overflow": 1}}`: `"drop-oldest"`,
	} {
		if _, err := ParseOptions([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want it to say %q", text, err, want)
		}
	}
}
