package e2e

import (
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// Options that cannot be used throw at once, and the error says which, what it
// was, what is allowed, and what was probably meant.
func TestBadOptions(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		for options, want := range map[string]string{
			`{}`:                                                  "*option url is missing; it must be a string*a URL*",
			`{url: 5}`:                                            "*option url is 5; it must be a string*a URL*",
			`{url: 'ftp://x/'}`:                                   `*option url: *ws, wss, http or https*`,
			`{url: 'ws://x/#a'}`:                                  "*fragment*",
			`{url: address, maxRetires: 3}`:                       "*unknown option maxRetires; did you mean maxRetries?",
			`{url: address, heartBeatInterval: 3}`:                "*unknown option heartBeatInterval; did you mean *heartbeatInterval*?",
			`{url: address, queue: {maxMessage: 1}}`:              "*unknown option queue.maxMessage; did you mean queue.maxMessages?",
			`{url: address, maxRetries: -1}`:                      "*option maxRetries is -1; it must be a whole number, at least 0, or Infinity",
			`{url: address, maxRetries: '10'}`:                    `*option maxRetries is "10"; it must be a whole number*`,
			`{url: address, jitter: 2}`:                           "*option jitter is 2; it must be a number from 0 to 1, or *full*",
			`{url: address, baseDelay: 9, maxDelay: 5}`:           "*option baseDelay is 9; it must be *from 0 to 5",
			`{url: address, multiplier: 0.5}`:                     "*option multiplier is 0.5; it must be a number from 1 to 100",
			`{url: address, protocols: ['a b']}`:                  `*option protocols has "a b"*`,
			`{url: address, protocols: ['a', 'a']}`:               "*named once*",
			`{url: address, heartbeatInterval: 0}`:                "*option heartbeatInterval is 0; it must be a number of milliseconds*1*, or Infinity, or false",
			`{url: address, circuitBreaker: true}`:                "*option circuitBreaker is true; it must be an object, or false",
			`{url: address, circuitBreaker: {resetTimeout: NaN}}`: "*option circuitBreaker.resetTimeout is NaN;*",
			`{url: address, queue: {overflow: 'x'}}`:              `*option queue.overflow is "x"; it must be *"drop-oldest"*"drop-newest"*"reject"`,
			`null`:                                                "*option url is null; it must be a string, or a URL or WebSocket with `missed`, or a function",
		} {
			if got := get[string](p, `thrown(() => new WebSocketReconnect(`+options+`))`); !matches("BAD_INPUT WebSocketReconnectError: "+want, got) {
				t.Errorf("%s throws %q, want %q", options, got, want)
			}
		}
		for call, want := range map[string]string{
			`WebSocketReconnect.configure({placment: 'page'})`:   "BAD_INPUT *placment*",
			`WebSocketReconnect.configure({placement: 'cloud'})`: `BAD_INPUT *placement is "cloud"*`,
			`make().send({})`:                    "BAD_INPUT *data is {}; it must be a string*",
			`make().on('open')`:                  "BAD_INPUT *must be a function*",
			`WebSocketReconnect({url: address})`: "*",
		} {
			if got := get[string](p, `thrown(() => `+call+`)`); got == "" || !matches(want, got) {
				t.Errorf("%s throws %q, want %q", call, got, want)
			}
		}
	})
}

// websocketOptions means nothing to a browser: one warning, and on it goes.
func TestWebSocketOptionsWarnOnce(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.connect(`{websocketOptions: {headers: {Authorization: 'Bearer token123'}}}`)
		p.js(`make({websocketOptions: {headers: {}}})`)
		p.coreAnswers()
		warnings := 0
		for _, line := range p.log.lines() {
			if matches("warning: *websocketOptions is ignored*", line) {
				warnings++
			}
		}
		if warnings != 1 {
			t.Errorf("%d warnings, want 1; the console has %q", warnings, p.log.lines())
		}
	})
}

// on, once, off, the function that on returns, addEventListener and on…
// attributes: each hears what it should, in the order in which it came.
func TestListeners(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.js(`
			window.ws = new WebSocketReconnect({...quick, url: address});
			ws.onopen = (e) => record('onopen', e.type, e.target === ws);
			const off = ws.on('open', () => record('never'));
			off(); off();
			ws.once('message', (e) => record('once', e.data));
			ws.on('message', function (e) { record('on', e.data, this === ws); });
			ws.onmessage = (e) => record('onmessage', e.data);
			ws.addEventListener('message', { handleEvent: (e) => record('object', e.data) }, { once: true });
			const gone = () => record('never');
			ws.on('message', gone); ws.off('message', gone);
			ws.on('message', () => { throw new Error('from a listener'); });
			ws.on('message', (e) => record('last', e.data));
			ws.onerror = (e) => record('onerror', e.type, e.error.code);
			ws.onclose = (e) => record('onclose', e.code);
			ws.addEventListener('stateChange', (e) => e.detail === 'OPEN' || record('detail', e.detail));
			ws.onopen = ((before) => (e) => before(e))(ws.onopen);
			void ws.connect()`)
		p.sees("detail CONNECTING", "onopen open true")
		p.js(`ws.send('1')`)
		p.sees("once 1", "on 1 true", "onmessage 1", "object 1", "last 1")
		p.js(`ws.onmessage = null; ws.send('2')`)
		p.sees("on 2 true", "last 2")
		p.must(dropAll(p))
		p.sees("onerror error CONNECTION_LOST", "onclose 1006", "detail CONNECTING", "onopen open true")
		p.js(`ws.close()`)
		p.sees("detail CLOSING", "onclose 1005", "detail CLOSED")
		p.quiet()
	}, raises("from a listener"))
}

