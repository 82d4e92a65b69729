package e2e

import (
	"slices"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// Pain 11: "Counter reset on open, server accepts then closes: hot loop." Only a
// connection that lasts counts; websocket-ts begins anew at each open.
func TestPain11AcceptThenClose(t *testing.T) {
	p := openPains(t)
	p.set(func(f *faultserver.Faults) {
		f.AfterOpen = faultserver.AfterOpen{Action: faultserver.EndRST, AfterMs: 20}
	})
	p.js(`window.delays = [];
		window.ts = new TsWebSocket(at('ts'), [], {retry: {backoff: new ExponentialBackoff(5)}, listeners: {retry: [{listener: (_, { detail }) => void delays.push(detail.backoff)}]}});
		window.ws = make({baseDelay: 10, maxDelay: 1000}, (what, ...payload) => what === 'retry' && record('retry', ...payload));
		void ws.connect()`)
	p.sees("retry 1 10 10 backoff", "retry 2 20 10 backoff", "retry 3 40 10 backoff", "retry 4 80 10 backoff")
	p.settles(`delays.length >= 4`)
	p.js(`ts.close(); ws.dispose()`)
	p.is(`delays.slice(0, 4)`, `[10,10,10,10]`)
}

// Pain 14: "Hidden tabs reconnect at once and double the storm." A page that is
// to be parked waits until it is seen; reconnecting-websocket does not look.
func TestPain14HiddenPagePark(t *testing.T) {
	p := openPains(t)
	p.connect(`{hiddenPolicy: 'park'}`)
	p.coreAnswers()
	p.js(`window.rws = new ReconnectingWebSocket(at('rws'), [], short)`)
	p.opens("rws")
	p.js(`show(false)`)
	_, err := p.s.Drop(faultserver.EndRST)
	p.must(err)
	p.until("retry 1 null 10 hidden")
	p.server("the other one", func(r faultserver.Record) bool { return dials(r, "rws") == 2 })
	p.witness(2)
	p.is(`sockets('a').length`, `1`)
	p.js(`show(true)`)
	p.sees("state OPEN", "open")
}

// Pain 17: "Server's clean 1000 stopped reconnecting." Only our own close()
// stops; sockette and robust-websocket end.
func TestPain17ServerClosesWith1000(t *testing.T) {
	p := openPains(t)
	p.connect(`{minUptime: 0}`)
	p.js(`window.rivals = [sockette(at('sockette'), {timeout: 10}), new RobustWebSocket(at('robust'), null, {shouldReconnect: () => 10})]`)
	p.opens("sockette", "robust")
	_, err := p.s.CloseAll(1000, "")
	p.must(err)
	p.sees("error CLOSED_BY_SERVER *", `close 1000 "" true`, "state CONNECTING", "retry 1 20 10 backoff", "state OPEN", "open")
	p.settles(`['sockette', 'robust'].every((client) => sockets(client)[0].readyState === 3)`)
	p.witness(2)
	p.is(`['a', 'sockette', 'robust'].map((client) => sockets(client).length)`, `[2,1,1]`)
}

// Pain 18: "Gives up silently; no event, and reconnect() is dead afterwards."
// Ours says so, and comes back when told; reconnecting-websocket does neither.
func TestPain18GaveUp(t *testing.T) {
	p := openPains(t)
	p.connect(`{maxRetries: 1}`)
	p.js(`window.rws = new ReconnectingWebSocket(at('rws'), [], {...short, maxRetries: 1})`)
	p.opens("rws")
	p.must(p.s.Kill())
	p.until("failed retries * * 1006")
	p.is(`ws.state`, `"FAILED"`)
	p.settles(`sockets('rws').length === 2 && rws.readyState === 3`)
	p.must(p.s.Revive())
	p.js(`ws.reconnect(); rws.reconnect()`)
	p.until("open")
	p.witness(2)
	p.is(`sockets('rws').length`, `2`)
}

// Pain 19: "Breakers stick in half-open, or let a flood through." What was called
// before the circuit opened says nothing of a server that is tried, and a circuit
// is half-open when its time has come. A late success closes the one of opossum,
// which then lets everything through; and its time has not come until a timer says
// so, which on a page that slept is late.
func TestPain19HalfOpenBesideOpossum(t *testing.T) {
	p := openPains(t)
	p.js(`
		window.both = [CircuitBreaker, Opossum].map((Breaker) => around(Breaker, {resetTimeout: 20}));
		for (const breaker of both) {
			void breaker.fire().catch(() => {});
			void breaker.fire().catch(() => {});
			breaker.calls[1].fail(new Error('down'));
		}`)
	p.settles(`both.every((breaker) => breaker.halfOpen)`)
	p.js(`
		for (const breaker of both) breaker.calls[0].succeed('late');
		void 0`)
	p.settles(`both[1].closed`)
	p.js(`for (const breaker of both) for (let i = 0; i < 50; i++) void breaker.fire().catch(() => {})`)
	p.is(`both.map(({ closed, calls }) => [closed, calls.length - 2])`, `[[false,1],[true,50]]`)

	p.js(`
		window.asleep = [CircuitBreaker, Opossum].map((Breaker) => around(Breaker, {resetTimeout: 600_000}));
		for (const breaker of asleep) breaker.open();
		chaos().clockJump(3_600_000);
		for (const breaker of asleep) void breaker.fire().catch(() => {})`)
	p.is(`asleep.map(({ opened, calls }) => [opened, calls.length])`, `[[false,1],[true,0]]`)
}

// Pain 21: "Provider rejects: wedged." A rejection is a dial that failed;
// reconnecting-websocket never asks again, whatever it is told.
func TestPain21ProviderRejects(t *testing.T) {
	p := openPains(t, raises("no token"))
	p.js(`
		const once = (client) => {
			const provider = async () => {
				if (++provider.calls === 1) throw new Error('no token');
				return at(client);
			};
			provider.calls = 0;
			return provider;
		};
		window.ours = once('a');
		window.theirs = once('rws');
		window.rws = new ReconnectingWebSocket(theirs, [], short);
		window.ws = make({url: ours});
		void ws.connect()`)
	p.sees("state CONNECTING", "error PROVIDER_FAILED *no token*", `close 1006 "" false`, "retry 1 20 10 backoff", "state OPEN", "open")
	p.settles(`theirs.calls > 0`)
	p.js(`rws.reconnect()`)
	p.witness(2)
	p.is(`[ours.calls, theirs.calls, rws.readyState]`, `[2,1,0]`)
}

// Pain 22: "close() while connecting: lock leaks, sockets come back." After
// close() nothing dials, and reconnect() does; with reconnecting-websocket it
// stays CONNECTING.
func TestPain22CloseWhileConnecting(t *testing.T) {
	p := openPains(t)
	p.js(`
		const asked = (client) => () => { record('asked', client); return at(client); };
		window.rws = new ReconnectingWebSocket(asked('rws'), [], short);
		rws.close();
		window.ws = make({url: asked('a')}, () => {});
		ws.connect().catch(() => {});
		ws.close()`)
	p.until("asked rws")
	p.witness(2)
	p.is(`[ws.state, sockets('a').filter(({ readyState }) => readyState < 2).length]`, `["CLOSED",0]`)
	p.js(`rws.reconnect(); ws.reconnect()`)
	p.settles(`ws.state === 'OPEN'`)
	p.witness(2)
	p.is(`[rws.readyState, sockets('rws').length]`, `[0,0]`)
}

// Pain 23: "error+close both schedule a retry; one socket becomes 3, 9, 27." One
// at a time, always; code that many apps write by themselves doubles with each
// failure.
func TestPain23OneSocketAtATime(t *testing.T) {
	p := openPains(t)
	p.set(func(f *faultserver.Faults) { f.Dial = faultserver.DialFault{Mode: faultserver.DialStatus, Status: 503} })
	p.js(`naive(at('naive'), 2); window.ws = make({maxRetries: 50}, () => {}); void ws.connect()`)
	p.settles(`sockets('naive').length === 1 + 2 + 4 && sockets('a').length > 3`)
	p.set(func(f *faultserver.Faults) { f.Dial = faultserver.DialFault{} })
	p.settles(`ws.state === 'OPEN'`)
	p.is(`most.a`, `1`)
	p.manySockets = true // of the naive one
}

// Pain 25: "Listener/Worker/handle leaks." Clients that come, connect and go leave
// the page as it was; each of supabase's leaves three listeners on the window, and
// so itself, and the address of its Worker's script.
func TestPain25ClientsLeaveNothing(t *testing.T) {
	p := openPains(t)
	p.js(`
		window.ours = async () => {
			const ws = make({}, () => {});
			await ws.connect();
			ws.dispose();
		};
		class Transport extends WebSocket {
			constructor() {
				super(at('supabase'));
			}
		}
		window.theirs = async () => {
			const client = new RealtimeClient(at('supabase'), {transport: Transport, worker: true, params: {apikey: 'key'}});
			client.connect();
			await eachFrame(() => client.isConnected());
			await client.disconnect();
		}`)
	p.coreAnswers()
	p.is(`grows(ours, 20)`, `[0,0]`)
	p.is(`grows(theirs, 20)`, `[60,20]`)
}

// Pain 26: "Frames sent just before detection vanish." send() says what became
// of a message; while the old socket is closing it waits for the next one.
// websocket-heartbeat-js gives it to a socket that swallows it without a word.
func TestPain26SendWhileTheLinkDies(t *testing.T) {
	p := openPains(t)
	p.connect(`{heartbeatInterval: 80, heartbeatTimeout: 400, minUptime: 0}`)
	p.js(`ws.once('error', () => record('sent', ws.send('kept')));
		window.hbj = new WebsocketHeartbeatJs({url: at('hbj', '/sink'), pingTimeout: 80, pongTimeout: 400})`)
	p.opens("hbj")
	p.beats()
	p.hole()
	p.until("sent queued")
	p.settles(`hbj.ws.readyState === 2`)
	p.js(`hbj.send('vanishes')`) // and throws nothing
	p.server("the message", func(r faultserver.Record) bool {
		all := texts(r, "a")
		return len(all) > 0 && slices.Contains(all, "kept")
	})
	p.witness(2)
	if slices.Contains(texts(p.s.Record(), "hbj"), "vanishes") || get[int](p, `hbj.ws.bufferedAmount`) == 0 {
		t.Errorf("the message of websocket-heartbeat-js has not vanished: the test shows nothing")
	}
}

// Pain 26, the other half: "Must: opt-in ack mode keeps a copy until acked." What
// was handed over to a link that was dead goes again on the next one, and what
// arrived though its acknowledgement did not has the same id both times. A message
// without it, of ours or of websocket-heartbeat-js, is gone.
func TestPain26AckedArrives(t *testing.T) {
	p := openPains(t)
	p.connect(`{heartbeatInterval: 80, heartbeatTimeout: 400, minUptime: 0}`)
	p.js(`
		window.sure = acked(ws, {wrap: (data, id) => id + ' ' + data, ackOf: ({ data }) => / (kept|twice)$/.test(data) ? data.split(' ')[0] : null});
		window.hbj = new WebsocketHeartbeatJs({url: at('hbj', '/sink'), pingTimeout: 80, pongTimeout: 400})`)
	p.opens("hbj")
	p.beats()
	p.hole()
	p.js(`window.receipt = sure.send('kept', 'one')`)
	p.is(`[receipt.state, ws.send('lost')]`, `["sent","sent"]`)
	p.js(`hbj.send('vanishes')`)
	p.until("error HEARTBEAT_LOST *")
	p.is(`receipt.done`, `true`)

	// The server hears, and its answer does not come through.
	p.beats()
	p.must(ignoreCount(p.s.BlackHole(faultserver.DirDown, false)))
	p.js(`window.receipt = sure.send('twice', 'two')`)
	p.until("error HEARTBEAT_LOST *")
	p.is(`receipt.done`, `true`)
	p.is(`[receipt.state, sure.size]`, `["acked",0]`)
	r := p.s.Record()
	p.sent(r, map[string]string{"a": "one kept two twice two twice"})
	if slices.Contains(texts(r, "hbj"), "vanishes") {
		t.Error("the message of websocket-heartbeat-js has not vanished: the test shows nothing")
	}
}
