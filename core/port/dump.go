package port

import "github.com/websocket-reconnect/websocket-reconnect/core/dump"

// dump answers with all clients: the arguments of Create, the dice, the machine.
// Whoever asked has no use for more than so many numbers.
func (h *Hub) dump(most int) {
	for id, c := range h.clients {
		if len(h.out) > most {
			return
		}
		if c != nil {
			w := dump.Writer(append([]float64{c.seed}, c.options...))
			c.visit(w)
			h.say(opDumped, id, w.Numbers...)
		}
	}
}

// load reads what dump has written after the arguments of Create.
func (h *Hub) load(c *client, numbers []float64) {
	c.visit(dump.Reader(numbers))
	c.steps++
	h.note(c)
	c.wait()
}

func (c *client) visit(d *dump.Codec) {
	state, _ := c.dice.MarshalBinary()
	for at := 0; at < len(state); at += 4 {
		var n uint32
		for _, b := range state[at : at+4] {
			n = n<<8 | uint32(b)
		}
		dump.Int(d, &n)
		for i := range 4 {
			state[at+i] = byte(n >> (24 - 8*i))
		}
	}
	if d.Reading() {
		_ = c.dice.UnmarshalBinary(state)
	}
	c.machine.Visit(d)
}
