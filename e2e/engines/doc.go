// Package engines runs one suite of tests in every engine that can be had:
// Chromium, Firefox and WebKit, and Node, Deno and Bun. The suite (suite/*.mjs)
// runs itself in the page or process that it is loaded in, steers the fault
// server over HTTP and reports to it, so that an engine needs no driver: it has
// to open an address.
//
//	E2E=1 ENGINES=firefox,webkit go test ./e2e/engines
//
// ENGINES names the engines, Chromium and the Node of this machine unless told
// otherwise; what they come to is written down in docs/engines.md by
//
//	E2E=1 go test ./e2e/engines -args -write
//
// and every other run must come to the same.
package engines
