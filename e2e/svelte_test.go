package e2e

import (
	"slices"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// Components that subscribe to stores with Svelte's own syntax: connected while
// somebody looks, one connection for all that look at the same.
func TestSvelte(t *testing.T) {
	t.Parallel()
	p := openApp(t, app{source: "svelte.js"})
	p.js(`window.messages = store(); window.same = store(); window.hide = show(messages); window.hideOther = show(same)`)
	p.settles(`text() === 'OPEN '`)
	p.is(`[shared().map(({handles}) => handles), messages.ws === same.ws, messages.ws instanceof WebSocketReconnect]`, `[[2],true,true]`)

	// Assigned to, it sends; what comes, all show.
	p.js(`document.querySelector('button').click()`)
	p.settles(`[...document.querySelectorAll('p')].every((e) => e.textContent === 'OPEN {"from":"button"}')`)
	_, err := p.s.Send("no json", faultserver.To{Client: "a"})
	p.must(err)
	p.settles(`text() === 'OPEN "no json"'`)

	// It comes back, with what was sent meanwhile.
	p.must(p.s.Kill())
	p.settles(`text().startsWith('CONNECTING')`)
	p.is(`messages.send('1')`, `"queued"`)
	p.must(p.s.Revive())
	p.settles(`text() === 'OPEN 1'`)

	// Nobody looks: it closes. Svelte's functions know the store.
	p.js(`hide(); hideOther()`)
	p.server("the end", func(r faultserver.Record) bool { return r.Client("a").Live == 0 })
	p.is(`[shared().length, messages.ws === undefined, messages.send('2'), get(messages)]`, `[0,true,"queued",1]`)
	p.js(`void derived(messages, (value) => value * 10).subscribe((value) => record('derived', value))`)
	p.until("derived 20")
	r := p.s.Record()
	if got := texts(r, "a"); !slices.Equal(got, []string{`{"from":"button"}`, "1", "2"}) {
		t.Errorf("the server got %q", got)
	}
}