// A listener may call anything: also close, send and reconnect.
func TestCallsFromListeners(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.make(`{}`)
		p.js(`
			ws.once('open', () => (ws.send('first'), ws.reconnect(), ws.send('second')));
			ws.on('message', (e) => e.data === 'second' && ws.close(4000, 'enough'));
			void ws.connect()`)
		p.until("close 4000 enough true")
		p.sees("state CLOSED")
		r := p.server("both", func(r faultserver.Record) bool { return r.Total.Live == 0 && r.Client("a").Upgrades == 2 })
		if got := texts(r, "a"); len(got) == 0 || got[len(got)-1] != "second" {
			t.Errorf("the server got %q", got)
		}
		p.is(`ws.state`, `"CLOSED"`)
	})
}

// connect() resolves at the next open and rejects when there will be none.
func TestConnectPromise(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.make(`{maxRetries: 2}`)
		p.js(`const both = [ws.connect(), ws.connect()]; record('same', both[0] === both[1]); Promise.all(both).then(() => record('resolved', ws.state))`)
		p.sees("same true", "state CONNECTING", "state OPEN", "open", "resolved OPEN")
		p.js(`ws.connect().then(() => record('at once'))`)
		p.sees(`"at once"`)
		p.js(`ws.close()`)
		p.until("state CLOSED")
		p.must(p.s.Kill())
		p.js(`void ws.connect().catch((e) => record('rejected', e instanceof WebSocketReconnectError, e.code))`)
		p.until("rejected true UNREACHABLE")
		// It waits through retries.
		p.js(`void (ws.connect().then(() => record('resolved')), ws.once('retry', () => record('retries')))`)
		p.until("retries")
		p.must(p.s.Revive())
		p.until("resolved")
		p.js(`ws.dispose()`)
		p.skip()
		p.js(`ws.connect().catch((e) => record('rejected', e.code))`)
		p.sees("rejected CLOSED_BY_USER")
		p.quiet()
	})
}

// reconnect() dials at once, with a fresh count, from every state.
func TestReconnect(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.make(`{baseDelay: 30_000, maxDelay: 60_000, maxRetries: 1, circuitBreaker: {failureThreshold: 2, resetTimeout: 60_000}}`)
		open := func() {
			t.Helper()
			p.js(`ws.reconnect()`)
			p.until("open")
			p.is(`[ws.state, ws.getStats().retryCount]`, `["OPEN",0]`)
		}
		open() // from CLOSED, never connected
		p.js(`ws.reconnect(); void record('shown', ws.state)`)
		p.sees("shown CONNECTING")
		p.seesEach("state CONNECTING", "close 1000 * *", "state OPEN", "open")
		p.server("the second socket alone", func(r faultserver.Record) bool { return r.Client("a").Upgrades == 2 && r.Client("a").Live == 1 })

		p.must(dropAll(p)) // from a retry that waits for half a minute
		p.loses("1 30000 1 backoff")
		open()

		p.set(func(f *faultserver.Faults) { f.Dial = faultserver.DialFault{HoldMs: 60_000} }) // from a dial that hangs
		p.js(`ws.reconnect()`)
		p.until("state CONNECTING")
		p.server("the dial", func(r faultserver.Record) bool { return dials(r, "a") == 4 })
		p.must(p.s.Reset())
		open()

		p.js(`ws.openCircuit()`) // from BLOCKED
		p.must(dropAll(p))
		p.until("state BLOCKED")
		open()

		p.js(`ws.close(); void ws.reconnect()`) // from CLOSING
		p.until("open")

		p.must(p.s.Kill()) // from FAILED
		p.js(`ws.dispose(); window.ws = make({maxRetries: 0}); void ws.connect()`)
		p.until("failed *")
		p.must(p.s.Revive())
		open()
	})
}

// The form of the WHATWG class connects by itself and sends nothing of its own.
func TestDropIn(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.is(`(window.ws = watch(new WebSocketReconnect(address, ['one', 'two'], {baseDelay: 20, heartbeatTimeout: 50})),
			[ws.readyState, ws.url === address, ws.protocol, ws.binaryType, ws.bufferedAmount, ws.OPEN, WebSocketReconnect.CLOSED])`, `[0,true,"","blob",0,1,3]`)
		p.sees("state CONNECTING", "state OPEN", "open")
		p.is(`[ws.protocol, ws.readyState]`, `["one",1]`)
		p.js(`ws.send(42)`)
		p.sees("message 42")
		p.must(dropAll(p))
		// As the native class: no error event when an open connection ends.
		p.sees(`close 1006 "" false`, "state CONNECTING", "retry 1 * Infinity backoff", "state OPEN", "open")
		for call, want := range map[string]string{
			`new WebSocketReconnect('ftp://x')`:                  "12 SyntaxError: *",
			`new WebSocketReconnect(address, ['a', 'a'])`:        "12 SyntaxError: *",
			`new WebSocketReconnect(address, [], {nonsense: 1})`: "BAD_INPUT *nonsense*",
			`new WebSocketReconnect(address, [], 5000)`:          "BAD_INPUT *options is 5000; it must be an object*",
			`ws.close(1001)`:                  "15 InvalidAccessError: *",
			`ws.close(1000, 'x'.repeat(124))`: "12 SyntaxError: *",
		} {
			if got := get[string](p, `thrown(() => `+call+`)`); !matches(want, got) {
				t.Errorf("%s throws %q, want %q", call, got, want)
			}
		}
		p.js(`ws.close(3000, 'done')`)
		p.sees("state CLOSING", "close 3000 done true", "state CLOSED")
		for _, c := range p.s.Record().Conns {
			if c.Pongs+c.MutedPings > 0 {
				t.Errorf("dial %d: the client probed", c.Conn)
			}
		}
	})
}
