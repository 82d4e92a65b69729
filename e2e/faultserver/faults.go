package faultserver

import (
	"fmt"
	"net/textproto"
	"strings"
	"unicode/utf8"
)

// Faults is everything that can be wrong with the link at one moment. The
// zero value is a healthy server. Set it from Go with [Server.Set] or
// [Server.SetFaults], over HTTP with PUT or PATCH /control/faults. Times are
// milliseconds, from 0 to 600000. [FaultsHelp] explains each field.
type Faults struct {
	Dial      DialFault `json:"dial"`
	AfterOpen AfterOpen `json:"afterOpen"`
	BlackHole BlackHole `json:"blackHole"`
	Pings     PingFault `json:"pings"`
	Up        Shape     `json:"up"`   // bytes from the client to the server
	Down      Shape     `json:"down"` // bytes from the server to the client
}

// DialMode says how a dial fails.
type DialMode string

// What can happen to a dial.
const (
	DialOK     DialMode = ""       // it succeeds
	DialRefuse DialMode = "refuse" // nobody listens on the port: ECONNREFUSED
	DialReset  DialMode = "reset"  // TCP is accepted, then RST
	DialHang   DialMode = "hang"   // TCP is accepted, nothing is ever answered
	DialStatus DialMode = "status" // an HTTP status in place of the upgrade
)

// DialFault is what new dials meet. Links that are open do not notice it.
type DialFault struct {
	Mode DialMode `json:"mode"`

	// Times limits the whole struct to that many dials, after which Dial is
	// zero again; 0 means until changed. A refused dial never reaches the
	// server and cannot be counted, so Times with DialRefuse is an error.
	Times int `json:"times"`

	// HoldMs is how long the handshake (or, for DialReset, the RST) is held.
	HoldMs int `json:"holdMs"`

	Status     int    `json:"status"`     // for DialStatus: 200 to 999; 0 means 503
	RetryAfter string `json:"retryAfter"` // Retry-After header sent with the status; "" sends none

	Subprotocol   string `json:"subprotocol"`   // selected whatever was offered; "" selects the first offered
	NoSubprotocol bool   `json:"noSubprotocol"` // selects none, whatever was offered
	BadAccept     bool   `json:"badAccept"`     // sends a wrong Sec-WebSocket-Accept
}

// Ending says how the server ends a link.
type Ending string

// The ways to end a link.
const (
	EndNot   Ending = ""      // not at all
	EndRST   Ending = "rst"   // TCP reset; no WebSocket close frame
	EndFIN   Ending = "fin"   // TCP end of stream; no WebSocket close frame
	EndClose Ending = "close" // a WebSocket close frame
)

// AfterOpen ends each link some time after its upgrade. It is read once, at
// the upgrade; later changes do not reach links that are open.
type AfterOpen struct {
	Action  Ending `json:"action"`
	AfterMs int    `json:"afterMs"`
	Times   int    `json:"times"` // limits the struct to that many upgrades; 0 means until changed

	// Code is for EndClose: any code that is legal on the wire (1000-1003,
	// 1007-1014, 3000-4999), or 1005 for a close frame without a body.
	// 0 means 1000.
	Code   int    `json:"code"`
	Reason string `json:"reason"` // at most 123 bytes of UTF-8
}

// Direction names the way that bytes go.
type Direction string

// The directions.
const (
	DirNone Direction = ""
	DirUp   Direction = "up"   // client to server
	DirDown Direction = "down" // server to client
	DirBoth Direction = "both"
)

// BlackHole makes bytes vanish while TCP stays up. A change of this struct
// acts on every link that exists at that moment; setting it back to zero
// lifts the hole from all links. [Server.BlackHole] does the same once, for
// chosen links.
type BlackHole struct {
	Direction Direction `json:"direction"`

	// NewDials lets links dialled later fall into the hole too, once their
	// handshake is done. Without it a new dial is healthy.
	NewDials bool `json:"newDials"`

	// Keep holds the bytes back and delivers them when the hole is lifted, as
	// TCP does after a short outage. Without it they are gone, and a link
	// whose hole is lifted may resume in the middle of a frame.
	Keep bool `json:"keep"`
}

// PingFault mutes the answers to {"type":"ping"}, PING and RFC 6455 pings.
type PingFault struct {
	Mute      bool `json:"mute"`
	MuteAfter int  `json:"muteAfter"` // with Mute: answers given on each link before it falls silent
}

// Shape slows one direction of every link, open or new. The order of bytes
// is always kept.
type Shape struct {
	DelayMs        int `json:"delayMs"`
	JitterMs       int `json:"jitterMs"`       // 0 to this many ms are added, drawn from Options.Seed
	BytesPerSecond int `json:"bytesPerSecond"` // 0 means no limit
}

