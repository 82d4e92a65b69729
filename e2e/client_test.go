package e2e

import (
	"slices"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

// make makes the client `ws`, key "a", with the quick options of harness.js and
// those given as a JavaScript object.
func (p *page) make(options string) {
	p.t.Helper()
	p.js(`window.ws = make(` + options + `)`)
}

// connect makes the client and sees it open.
func (p *page) connect(options string) {
	p.t.Helper()
	p.make(options)
	p.js(`void ws.connect()`)
	p.sees("state CONNECTING", "state OPEN", "open")
}

// loses sees an open connection end without a closing handshake, and a retry.
func (p *page) loses(retry string) {
	p.t.Helper()
	p.sees("error CONNECTION_LOST *", `close 1006 "" false`, "state CONNECTING", "retry "+retry)
}

// dials counts the client's WebSocket handshakes, whatever became of them.
// Other requests, as those of `diagnose`, do not count.
func dials(r faultserver.Record, client string) int {
	n := 0
	for _, c := range r.Conns {
		if c.Client == client && c.Header.Get("Sec-Websocket-Version") != "" {
			n++
		}
	}
	return n
}

// texts returns the client's text messages, in the order in which they came.
func texts(r faultserver.Record, client string) []string {
	var texts []string
	for _, m := range r.Messages {
		if m.Client == client && !m.Binary {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

// witness has another client, "w", of the same page and the same core dial n
// times. What did not happen until then does not happen.
func (p *page) witness(n int) {
	p.t.Helper()
	seen := dials(p.s.Record(), "w")
	p.js(`void (window.witness?.dispose(), window.witness = make({url: link + '/ws?client=w', maxRetries: Infinity}, () => {})).connect()`)
	for i := range n {
		p.server("the witness", func(r faultserver.Record) bool {
			return dials(r, "w") == seen+i+1 && r.Client("w").Open == 1
		})
		if i < n-1 {
			_, err := p.s.Drop(faultserver.EndRST, faultserver.To{Client: "w"})
			p.must(err)
		}
	}
}

// coreAnswers waits until hot start is over: the core has told of the client.
func (p *page) coreAnswers() {
	p.t.Helper()
	p.js(`(async () => {
		const probe = make({maxRetries: 0, url: 'ws://127.0.0.1:9/'}, () => {});
		await probe.connect().catch(() => {}); // only the core can give up
		probe.dispose();
	})()`)
}

// newest returns the client's last connection. The browser opens some that are
// nobody's, in advance, so the server's last one may be another.
func newest(r faultserver.Record, client string) faultserver.Conn {
	for _, c := range slices.Backward(r.Conns) {
		if c.Client == client {
			return c
		}
	}
	return faultserver.Conn{}
}
