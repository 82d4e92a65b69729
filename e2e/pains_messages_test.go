package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// sent checks what the server has had from each client: its messages, with a
// space between them.
func (p *page) sent(r faultserver.Record, want map[string]string) {
	p.t.Helper()
	for client, want := range want {
		if got := strings.Join(texts(r, client), " "); got != want {
			p.t.Errorf("%s sent %q, want %q", client, got, want)
		}
	}
}

// Pain 13: "No way for the server to say: come back in N s." Ours waits as long
// as it is told; reconnecting-websocket is back at once.
func TestPain13ServerSaysWhen(t *testing.T) {
	p := openPains(t)
	p.connect(`{}`)
	p.js(`window.rws = new ReconnectingWebSocket(at('rws'), [], short)`)
	p.opens("rws")
	_, err := p.s.CloseAll(1012, "retry=60000")
	p.must(err)
	p.until("retry 1 60000 10 server")
	p.settles(`sockets('rws').length > 1`)
	p.witness(2)
	p.is(`sockets('a').length`, `1`)
}

// Pain 15: "HTTP 401 on upgrade looks like 1006; loops for ever." Ours asks, and
// may stop; reconnecting-websocket goes on.
func TestPain15RefusedHandshake(t *testing.T) {
	p := openPains(t)
	p.set(func(f *faultserver.Faults) { f.Dial = faultserver.DialFault{Mode: faultserver.DialStatus, Status: 401} })
	p.js(`window.rws = new ReconnectingWebSocket(at('rws'), [], short);
		window.ws = make({unopenedAfter: 2, onUnopened: () => 'stop'});
		ws.connect().catch(() => {})`)
	p.until("failed stopped * STOPPED 1006")
	p.is(`sockets('a').length`, `2`)
	p.settles(`sockets('rws').length > 5`)
	p.js(`rws.close()`)
}

// Pain 16: "Private codes mis-read: 4401 meant retry to the client." What a code
// means is said in a table; reconnecting-websocket knows one answer.
func TestPain16PrivateCode(t *testing.T) {
	p := openPains(t)
	p.connect(`{closeCodes: {'4403': 'stop'}}`)
	p.js(`window.rws = new ReconnectingWebSocket(at('rws'), [], short)`)
	p.opens("rws")
	_, err := p.s.CloseAll(4403, "banned")
	p.must(err)
	p.until("failed stopped 1 STOPPED 4403")
	p.settles(`sockets('rws').length > 1`)
	p.witness(2)
	p.is(`sockets('a').length`, `1`)
}

