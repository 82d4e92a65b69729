//go:build js && wasm

// Package jsbridge connects a [port.Hub] to JavaScript through one function.
//
// The host (web/src/host.ts) leaves a callback under [slot] at the object that
// it gives the module as globalThis, before it starts the module. [Serve] takes
// it away and calls it with the contract's hash and with step, a function of a
// Uint8Array and of how many of its bytes are a batch: little-endian float64s.
// The answer, float64s too, takes their place, and step returns its length in
// bytes; one that is longer than the array is returned as another Uint8Array.
// That is all that crosses: no payload, no object, no clock, no timer.
//
// A Go panic inside step is not silence. It is caught, and step returns a string
// that says what happened, from then on: the module is dead, and the host starts
// another one.
package jsbridge
