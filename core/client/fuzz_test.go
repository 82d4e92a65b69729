//go:build !js

package client

import (
	"regexp"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core"
)

// FuzzServerWords: whatever a server writes, as the reason of a close or as a
// control message, makes it wait for a time that is not negative, and a drain is
// within its bounds.
func FuzzServerWords(f *testing.F) {
	for _, text := range []string{
		"retry=5000;spread=10000", "retryAfter=1,spread=2 retry=3", "retry=-1&spread=1e3", `{"retryAfter":1.5,"spread":2}`, `{"retry":1e300}`,
		`{"type":"drain","within":1000,"spread":500}`, `{"type":"drain","within":1e18}`, `{"type":"reconnect","retryAfter":5,"spread":-1}`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if after, spread := hintIn(text); after < 0 || spread < 0 {
			t.Errorf("a reason of %q: come back after %d within %d", text, after, spread)
		}
		s := &socket{c: &Client{in: make(chan input, 1), gone: make(chan struct{})}}
		s.obey(Message{Text, []byte(text)})
		select {
		case in := <-s.c.in:
			e := in.event
			drains := e.Kind == core.Drain && e.Within >= 0 && e.Within <= longestWithin && e.Spread >= 0 && e.Spread <= longestWithin
			hints := e.Kind == core.Hint && e.Gen == s.gen
			if !drains && !hints {
				t.Errorf("a message %q: %+v", text, e)
			}
		default:
		}
	})
}

// FuzzCodeRange: a range of close codes is what it is in the page.
func FuzzCodeRange(f *testing.F) {
	for _, key := range []string{"4401", "4500-4599", "4599-4500", "+440", "4-5-", "0000"} {
		f.Add(key)
	}
	page := regexp.MustCompile(`^\d{4}(-\d{4})?$`)
	f.Fuzz(func(t *testing.T, key string) {
		from, to, ok := codeRange(key)
		switch matches := page.MatchString(key); {
		case ok && !matches:
			t.Errorf("%q is a range here, and none in the page", key)
		case ok && (from > to || from < 0 || to > 9999):
			t.Errorf("%q is from %d to %d", key, from, to)
		}
	})
}
