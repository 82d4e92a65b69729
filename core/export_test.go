package core

import (
	"reflect"

	"github.com/websocket-reconnect/websocket-reconnect/core/queue"
)

// For tests in package core_test.

// Legal reports whether the table of transitions.go has an arrow.
func Legal(from, to State) bool { return legal[from]&bit(to) != 0 }

// Become moves a machine without asking why.
func (m *Machine) Become(s State) { m.become(s) }

// Force sets a machine's state, whatever the table says.
func (m *Machine) Force(s State) { m.state = s }

// SameButQueue reports whether two machines know the same, apart from what
// waits to be sent.
func SameButQueue(a, b *Machine) bool {
	x, y := *a, *b
	for _, m := range []*Machine{&x, &y} {
		m.roll, m.acts, m.queue = nil, nil, queue.Queue{}
	}
	return reflect.DeepEqual(x, y)
}
