package faultserver

import (
	"fmt"
	"slices"
)

// dialModes, endings and directions are all that can be chosen, the zero
// values aside, which are no fault.
var (
	dialModes  = []DialMode{DialRefuse, DialReset, DialHang, DialStatus}
	endings    = []Ending{EndRST, EndFIN, EndClose}
	directions = []Direction{DirUp, DirDown, DirBoth}
)

// Stage says what of a client a [Trouble] strikes.
type Stage string

// The stages of a link's life.
const (
	OnDial    Stage = "dial"    // dials that are made from then on
	OnOpening Stage = "opening" // links that open from then on
	OnTCP     Stage = "tcp"     // links that exist, their handshake done or not
	OnLink    Stage = "link"    // links that are open
	OnAll     Stage = "all"     // whatever there is and comes
)

// A Trouble is one fault, ready to happen. [Server.Reset] ends it.
type Trouble struct {
	Name  string // such as "dial hang" or "link close 1012"
	Stage Stage

	// Mark is the kind of the [Event] that shows that it has struck; "" for a
	// fault that the server cannot see, a refused dial.
	Mark string

	Start func(*Server) error
}

// Catalogue returns every fault that the server knows, made of the lists of
// what can be chosen. A test holds it complete.
func Catalogue() []Trouble {
	return slices.Concat(dialTroubles(), openingTroubles(), overallTroubles(), linkTroubles())
}

// faulty is a trouble that is a change of [Faults].
func faulty(name string, stage Stage, mark string, change func(*Faults)) Trouble {
	return Trouble{string(stage) + " " + name, stage, mark, func(s *Server) error { return s.Set(change) }}
}

func dialTroubles() (all []Trouble) {
	marks := map[DialMode]string{DialReset: "reset", DialHang: "hang", DialStatus: "status"}
	for _, mode := range dialModes {
		all = append(all, faulty(string(mode), OnDial, marks[mode], func(f *Faults) {
			f.Dial = DialFault{Mode: mode}
			if mode == DialStatus {
				f.Dial.Status, f.Dial.RetryAfter = 503, "1"
			}
		}))
	}
	handshake := func(name string, dial DialFault) {
		all = append(all, faulty(name, OnDial, "upgrade", func(f *Faults) { f.Dial = dial }))
	}
	handshake("held", DialFault{HoldMs: 150})
	handshake("wrong subprotocol", DialFault{Subprotocol: "other"})
	handshake("no subprotocol", DialFault{NoSubprotocol: true})
	handshake("bad accept", DialFault{BadAccept: true})
	return all
}

func openingTroubles() (all []Trouble) {
	marks := map[Ending]string{EndRST: "drop", EndFIN: "drop", EndClose: "closing"}
	for _, end := range endings {
		a := AfterOpen{Action: end, AfterMs: 10}
		if end == EndClose {
			a.Code, a.Reason = 1012, "restart"
		}
		all = append(all, faulty("then "+string(end), OnOpening, marks[end], func(f *Faults) { f.AfterOpen = a }))
	}
	for _, d := range directions {
		all = append(all, faulty("into black hole "+string(d), OnOpening, "upgrade", func(f *Faults) {
			f.BlackHole = BlackHole{Direction: d, NewDials: true}
		}))
	}
	return all
}

func overallTroubles() (all []Trouble) {
	shape := Shape{DelayMs: 20, JitterMs: 20, BytesPerSecond: 100_000}
	return append(all,
		faulty("muted pings", OnAll, "muted", func(f *Faults) { f.Pings = PingFault{Mute: true} }),
		faulty("muted after one", OnAll, "muted", func(f *Faults) { f.Pings = PingFault{Mute: true, MuteAfter: 1} }),
		faulty("slow up", OnAll, "pong", func(f *Faults) { f.Up = shape }),
		faulty("slow down", OnAll, "pong", func(f *Faults) { f.Down = shape }),
		Trouble{"all killed", OnAll, "", (*Server).Kill},
	)
}

func linkTroubles() (all []Trouble) {
	act := func(stage Stage, name, mark string, start func(*Server) (int, error)) {
		all = append(all, Trouble{string(stage) + " " + name, stage, mark, func(s *Server) error {
			_, err := start(s)
			return err
		}})
	}
	for _, how := range endings {
		if how != EndClose {
			act(OnTCP, "drop "+string(how), "drop", func(s *Server) (int, error) { return s.Drop(how) })
		}
	}
	for _, d := range directions {
		for _, keep := range []bool{false, true} {
			name := map[bool]string{false: "black hole ", true: "stall "}[keep] + string(d)
			act(OnTCP, name, "blackhole", func(s *Server) (int, error) { return s.BlackHole(d, keep) })
		}
	}
	for _, code := range []int{1000, 1001, 1005, 1008, 1011, 1012, 1013, 4000} {
		act(OnLink, fmt.Sprint("close ", code), "closing", func(s *Server) (int, error) { return s.CloseAll(code, closeReason(code)) })
	}
	send := func(name string, start func(*Server) (int, error)) { act(OnLink, name, "send", start) }
	send("garbage", func(s *Server) (int, error) { return s.SendGarbage(64) })
	send("raw", func(s *Server) (int, error) { return s.SendRaw(CloseFrame(1006, "must not be sent")) })
	send("message", func(s *Server) (int, error) { return s.Send("out of the blue") })
	send("oversized", func(s *Server) (int, error) { return s.SendOversized(1 << 20) })
	send("fragmented", func(s *Server) (int, error) { return s.SendFragmented("in three parts", 3) })
	send("invalid UTF-8", func(s *Server) (int, error) { return s.SendInvalidUTF8() })
	return all
}

// closeReason is what a close frame says; one without a body says nothing.
func closeReason(code int) string {
	if code == 1005 {
		return ""
	}
	return "by the catalogue"
}
