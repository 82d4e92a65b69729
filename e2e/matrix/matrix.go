// Package matrix crosses every fault that the fault server knows with every
// state in which it can find a client. The tests of the page's client and of the
// Go client go through the same cells.
package matrix

import "github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"

// A State is what a client is doing when the fault begins.
type State struct {
	Name  string
	TCP   bool // the server has a connection of the client's, its handshake done or not
	Link  bool // that is an open link
	Dials bool // the client dials next, even if nothing happens to the link
	Host  bool // it is a state of the page that the client lives in
}

// States returns all states.
func States() []State {
	return []State{
		{Name: "dialling", TCP: true, Dials: true},
		{Name: "open", TCP: true, Link: true},
		{Name: "closing", TCP: true, Link: true, Dials: true}, // and connect() was called already
		{Name: "waiting", Dials: true},
		{Name: "blocked", Dials: true},
		{Name: "half-open", TCP: true, Dials: true},
		{Name: "offline", TCP: true, Link: true},
		{Name: "hidden", TCP: true, Link: true, Host: true},
		{Name: "frozen", Dials: true, Host: true}, // the browser has closed the link
	}
}

// Excluded says why a fault cannot find a client in a state; "" if it can.
func Excluded(state State, trouble faultserver.Trouble) string {
	switch stage := trouble.Stage; {
	case (stage == faultserver.OnDial || stage == faultserver.OnOpening) && !state.Dials:
		return "the link lives, so that no dial meets the fault"
	case stage == faultserver.OnTCP && !state.TCP:
		return "the server has no connection to strike"
	case stage == faultserver.OnLink && !state.Link:
		return "no link is open that could be struck"
	}
	return ""
}
