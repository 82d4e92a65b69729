package e2e

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core/contract"
	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// The ES module: default and named exports are one class; it finds its files
// beside itself.
func TestModule(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.wait(`window.module`)
		p.is(`[module.default === module.WebSocketReconnect, Object.keys(module).sort(), typeof globalThis.WebSocketReconnect]`,
			`[true,["WebSocketReconnect","WebSocketReconnectError","default"],"undefined"]`)
		p.js(`window.WebSocketReconnect = module.default`)
		p.connect(`{}`)
		p.must(dropAll(p))
		p.loses("1 20 10 backoff")
		p.sees("state OPEN", "open")
		p.is(`thrown(() => { throw new module.WebSocketReconnectError('BAD_INPUT', 'x') })`, `"BAD_INPUT WebSocketReconnectError: x"`)
	}, file("module.html"))
}

// The classic script defines two globals at once; addresses are resolved as the
// WHATWG class does it.
func TestClassicScript(t *testing.T) {
	eachPlacement(t, func(t *testing.T, p *page) {
		p.is(`[typeof WebSocketReconnect, typeof WebSocketReconnectError, WebSocketReconnect.version.length > 0]`, `["function","function",true]`)
		p.is(`['/ws', 'http://x/a', 'https://x/', 'wss://x'].map((url) => new WebSocketReconnect({url}).url)`,
			`["ws://`+p.s.ControlURL()[len("http://"):]+`/ws","ws://x/a","wss://x/","wss://x/"]`)
		p.is(`new WebSocketReconnect({url: address}) instanceof EventTarget`, `true`)
		// Making a client starts nothing.
		p.is(`[workers, performance.getEntriesByType('resource').filter(({name}) => name.includes('core')).length]`, `[0,0]`)
		// Whatever follows the script's path, its files are beside it.
		p.js(`globalThis.before = WebSocketReconnect; new Promise((onload, onerror) => document.head.append(Object.assign(document.createElement('script'), {src: '/dist/websocket-reconnect.js?at=/x/#/y', onload, onerror})))`)
		p.is(`before === WebSocketReconnect`, `false`)
		p.connect(`{}`)
		p.must(dropAll(p))
		p.loses("1 20 10 backoff")
		p.sees("state OPEN", "open")
		p.is(`[...new Set(performance.getEntriesByType('resource').map(({name}) => name).filter((name) => name.includes('core')))].map((name) => name.replace(location.origin, ''))`, `["/dist/websocket-reconnect.core.js"]`)
	})
}

// A script that the page has from elsewhere, without asking for leave to read it,
// has no address to import from: its files are beside it all the same.
func TestClassicScriptOfAnotherOrigin(t *testing.T) {
	t.Parallel()
	p := openPage(t, "page", withDist(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*") // for the core, which is imported
		faultserver.Static(dist).ServeHTTP(w, r)
	})), file("module.html"))
	p.js(`globalThis.elsewhere = location.origin.replace('127.0.0.1', 'localhost')`)
	p.js(`new Promise((onload, onerror) => document.head.append(Object.assign(document.createElement('script'), {src: elsewhere + '/dist/websocket-reconnect.js', onload, onerror})))`)
	p.connect(`{}`)
	p.must(dropAll(p))
	p.loses("1 20 10 backoff")
	p.sees("state OPEN", "open")
	p.is(`['core.js', 'wasm'].map((end) => performance.getEntriesByType('resource').some(({name}) => name === elsewhere + '/dist/websocket-reconnect.' + end))`, `[true,true]`)
}

// A page whose errors have no stack: the files are looked for beside it, and the
// error says where.
func TestClassicScriptWithoutAStack(t *testing.T) {
	t.Parallel()
	p := openPage(t, "worker")
	p.js(`Error.stackTraceLimit = 0`)
	p.connect(`{}`)
	p.until("error CORE_UNAVAILABLE */test/websocket-reconnect.core.js*")
	p.is(`[ws.state, ws.send('goes on')]`, `["OPEN","sent"]`)
	p.until(`message "goes on"`)
}

// getStats has the documented fields, all of them and no others, before the
// first connection and after it.
func TestStats(t *testing.T) {
	var names []string
	for _, s := range contract.Stats {
		names = append(names, s.Name)
	}
	want, _ := json.Marshal(names)
	eachPlacement(t, func(t *testing.T, p *page) {
		p.make(`{}`)
		p.is(`Object.keys(ws.getStats())`, string(want))
		p.is(`(({uptime, lastActivity, successRate, lastClose, lastError, nextRetry, roundTrip}) => [uptime, lastActivity, successRate, lastClose, lastError, nextRetry, roundTrip])(ws.getStats())`, `[0,null,1,null,null,null,null]`)
		p.js(`void ws.connect()`)
		p.sees("state CONNECTING", "state OPEN", "open")
		p.js(`ws.send('äöü'); ws.send(new Uint8Array(10))`)
		p.sees("message äöü", "message blob:10")
		p.must(dropAll(p))
		p.loses("1 20 10 backoff")
		p.sees("state OPEN", "open")
		p.is(`Object.keys(ws.getStats())`, string(want))
		p.is(`(({attempts, successes, successRate, messagesIn, messagesOut, bytesIn, bytesOut, dropped, queueLength, queueBytes}) => [attempts, successes, successRate, messagesIn, messagesOut, bytesIn, bytesOut, dropped, queueLength, queueBytes])(ws.getStats())`,
			`[2,2,1,2,2,13,16,0,0,0]`)
		p.is(`(({lastClose, lastError}) => [lastClose.code, lastClose.reason, lastClose.wasClean, Math.abs(Date.now() - lastClose.at) < 60000, lastError.code])(ws.getStats())`, `[1006,"",false,true,"CONNECTION_LOST"]`)
	})
}
