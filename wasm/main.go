//go:build js && wasm

// Command wasm is the core as a WebAssembly module. It is started by the host in
// web/src/corehost.ts and shows up in JavaScript as one function, step: see
// package jsbridge.
package main

import "github.com/websocket-reconnect/websocket-reconnect/jsbridge"

func main() {
	if err := jsbridge.Serve(); err != nil {
		panic(err)
	}
	select {} // step is called from JavaScript
}
