package e2e

import (
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// Faults from page code: the client meets each as if it came from the network,
// and no server is asked to do anything.
func TestChaosPort(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.until("ready")
		p.connect(`{heartbeatInterval: 80, heartbeatTimeout: 400, minUptime: 0, connectionTimeout: 5000}`)
		p.beats()
		p.skip()

		p.js(`trouble.drop()`)
		p.until("error CONNECTION_LOST *")
		p.until("open")

		p.beats()
		p.js(`trouble.blackHole(true)`)
		p.until("error HEARTBEAT_LOST *")
		p.until("open")

		p.js(`trouble.refuseDial(2), trouble.drop()`)
		p.until("error UNREACHABLE *")
		p.until("error UNREACHABLE *")
		p.until("open")

		p.js(`trouble.acceptThenClose({code: 1013, reason: 'busy'}), trouble.drop()`)
		p.until("open")
		p.until("error CLOSED_BY_SERVER *busy*")
		p.until("open")

		p.js(`trouble.slowDial(300), trouble.drop(), window.droppedAt = performance.now()`)
		p.until("open")
		p.is(`performance.now() - droppedAt >= 300`, `true`)

		p.js(`trouble.restore(), ws.reconnect()`)
		p.until("open")
		p.is(`trouble.connections`, `0`)
		r := p.server("the last link alone", func(r faultserver.Record) bool { return r.Client("a").Live == 1 })
		if n := r.Client("a").Upgrades; n != 8 {
			t.Errorf("the server saw %d connections, want 8: refused dials do not leave the page", n)
		}
	}, file("chaosport.html"))
}

// A clock that jumps is noticed: the link is asked at once whether it lives.
func TestChaosPortClockJump(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.until("ready")
		p.connect(`{heartbeatInterval: 600_000, heartbeatTimeout: 500, minUptime: 0}`)
		p.coreAnswers()
		p.skip()
		p.js(`trouble.clockJump(60_000)`)
		p.sees(`did "clockJump 60000"`, `message {"type":"pong"}`)
		p.js(`trouble.blackHole('down'), trouble.clockJump(60_000)`)
		p.until("error HEARTBEAT_LOST *")
		p.until("open")
	}, file("chaosport.html"))
}

// Random faults, and what an app would assert: it is well again when they end.
func TestChaosPortRandom(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.until("ready")
		p.js(`trouble.random({seed: 3, every: 100})`)
		p.js(`window.ws = make({maxRetries: Infinity, heartbeatInterval: 80, heartbeatTimeout: 300}); void ws.connect()`)
		p.wait(`seen.filter(([e]) => e === 'did').length > 15 && seen.filter(([e]) => e === 'open').length > 3`)
		p.js(`trouble.calm(), trouble.drop(), ws.send('still here')`)
		p.until(`message "still here"`)
	}, file("chaosport.html"))
}