const maxMs = 600_000

// Validate reports the first field whose value is not allowed. The error
// names the field, the value and what is allowed.
func (f Faults) Validate() error {
	if err := f.Dial.validate(); err != nil {
		return err
	}
	if err := f.AfterOpen.validate(); err != nil {
		return err
	}
	if err := oneOf("blackHole.direction", f.BlackHole.Direction, withNone(directions)...); err != nil {
		return err
	}
	return firstError(
		inRange("pings.muteAfter", f.Pings.MuteAfter, 0, 1<<30),
		inRange("up.delayMs", f.Up.DelayMs, 0, maxMs),
		inRange("up.jitterMs", f.Up.JitterMs, 0, maxMs),
		inRange("up.bytesPerSecond", f.Up.BytesPerSecond, 0, 1<<30),
		inRange("down.delayMs", f.Down.DelayMs, 0, maxMs),
		inRange("down.jitterMs", f.Down.JitterMs, 0, maxMs),
		inRange("down.bytesPerSecond", f.Down.BytesPerSecond, 0, 1<<30),
	)
}

func (d DialFault) validate() error {
	err := firstError(
		oneOf("dial.mode", d.Mode, withNone(dialModes)...),
		inRange("dial.times", d.Times, 0, 1<<30),
		inRange("dial.holdMs", d.HoldMs, 0, maxMs),
	)
	switch {
	case err != nil:
		return err
	case d.Mode == DialRefuse && d.Times > 0:
		return fmt.Errorf("dial.times: %d with dial.mode \"refuse\": a closed port cannot count dials; use 0 and change the mode, or mode \"reset\"", d.Times)
	case d.Status != 0 && (d.Status < 200 || d.Status > 999):
		return fmt.Errorf("dial.status: %d: must be 0 (meaning 503) or 200 to 999", d.Status)
	case textproto.TrimString(d.RetryAfter) != d.RetryAfter || strings.ContainsFunc(d.RetryAfter, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7F }):
		return fmt.Errorf("dial.retryAfter: %q: must be one header value, seconds or an HTTP date", d.RetryAfter)
	case strings.ContainsFunc(d.Subprotocol, func(r rune) bool { return r <= ' ' || r >= 0x7F || strings.ContainsRune("()<>@,;:\\\"/[]?={}", r) }):
		return fmt.Errorf("dial.subprotocol: %q: must be an HTTP token", d.Subprotocol)
	case d.Subprotocol != "" && d.NoSubprotocol:
		return fmt.Errorf("dial.noSubprotocol: true with dial.subprotocol %q: set one of them", d.Subprotocol)
	}
	return nil
}

func (a AfterOpen) validate() error {
	err := firstError(
		oneOf("afterOpen.action", a.Action, withNone(endings)...),
		inRange("afterOpen.afterMs", a.AfterMs, 0, maxMs),
		inRange("afterOpen.times", a.Times, 0, 1<<30),
	)
	if err == nil && a.Code != 0 {
		err = checkCode("afterOpen.code", a.Code)
	}
	return firstError(err, checkReason("afterOpen.reason", a.Reason))
}

func checkCode(field string, code int) error {
	switch {
	case code >= 1000 && code <= 1003, code == 1005, code >= 1007 && code <= 1014, code >= 3000 && code <= 4999:
		return nil
	}
	return fmt.Errorf("%s: %d: must be 1000 to 1003, 1007 to 1014, 3000 to 4999, or 1005 for an empty close frame; send others with SendRaw(CloseFrame(code, reason))", field, code)
}

func checkReason(field, reason string) error {
	if len(reason) > 123 || !utf8.ValidString(reason) {
		return fmt.Errorf("%s: %q (%d bytes): must be at most 123 bytes of UTF-8", field, reason, len(reason))
	}
	return nil
}

func inRange(field string, v, low, high int) error {
	if v < low || v > high {
		return fmt.Errorf("%s: %d: must be %d to %d", field, v, low, high)
	}
	return nil
}

// withNone puts the zero value in front.
func withNone[T ~string](list []T) []T { return append([]T{""}, list...) }

func oneOf[T ~string](field string, v T, allowed ...T) error {
	names := make([]string, len(allowed))
	for i, a := range allowed {
		if v == a {
			return nil
		}
		names[i] = fmt.Sprintf("%q", string(a))
	}
	return fmt.Errorf("%s: %q: must be one of %s", field, string(v), strings.Join(names, ", "))
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
