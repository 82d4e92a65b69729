package e2e

import (
	"slices"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// reacts are the versions of React that the hook is tested with.
var reacts = map[string]app{
	"19": {source: "react.jsx"},
	"18": {source: "react.jsx", alias: map[string]string{"react": "react18", "react-dom": "react-dom18"}},
}

// eachReact runs a test with each version of React.
func eachReact(t *testing.T, f func(t *testing.T, p *page)) {
	t.Helper()
	t.Parallel()
	for version, a := range reacts {
		t.Run("React"+version, func(t *testing.T) {
			t.Parallel()
			p := openApp(t, a)
			p.is(`version.split('.')[0]`, `"`+version+`"`)
			f(t, p)
		})
	}
}

// Pain 24: under StrictMode, which mounts everything twice, a component opens
// one socket, keeps it when it is taken out and put back, and closes it when it
// has gone for good. react-use-websocket opens another each time.
func TestPain24ReactStrictMode(t *testing.T) {
	eachReact(t, func(t *testing.T, p *page) {
		happens := func(what string) { p.wait(`seen.some((entry) => entry.join(' ') === '` + what + `')`) }
		p.js(`mount({first: {greet: true}, other: 'theirs'})`)
		happens("a open")
		happens("a message hello")
		happens("theirs open")
		p.is(`hooks.a.readyState`, `1`)
		p.js(`seen.length = 0; mount({second: {greet: true}, another: 'theirs'})`) // other keys: React takes the ones out and puts the others in
		happens("a message hello")
		happens("theirs open")
		p.is(`[hooks.a.readyState, shared().length]`, `[1,1]`)
		p.js(`mount({})`)
		r := p.server("the socket closed", func(r faultserver.Record) bool { return r.Client("a").Live == 0 })
		if n := dials(r, "a"); n != 1 {
			t.Errorf("the server saw %d dials, want 1", n)
		}
		if n := dials(r, "theirs"); n != 2 {
			t.Errorf("the server saw %d dials of react-use-websocket: it has kept its socket, and the test shows nothing", n)
		}
		p.settles(`shared().length === 0`)
		p.js(`mount({third: {}})`)
		p.server("a new socket", func(r faultserver.Record) bool { return dials(r, "a") == 2 && r.Client("a").Live == 1 })
	})
}

// A thousand mounts leave nothing: no client, no native socket, no listener, at
// the page or at the server.
func TestReactLeaksNothing(t *testing.T) {
	eachReact(t, func(t *testing.T, p *page) {
		p.js(`
			const gone = async () => { mount({}); await eachFrame(() => shared().length === 0); seen.length = 0; };
			window.firstCore = async () => {
				mount({first: {}});
				let there = false;
				const ask = () => hooks.a.getWebSocket()?.exportTrace().then(() => (there = true), () => {});
				await eachFrame(() => (ask(), there));
				await gone();
			};
			window.rounds = async (n) => {
				for (let i = 0; i < n; i++) {
					mount({[i]: {}});
					await until(() => seen.some(([, what]) => what === 'open'));
					await gone();
				}
			};
			// Remounts in one task: one socket for all.
			window.remounts = async (n) => {
				for (let i = 0; i < n; i++) mount({[i]: {}});
				await until(() => seen.some(([, what]) => what === 'open'));
				await gone();
			}`)
		p.js(`rounds(4)`)
		p.js(`firstCore()`) // it has listeners of its own, and may come at any time
		before := p.alive()
		p.js(`rounds(100)`)
		p.js(`remounts(900)`)
		r := p.server("no socket", func(r faultserver.Record) bool { return r.Client("a").Live == 0 })
		if n := dials(r, "a"); n != 106 {
			t.Errorf("the server saw %d dials, want one for each mount that lasted, 105, and one for all remounts", n)
		}
		after := p.shrinks(before)
		// What is counted is what the page makes.
		p.js(`mount({last: {}})`)
		p.until("a open")
		for what, n := range p.alive() {
			if n <= after[what] {
				t.Errorf("%d %s are alive with a mounted component, %d without", n, what, after[what])
			}
		}
	})
}

// A component whose connection is lost shows it, queues what it sends, and has
// it sent when the connection is back.
func TestReactReconnects(t *testing.T) {
	eachReact(t, func(t *testing.T, p *page) {
		p.js(`mount({a: {}})`)
		p.until("a open")
		_, err := p.s.Send(`{"n":1}`, faultserver.To{Client: "a"})
		p.must(err)
		p.until(`a message {"n":1}`)
		p.shows(`[hooks.a.lastJsonMessage, hooks.a.lastMessage.data, text()]`, `[{"n":1},"{\"n\":1}","OPEN {\"n\":1} {\"n\":1}"]`)
		p.must(p.s.Kill())
		p.until("a close 1006")
		p.until("a state CONNECTING")
		p.js(`hooks.a.sendMessage('kept'); hooks.a.sendMessage('not kept', false); hooks.a.sendJsonMessage({json: true})`)
		p.must(p.s.Revive())
		p.until("a open")
		r := p.server("what was kept", func(r faultserver.Record) bool { return len(texts(r, "a")) == 2 })
		if got := texts(r, "a"); !slices.Equal(got, []string{"kept", `{"json":true}`}) {
			t.Errorf("the server got %q", got)
		}
		_, err = p.s.Send(`no json`, faultserver.To{Client: "a"})
		p.must(err)
		p.until(`a message "no json"`)
		p.shows(`[hooks.a.lastJsonMessage, hooks.a.getWebSocket() instanceof WebSocketReconnect]`, `[{},true]`)
	})
}

// Who has a say: shouldReconnect, retryOnError, reconnectAttempts,
// reconnectInterval as a number and as a function, onReconnectStop.
func TestReactPolicy(t *testing.T) {
	eachReact(t, func(t *testing.T, p *page) {
		// No, after a look at how it ended.
		p.js(`mount({a: {shouldReconnect: (e) => e.code !== 4000}})`)
		p.until("a open")
		p.ends(4001, "")
		p.until("a close 4001")
		p.until("a open")
		p.ends(4000, "")
		p.until("a state CLOSED")
		p.shows(`[hooks.a.readyState, hooks.a.getWebSocket().state]`, `[3,"CLOSED"]`)
		p.js(`mount({})`)

		// Only after an error: a connection that the server closes has none.
		p.must(p.s.Kill())
		p.js(`mount({b: {retryOnError: true}})`)
		p.until("a error")
		p.must(p.s.Revive())
		p.until("a open")
		p.js(`mount({})`)

		// So many times, and not once more.
		p.must(p.s.Kill())
		p.js(`mount({c: {shouldReconnect: () => true, reconnectAttempts: 2, reconnectInterval: 5}})`)
		p.until("a stop 2")
		p.shows(`[hooks.a.readyState, seen.filter(([, what]) => what === 'error').length >= 3]`, `[3,true]`)
		p.js(`mount({}); window.asked = []`)

		// At times of one's own choice.
		p.js(`seen.length = 0`)
		p.cursor = 0
		p.js(`mount({d: {reconnectAttempts: 3, reconnectInterval: (n) => (asked.push(n), n)}})`)
		p.until("a stop 3")
		p.shows(`[asked, seen.filter(([, what]) => what === 'error').length]`, `[[0,1,2],4]`)
		p.must(p.s.Revive())
		p.js(`hooks.a.getWebSocket().reconnect()`)
		p.until("a open")
	})
}

// share: one socket for all, and nobody's alone.
func TestReactShare(t *testing.T) {
	eachReact(t, func(t *testing.T, p *page) {
		p.js(`mount({a: {share: true}, b: {name: 'b', share: true, shouldReconnect: () => false}, c: {name: 'c', url: link + '/ws?client=c'}})`)
		p.until("b open")
		p.until("c open")
		p.is(`shared().map(({handles}) => handles)`, `[2,1]`)
		p.js(`hooks.b.sendMessage('from b')`)
		p.until(`a message "from b"`)
		p.shows(`[hooks.a.lastMessage === hooks.b.lastMessage, hooks.c.lastMessage]`, `[true,null]`)

		// Nobody closes it, sends by it or gives it handlers.
		p.is(`(({url, readyState, binaryType}) => [url === address, readyState, binaryType])(hooks.a.getWebSocket())`, `[true,1,"blob"]`)
		p.js(`const ws = hooks.a.getWebSocket(); ws.close(); ws.send('x'); ws.onmessage = () => record('never'); ws.binaryType = 'arraybuffer'`)
		p.shows(`[hooks.b.getWebSocket().binaryType, hooks.b.readyState]`, `["arraybuffer",1]`)

		// One of them wants it back, and so both have it.
		p.must(dropAll(p))
		p.until("b close 1006")
		p.until("b open")
		p.js(`mount({b: {name: 'b', share: true, shouldReconnect: () => false}})`)
		p.js(`hooks.b.sendMessage('still here')`)
		p.until(`b message "still here"`)
		p.js(`mount({})`)
		r := p.server("all closed", func(r faultserver.Record) bool { return r.Total.Live == 0 })
		if n := dials(r, "a"); n != 2 {
			t.Errorf("%d dials of those that share, want 2", n)
		}
	})
}

// What decides where the connection goes, and what is shown of it.
func TestReactOptions(t *testing.T) {
	eachReact(t, func(t *testing.T, p *page) {
		p.js(`mount({a: {connect: false}})`)
		p.is(`[hooks.a.readyState, hooks.a.getWebSocket(), hooks.a.lastJsonMessage]`, `[-1,null,null]`)
		p.js(`hooks.a.sendMessage('first')`)
		p.js(`mount({a: {url: null}})`)
		p.is(`hooks.a.readyState`, `-1`)

		// A function gives the address, at last.
		p.js(`window.times = 0; window.give = () => ++times > 2 ? Promise.resolve(address) : Promise.reject(new Error('not yet')); mount({a: {url: give, retryOnError: true, reconnectInterval: 5}})`)
		p.until("a message first")

		// Before each further dial it is asked again, that of the newest render (pain 20).
		p.js(`mount({a: {url: window.anew = async () => address}})`)
		p.must(dropAll(p))
		p.until("a close 1006")
		p.until("a open")
		p.is(`times`, `3`)
		p.js(`mount({a: {url: window.fresh = async () => (times++, address)}})`)
		p.settles(`times === 4`)
		p.must(dropAll(p))
		p.until("a close 1006")
		p.until("a open")
		p.is(`times`, `5`)
		p.js(`mount({a: {url: null}})`)
		p.shows(`[hooks.a.readyState, hooks.a.lastMessage]`, `[3,null]`)

		// Parameters, subprotocols, a filter and a heartbeat.
		p.js(`window.view = {queryParams: {x: 'y z', n: 2}, protocols: ['one'], filter: (e) => e.data !== 'hidden', disableJson: true, heartbeat: {message: () => 'beat', returnMessage: 'beat', interval: 20, timeout: 100000}}; mount({a: view})`)
		p.until("a message beat")
		r := p.s.Record()
		if c := r.Conns[len(r.Conns)-1]; c.Query != "client=a&x=y+z&n=2" || !slices.Equal(c.Offered, []string{"one"}) {
			t.Errorf("the server was asked %q with protocols %q", c.Query, c.Offered)
		}
		p.js(`hooks.a.sendMessage('hidden'); hooks.a.sendMessage('5')`)
		p.until("a message 5")
		p.shows(`[hooks.a.lastMessage.data, hooks.a.lastJsonMessage]`, `["5",null]`)

		// The same options in new objects are the same connection; a listener of the newest render hears.
		p.js(`mount({a: {...view, protocols: ['one'], queryParams: {...view.queryParams}, onMessage: (e) => record('newest', e.data)}}); hooks.a.sendMessage('again')`)
		p.until("newest again")
		if n := dials(p.s.Record(), "a"); n != 4 {
			t.Errorf("%d dials, want 4: none for options that say the same", n)
		}
	})
}
