package client

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

const (
	defaultReadLimit = 16 << 20
	defaultInbox     = 256
	noMax            = math.MaxFloat64
)

// check reports the first option that cannot be used.
func (o *Options) check() error {
	if err := o.checkRanges(); err != nil {
		return err
	}
	cfg := o.config()
	if cfg.MaxDelay < cfg.BaseDelay {
		return bad("MaxDelay", span(cfg.MaxDelay), "not less than BaseDelay, "+span(cfg.BaseDelay).String())
	}
	for i, p := range o.Protocols {
		if !isToken(p) {
			return bad(fmt.Sprintf("Protocols[%d]", i), p, "a token: no spaces, separators or control characters")
		}
		if slices.Contains(o.Protocols[:i], p) {
			return bad(fmt.Sprintf("Protocols[%d]", i), p, "named once")
		}
	}
	return firstError(
		checkSpan("ProviderTimeout", o.ProviderTimeout, time.Millisecond, true),
		checkSpan("OnOpenTimeout", o.OnOpenTimeout, time.Millisecond, true),
		checkCount("ReadLimit", o.ReadLimit, 1, true),
		checkCount("InboxMessages", o.InboxMessages, 1, false),
		checkChoice("Compression", o.Compression, ContextTakeover),
		checkCount("CompressionThreshold", o.CompressionThreshold, 0, false),
		checkMessage("HeartbeatMessage", o.HeartbeatMessage),
		checkMessage("ServerPong", o.ServerPong),
		checkHeader(o.Header),
		checkHost(o.Host),
		o.checkCodes(),
		o.checkPlatform(),
	)
}

func checkURL(text string) (*url.URL, error) {
	const allowed = "an absolute ws, wss, http or https address without a fragment, port 1 to 65535"
	u, err := url.Parse(text)
	if err != nil {
		return nil, bad("url", shown(text), allowed+" ("+reason(err)+")")
	}
	switch u.Scheme {
	case "ws", "wss", "http", "https":
	default:
		return nil, bad("url", shown(text), allowed)
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if u.Hostname() == "" || u.Fragment != "" || u.Port() != "" && (err != nil || port == 0) {
		return nil, bad("url", shown(text), allowed)
	}
	u.RawQuery = strings.ReplaceAll(u.RawQuery, " ", "%20") // which url.Parse leaves to us
	return u, nil
}

// shown is what an error message shows of an address: user, password and query
// may be secret, and where they end in one that is no URL nobody knows.
func shown(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		if strings.ContainsAny(text, "@?#") {
			return "…"
		}
		return text
	}
	u.User, u.ForceQuery, u.Fragment = nil, false, ""
	if u.RawQuery != "" {
		u.RawQuery = "…"
	}
	return u.String()
}

// reason is what url.Parse has to say, if that does not show a part of the address.
func reason(err error) string {
	var escape url.EscapeError
	if errors.As(err, &escape) {
		return escape.Error()
	}
	return "it is no URL"
}

// checkClose checks what a close frame is to say. A browser may send 1000 and
// 3000 to 4999 only; other codes go out as 1000 there, see [Closed].
func checkClose(code int, reason string) error {
	switch {
	case code >= 1000 && code <= 1003, code >= 1007 && code <= 1014, code >= 3000 && code <= 4999:
	default:
		return bad("code", code, "1000 to 1003, 1007 to 1014, or 3000 to 4999")
	}
	if len(reason) > 123 || !utf8.ValidString(reason) {
		return bad("reason", reason, fmt.Sprintf("at most 123 bytes of UTF-8, not %d", len(reason)))
	}
	return nil
}

func checkMessage(name string, m *Message) error {
	if m == nil {
		return nil
	}
	return checkPayload(name, m.Type, m.Data)
}

func checkPayload(name string, typ MessageType, data []byte) error {
	switch {
	case typ != Text && typ != Binary:
		return bad(name, typ, "of type Text or Binary")
	case typ == Text && !utf8.Valid(data):
		return bad(name, data, "UTF-8, since its type is Text")
	}
	return nil
}

// checkHeader refuses what cannot be sent: no server would ever see it.
func checkHeader(header http.Header) error {
	for _, name := range slices.Sorted(maps.Keys(header)) {
		if !isToken(name) {
			return bad("Header", name, "names of headers: no spaces, separators or control characters")
		}
		for _, value := range header[name] {
			if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7F }) {
				return bad("Header["+name+"]", value, "without control characters, the end of a line among them")
			}
		}
	}
	return nil
}

// checkHost refuses what net/http would send as no host at all.
func checkHost(host string) error {
	if u, err := url.Parse("ws://" + host); host != "" && (err != nil || u.Host != host) {
		return bad("Host", host, "a host, with or without a port")
	}
	return nil
}

// isToken reports whether a text is a token of RFC 9110, section 5.6.2.
func isToken(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return r <= ' ' || r >= 0x7F || strings.ContainsRune(`()<>@,;:\"/[]?={}`, r)
	})
}

func bad(name string, value any, allowed string) error {
	return &BadInputError{Name: name, Value: value, Allowed: allowed}
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func checkSpan(name string, d, low time.Duration, endless bool) error {
	if d == 0 || d == None && low == 0 || d == Forever && endless || d >= max(low, time.Microsecond) && d != Forever {
		return nil
	}
	allowed := "at least " + max(low, time.Microsecond).String()
	if endless {
		allowed += ", or Forever"
	}
	return bad(name, d, allowed+orNone(low == 0))
}

func checkCount(name string, n, low int, endless bool) error {
	if n == 0 || n == None && low == 0 || n == Unlimited && endless || n >= low && n > 0 && n != Unlimited {
		return nil
	}
	allowed := fmt.Sprintf("a whole number, at least %d", max(low, 1))
	if endless {
		allowed += ", or Unlimited"
	}
	return bad(name, n, allowed+orNone(low == 0))
}

func checkNumber(name string, f, low, high float64) error {
	if f == 0 || f == None && low == 0 || f >= low && f <= high {
		return nil
	}
	return bad(name, f, fmt.Sprintf("%g to %g", low, high)+orNone(low == 0))
}

func checkChoice[T ~uint8](name string, v, last T) error {
	if v <= last {
		return nil
	}
	return bad(name, v, "one of the constants of its type")
}

func checkClasses(name string, classes []Class) error {
	for _, c := range classes {
		if c < core.Unreachable || c > core.Stopped {
			return bad(name, int(c), "some of the constants of type Class")
		}
	}
	return nil
}

func orNone(zero bool) string {
	if zero {
		return ", or None for 0; 0 means the default"
	}
	return "; 0 means the default"
}

func fillSpan(to *tick.Duration, d time.Duration) {
	switch d {
	case 0:
	case None:
		*to = 0
	case Forever:
		*to = tick.Forever
	default:
		*to = ticks(d)
	}
}

func fillNumber[T int | float64](to *T, n T) {
	switch n {
	case 0:
	case None:
		*to = 0
	default:
		*to = n
	}
}

// ticks converts a span to the machine's unit.
func ticks(d time.Duration) tick.Duration { return tick.Duration(d / time.Microsecond) }

// span converts a span of the machine. What is longer than 292 years is Forever.
func span(d tick.Duration) time.Duration {
	if d > tick.Duration(Forever/time.Microsecond) {
		return Forever
	}
	return time.Duration(d) * time.Microsecond
}
