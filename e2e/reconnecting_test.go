package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// One application, which uses the whole documented API of
// reconnecting-websocket, works alike with the package and with our entry of
// that name: the import is all that is changed.
func TestReconnectingWebSocketMigration(t *testing.T) {
	t.Parallel()
	for name, shims := range map[string][]string{"theirs": nil, "ours": {"reconnecting-websocket"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := openApp(t, app{source: "reconnecting.js", shims: shims})
			p.is(`'dispose' in ReconnectingWebSocket.prototype`, map[string]string{"theirs": "false", "ours": "true"}[name])
			useAll(t, p)
		})
	}
}

func useAll(t *testing.T, p *page) {
	p.is(`[0, 1, 2, 3].map((_, i) => ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'].map((n) => ReconnectingWebSocket[n])[i])`, `[0,1,2,3]`)

	// It starts closed, and keeps what it may.
	p.js(`start()`)
	p.is(`[rws.readyState, rws.CLOSED, rws.retryCount, rws.binaryType, rws.url, rws.protocol, rws.extensions]`, `[3,3,0,"arraybuffer","","",""]`)
	p.js(`['1', '2', new Uint8Array([3, 3])].forEach((data) => rws.send(data)); rws.send('one too many')`)
	p.is(`rws.bufferedAmount`, `4`)

	// It opens; what was kept goes before what the listener says.
	p.js(`rws.reconnect()`)
	p.sees("onopen open", "onmessage 1", "onmessage 2", "onmessage bytes:3,3", `onmessage "from open"`)
	p.is(`[rws.readyState, rws.protocol, rws.url === address + '&turn=0', rws.bufferedAmount, Counting.made]`, `[1,"one",true,0,1]`)

	// It comes back, to the next address.
	p.must(dropAll(p))
	p.sees(`onclose 1006 ""`, "close", "onopen open", `onmessage "from open"`)
	p.is(`rws.url === address + '&turn=1'`, `true`)
	p.settles(`rws.retryCount === 0`) // after minUptime

	// A server that is down: errors, a count, what is sent meanwhile.
	p.must(p.s.Kill())
	p.sees(`onclose 1006 ""`, "close")
	p.until("onerror error")
	p.wait(`rws.retryCount >= 2`)
	p.js(`rws.send('meanwhile')`)
	p.must(p.s.Revive())
	p.until("onopen open")
	p.sees("onmessage meanwhile", `onmessage "from open"`)

	// The user wants a new one, and says why.
	p.js(`rws.reconnect(4001, 'again')`)
	p.sees("onclose 4001 again", "close", "onopen open", `onmessage "from open"`)
	r := p.server("the code", func(r faultserver.Record) bool {
		return slices.ContainsFunc(r.Conns, func(c faultserver.Conn) bool {
			return c.Close != nil && c.Close.Code == 4001 && c.Close.Reason == "again"
		})
	})
	for _, c := range r.Conns {
		if c.Upgraded && (!strings.HasPrefix(c.Query, "client=a&turn=") || !slices.Equal(c.Offered, []string{"one", "two"})) {
			t.Errorf("it dialled %q and offered %q", c.Query, c.Offered)
		}
	}

	// The user is done, and thinks better of it.
	p.js(`rws.close(4002, 'bye')`)
	p.sees("onclose 4002 bye", "close")
	p.is(`rws.readyState`, `3`)
	before := dials(p.s.Record(), "a")
	p.js(`rws.close(); rws.send('kept')`)
	p.witnessed()
	if n := dials(p.s.Record(), "a"); n != before {
		t.Errorf("%d dials after close", n-before)
	}
	p.js(`rws.reconnect()`)
	p.sees("onopen open", "onmessage kept", `onmessage "from open"`)
	p.js(`rws.close()`)
	p.sees(`onclose 1000 ""`, "close")

	// The simple usage of its documentation, with an address.
	p.js(`window.rws = new ReconnectingWebSocket(address); rws.addEventListener('open', () => rws.send('hello!')); rws.addEventListener('message', (e) => record(e.data))`)
	p.sees("hello!")
	p.js(`rws.close()`)
	p.quiet()
}

// witnessed has another client of the page lose its connection and come back:
// who retried would have done so by then.
func (p *page) witnessed() {
	p.t.Helper()
	p.js(`new Promise((resolve) => {
		const other = new ReconnectingWebSocket(link + '/ws?client=w', [], {...options, minReconnectionDelay: 50});
		other.addEventListener('open', () => (other.opens = (other.opens ?? 0) + 1) < 3 ? other.send('close me') : (other.close(), resolve()));
		other.addEventListener('message', () => other.reconnect());
	})`)
}

// Bugs of reconnecting-websocket 4.4.0 (FIELD, reproduced), which the shim has not.
func TestReconnectingWebSocketBugs(t *testing.T) {
	t.Parallel()
	p := openApp(t, app{source: "reconnecting.js", shims: []string{"reconnecting-websocket"}})
	fresh := func(url, options string) {
		p.js(`globalThis.rws?.close(); window.rws = new ReconnectingWebSocket(` + url + `, [], {minReconnectionDelay: 5, maxReconnectionDelay: 20, ...` + options + `}); void rws.addEventListener('open', () => record('open'))`)
	}

	// Its url provider rejects once, and it never asks again (pain 21).
	p.js(`window.calls = 0`)
	fresh(`() => ++calls < 3 ? Promise.reject(new Error('no token')) : address`, `{}`)
	p.sees("open")
	p.is(`calls`, `3`)
	// What it gives cannot be dialled.
	p.js(`window.calls = 0`)
	fresh(`() => ++calls < 3 ? 'no address' : address`, `{}`)
	p.sees("open")

	// After maxRetries, reconnect() does nothing (pain 18).
	p.must(p.s.Kill())
	fresh(`address`, `{maxRetries: 1}`)
	p.js(`until(() => rws.state === 'FAILED' || !rws.addEventListener('failed', () => record('failed')) && seen.at(-1)?.[0] === 'failed')`)
	p.must(p.s.Revive())
	p.js(`rws.reconnect()`)
	p.until("open")

	// close() during a dial, then reconnect(): CONNECTING for ever (pain 22).
	p.js(`window.calls = 0`)
	fresh(`() => ++calls === 1 ? new Promise(() => {}) : address`, `{}`)
	p.settles(`calls === 1`)
	p.js(`rws.close(); rws.reconnect()`)
	p.sees("open")
	p.is(`[calls, rws.readyState]`, `[2,1]`)

	// It fills the queue without a word.
	fresh(`address`, `{startClosed: true, maxEnqueuedMessages: 1}`)
	p.js(`rws.addEventListener('drop', (e) => record('drop', e.detail.reason, e.detail.data)); rws.send('1'); void rws.send('2')`)
	p.sees("drop overflow 2")
	// It counts UTF-16 units.
	p.is(`(rws.drainQueuedMessages(), rws.send('äöü'), rws.bufferedAmount)`, `6`)
}