// Pain 20: "Token in URL expires between retries." Each dial asks for the
// address anew; sockette dials with the token of the first.
func TestPain20TokenExpires(t *testing.T) {
	p := openPains(t)
	p.js(`window.tokens = 0;
		sockette(at('sockette') + '&token=1', {timeout: 10});
		window.ws = make({url: async () => at('a') + '&token=' + ++tokens});
		void ws.connect()`)
	p.opens("a", "sockette")
	_, err := p.s.Drop(faultserver.EndRST)
	p.must(err)
	r := p.server("both again", func(r faultserver.Record) bool {
		return r.Client("a").Upgrades == 2 && r.Client("sockette").Upgrades == 2
	})
	for client, want := range map[string]string{"a": "token=1 token=2", "sockette": "token=1 token=1"} {
		var got []string
		for _, c := range r.Conns {
			if c.Client == client {
				got = append(got, c.Query[strings.LastIndex(c.Query, "&")+1:])
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s dialled with %q, want %q", client, got, want)
		}
	}
}

// Pain 27: "bursts of stale clicks on reconnect; cannot opt out." Of one key the
// last waits, and what is volatile does not; reconnecting-websocket sends all of it.
func TestPain27StaleClicks(t *testing.T) {
	p := openPains(t)
	p.connect(`{}`)
	p.js(`window.rws = new ReconnectingWebSocket(at('rws'), [], short)`)
	p.opens("rws")
	p.must(p.s.Kill())
	p.until("error *")
	p.settles(`rws.readyState !== 1`)
	p.js(`
		for (const price of ['1', '2', '3']) ws.send(price, {key: 'price'}), rws.send(price);
		ws.send('cursor', {volatile: true}), rws.send('cursor');
		ws.send('end'), rws.send('end')`)
	p.must(p.s.Revive())
	r := p.server("both again", func(r faultserver.Record) bool {
		return slices.Contains(texts(r, "a"), "end") && slices.Contains(texts(r, "rws"), "end")
	})
	p.sent(r, map[string]string{"a": "3 end", "rws": "1 2 3 cursor end"})
}

// Pain 28: "Queue flushed before auth/subscribe." What onOpen sends goes first;
// reconnecting-websocket sends its queue, and tells of the open after it.
func TestPain28LoginGoesFirst(t *testing.T) {
	p := openPains(t)
	p.js(`
		window.rws = new ReconnectingWebSocket(at('rws'), [], short);
		rws.addEventListener('open', () => rws.send('login'));
		rws.send('queued');
		window.ws = make({onOpen: ({ send }) => send('login')});
		ws.send('queued');
		void ws.connect()`)
	r := p.server("both messages of both", func(r faultserver.Record) bool {
		return len(texts(r, "a")) == 2 && len(texts(r, "rws")) == 2
	})
	p.sent(r, map[string]string{"a": "login queued", "rws": "queued login"})
}

// Pain 29: "Queue lost when the socket object is replaced." drain() gives back
// what was not sent; the queue of reconnecting-websocket goes with it.
func TestPain29QueueOutlivesItsSocket(t *testing.T) {
	p := openPains(t)
	p.js(`
		const first = make({}, () => {}), theirs = new ReconnectingWebSocket(at('rws'), [], {...short, startClosed: true});
		for (const text of ['1', '2']) first.send(text), theirs.send(text);
		const unsent = first.drain();
		first.dispose(), theirs.close();
		window.ws = make();
		for (const { data } of unsent) ws.send(data);
		void ws.connect();
		window.rws = new ReconnectingWebSocket(at('rws'), [], short);
		rws.send('new');
		ws.send('new')`)
	r := p.server("the last message of both", func(r faultserver.Record) bool {
		return slices.Contains(texts(r, "a"), "new") && slices.Contains(texts(r, "rws"), "new")
	})
	p.sent(r, map[string]string{"a": "1 2 new", "rws": "new"})
}

// Pain 30: "Missed inbound messages are invisible." Each reopen tells for how long
// nothing was heard, and since when, before any message; the open event of
// reconnecting-websocket says nothing of the kind, and there is no other.
func TestPain30GapIsTold(t *testing.T) {
	p := openPains(t)
	p.connect(`{}`)
	p.coreAnswers()
	p.js(`
		window.rws = new ReconnectingWebSocket(at('rws'), [], short);
		rws.addEventListener('gap', () => { window.theirs = true; });
		ws.on('gap', (gap) => { window.gap = gap; record('gap', gap.attempts, gap.lastClose.code, gap.queued); });
		ws.once('message', () => { window.heardAt = Date.now(); })`)
	p.opens("rws")
	_, err := p.s.Send("7")
	p.must(err)
	p.sees("message 7")
	p.js(`window.lostAt = performance.now()`)
	_, err = p.s.Drop(faultserver.EndRST)
	p.must(err)
	p.until("retry 1 20 10 backoff")
	p.js(`ws.send('waits')`)
	p.sees("state OPEN", "open", "gap 1 1006 *", "message waits")
	p.is(`[gap.downMs >= 0, gap.downMs <= performance.now() - lostAt, Math.abs(gap.lastMessageAt - heardAt) < 1000]`, `[true,true,true]`)
	p.settles(`sockets('rws').length === 2 && rws.readyState === 1`)
	p.is(`window.theirs`, `undefined`)
}

// Pain 30: "Missed inbound messages are invisible; recovery fragile." Each time
// the connection opens, the first thing that goes out is what was seen last,
// ahead of all that waits, also before anything was seen; reconnecting-websocket
// sends what waits, and only then tells of the open.
func TestPain30CursorGoesFirst(t *testing.T) {
	p := openPains(t)
	p.js(`
		window.last = {a: 0, rws: 0};
		const sees = (client) => ({ data }) => { last[client] = Number(data) || last[client]; };
		window.rws = new ReconnectingWebSocket(at('rws'), [], short);
		rws.addEventListener('message', sees('rws'));
		rws.addEventListener('open', () => rws.send('since:' + last.rws));
		window.ws = make({onOpen: ({ send }) => send('since:' + last.a)});
		ws.on('message', sees('a'));
		void ws.connect()`)
	p.opens("a", "rws")
	_, err := p.s.Send("7")
	p.must(err)
	p.settles(`last.a === 7 && last.rws === 7`)
	p.must(p.s.Kill())
	p.until("error *")
	p.settles(`rws.readyState !== 1`)
	p.js(`ws.send('waits'), rws.send('waits')`)
	p.must(p.s.Revive())
	r := p.server("three messages of both", func(r faultserver.Record) bool {
		return len(texts(r, "a")) == 3 && len(texts(r, "rws")) == 3
	})
	p.sent(r, map[string]string{"a": "since:0 since:7 waits", "rws": "since:0 waits since:7"})
}
