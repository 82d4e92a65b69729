// Package e2e tests the published files in a real Chromium, over real sockets,
// against the fault server. Each test asserts both sides: what the page saw
// (every event, in order, with its payload) and what the server saw (dials,
// messages, how many sockets at once).
//
// The tests are skipped unless E2E is set; `make e2e` builds, finds a Chromium
// and sets it. With it, a missing browser or a stale web/dist is a failure.
//
//	E2E=1       run
//	CHROME      the browser's program, if it is not one of the usual names
//	E2E_DIST    a folder to test in place of web/dist, unchecked
//
// A test reads like a script:
//
//	eachPlacement(t, func(t *testing.T, p *page) {
//		p.connect(`{maxRetries: 3}`)
//		p.s.Kill()
//		p.sees("error CONNECTION_LOST *", "close 1006 \"\" false", "state CONNECTING", "retry 1 20 3 backoff")
//		p.s.Revive()
//		p.until("open")
//	})
//
// Nothing sleeps: [page.sees] and [page.until] wait for the page's record,
// [page.server] for the server's. In the end of each test the harness checks
// that no client ever had two open sockets and that no exception was uncaught.
package e2e
