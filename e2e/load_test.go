package e2e

import (
	"testing"
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
	})
}
