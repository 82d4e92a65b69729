package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// One application works alike with partysocket and with our entry of that name.
func TestPartySocketMigration(t *testing.T) {
	t.Parallel()
	for name, shims := range map[string][]string{"theirs": nil, "ours": {"partysocket"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := openApp(t, app{source: "party.js", shims: shims})
			p.is(`[same, 'dispose' in Socket.prototype]`, map[string]string{"theirs": "[true,false]", "ours": "[true,true]"}[name])
			useParty(t, p)
		})
	}
}

func useParty(t *testing.T, p *page) {
	// The address of a room: its parts, and a query that is asked for.
	p.js(`use(() => new PartySocket({...quick, host: 'http://' + host + '/', basePath: 'ws', id: 'me', query: async () => ({client: 'a', none: undefined, token: 'x y'}), protocols: () => ['one']}))`)
	p.sees("onopen", "open")
	p.is(`[ws.id, ws._pk, ws.name, ws.host === host, ws.roomUrl === 'ws://' + host + '/ws', ws.protocol, ws.retryCount, ws.shouldReconnect]`, `["me","me","main",true,true,"one",0,true]`)
	r := p.s.Record()
	if c := r.Conns[len(r.Conns)-1]; c.Query != "_pk=me&client=a&token=x+y" || !slices.Equal(c.Offered, []string{"one"}) {
		t.Errorf("it dialled %q and offered %q", c.Query, c.Offered)
	}
	p.is(`[
		new PartySocket({host: 'party.example.com', room: 'r', startClosed: true}).roomUrl,
		new PartySocket({host: 'localhost:1999', room: 'r', party: 'p', path: 'x', startClosed: true}).roomUrl,
		new PartySocket({host: '172.20.0.1:1', room: 'r', prefix: 'agents', startClosed: true}).roomUrl,
	]`, `["wss://party.example.com/parties/main/r","ws://localhost:1999/parties/p/r/x","ws://172.20.0.1:1/agents/main/r"]`)
	p.is(`PartySocket.fetch({host, room: 'r', query: {a: '1'}, fetch: async (url, init) => url.replace(host, '') + init.method}, {method: 'POST'})`, `"http:///parties/main/r?a=1POST"`)
	for _, wrong := range []string{`{host}`, `{host, room: 'r', path: '/x'}`} {
		if got := get[string](p, `thrown(() => new PartySocket(`+wrong+`))`); got == "" {
			t.Errorf("%s throws nothing", wrong)
		}
	}

	// send() says whether a message went; close() tells within the call.
	p.is(`ws.send('sent')`, `true`)
	p.sees("message sent")
	p.is(`(ws.close(4000, 'bye'), [ws.readyState, ws.shouldReconnect])`, `[3,false]`)
	p.sees("close 4000 bye")
	p.is(`[ws.send('kept'), ws.drainQueuedMessages(), ws.send('kept 2')]`, `[false,["kept"],false]`)

	// Elsewhere from the next dial on.
	p.js(`ws.updateProperties({query: {client: 'b'}, basePath: 'ws'}); ws.reconnect()`)
	p.sees("onopen", `message "kept 2"`)
	p.server("the move", func(r faultserver.Record) bool { return r.Client("b").Live == 1 && r.Client("a").Live == 0 })
	p.js(`ws.reconnect(4001, 'again')`)
	p.sees("close 4001 again", "onopen")

	// Who judges the end.
	p.js(`use(() => new Socket(address, null, {...quick, shouldReconnectOnClose: (e) => e.code !== 4003}))`)
	p.sees(`close 1000 ""`, "onopen", "open")
	p.ends(4002, "")
	p.sees(`close 4002 ""`, "onopen")
	p.ends(4003, "")
	p.sees(`close 4003 ""`)
	p.is(`[ws.shouldReconnect, ws.readyState]`, `[false,3]`)
	p.quiet()

	// A debugging writer; subprotocols and addresses that are asked for, anew after a rejection (pain 21).
	p.js(`window.lines = 0; window.calls = 0; use(() => new Socket(async () => { if (++calls < 2) throw new Error('no token'); return address; }, async () => ['two'], {...quick, debug: true, debugLogger: () => lines++}))`)
	p.until("onopen")
	p.is(`[calls, lines > 0, ws.protocol]`, `[2,true,"two"]`)
	p.js(`void ws.close()`)
}

// What partysocket has mended since it left reconnecting-websocket, and one
// thing that it has not: all of it holds for ours.
func TestPartySocketBugs(t *testing.T) {
	t.Parallel()
	p := openApp(t, app{source: "party.js", shims: []string{"partysocket"}})

	// After maxRetries, reconnect() works (pain 18).
	p.must(p.s.Kill())
	p.js(`use(() => new Socket(address, [], {...quick, maxRetries: 0})); void ws.addEventListener('failed', () => record('failed'))`)
	p.until("failed")
	p.must(p.s.Revive())
	p.js(`ws.reconnect()`)
	p.until("onopen")
	p.skip()

	// close() while dialling is told once, and reconnect() after it opens one socket (pain 22).
	p.js(`use(() => new Socket(address, [], quick)); ws.close(); ws.reconnect()`)
	got := p.until("onopen")
	if n := strings.Count(strings.Join(got, "\n"), `close 1000 ""`); n != 2 {
		t.Errorf("the user saw %q, want the end of the socket before, and one of this", got)
	}
	p.server("one socket", func(r faultserver.Record) bool { return r.Client("a").Live == 1 })

	// A listener that goes right after close() has heard of it.
	p.skip()
	// And it hears the code: 1.3.0 gives listeners a copy with "close" for a code.
	p.js(`const note = (e) => record('heard', e.code, e.reason); ws.addEventListener('close', note); ws.close(4004, 'why'); ws.removeEventListener('close', note)`)
	p.sees(`close 4004 why`, "heard 4004 why")

	// A socket that takes another's place sends what that one has not (pain 29).
	p.must(p.s.Kill())
	p.js(`use(() => new Socket(address, [], quick)); ws.send('unsent'); window.left = ws.drainQueuedMessages(); ws.close()`)
	p.must(p.s.Revive())
	p.js(`use(() => new Socket(address, [], quick)); left.forEach((m) => ws.send(m))`)
	p.until("message unsent")

	// updateProperties() of a socket with a path throws in 1.3.0; a name stays.
	p.js(`window.party = new PartySocket({host, room: 'r', path: 'x', startClosed: true}); window.id = party.id; party.updateProperties({room: 's'})`)
	p.is(`[party.roomUrl.endsWith('/parties/main/s/x'), party.id === id]`, `[true,true]`)
	p.js(`void ws.close()`)
}
