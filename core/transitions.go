package core

// legal lists, for each state, the states that may follow it.
var legal = [...]uint8{
	StateClosed:     bit(StateConnecting) | bit(StateBlocked),
	StateConnecting: bit(StateOpen) | bit(StateBlocked) | bit(StateFailed) | bit(StateClosed),
	StateOpen:       bit(StateConnecting) | bit(StateBlocked) | bit(StateFailed) | bit(StateClosing) | bit(StateClosed),
	StateClosing:    bit(StateClosed) | bit(StateConnecting),
	StateBlocked:    bit(StateConnecting) | bit(StateClosed),
	StateFailed:     bit(StateConnecting) | bit(StateBlocked) | bit(StateClosed),
}

func bit(s State) uint8 { return 1 << s }

// become is the only writer of the state. It gives exactly one StateChange for
// a move, none for staying.
func (m *Machine) become(s State) {
	if s == m.state {
		return
	}
	if legal[m.state]&bit(s) == 0 {
		panic("core: illegal transition " + m.state.String() + " -> " + s.String())
	}
	m.state = s
	m.act(Action{Kind: EmitStateChange, State: s})
}

// noteCircuit tells of a change of the circuit since the last time. Half-open
// is derived from time, so every look at the circuit goes through here.
func (m *Machine) noteCircuit() {
	s := m.circuit.State(m.now)
	if s == m.shownCircuit {
		return
	}
	m.shownCircuit = s
	m.act(Action{Kind: EmitCircuitChange, Circuit: s})
	if s != halfOpen {
		return
	}
	switch m.state {
	case StateBlocked: // the circuit holds it back no longer; its delay may
		if m.circuit.Admits(m.breaks(), m.now) {
			m.unblock()
		}
	case StateOpen: // opened by hand under a live connection, which is now the trial
		if m.alone() {
			m.ask()
			m.healthyAt = max(m.now, m.since.Add(m.cfg.MinUptime))
		}
	}
}
