//go:build js && wasm

// Command module is the simulator of core/fleet as a WebAssembly module, for the
// demo's page: see web/demo/js/fleet-worker.js. It leaves one function,
// simulateFleet(request, progress), which returns the report's HTML or
// {error: text}, and calls progress(policy, place, of, share) meanwhile.
package main

import (
	"github.com/hack-pad/safejs"

	"github.com/websocket-reconnect/websocket-reconnect/core/fleet/page"
)

func main() {
	simulate, err := safejs.FuncOf(func(_ safejs.Value, args []safejs.Value) any {
		report, err := answer(args)
		if err != nil {
			return map[string]any{"error": err.Error()}
		}
		return report
	})
	if err == nil {
		err = safejs.Global().Set("simulateFleet", simulate)
	}
	if err != nil {
		panic(err)
	}
	select {} // simulateFleet is called from JavaScript
}

func answer(args []safejs.Value) (string, error) {
	request, err := args[0].String()
	if err != nil {
		return "", err
	}
	return page.Answer([]byte(request), func(policy string, place, of int, share float64) bool {
		_, err := args[1].Invoke(policy, place, of, share)
		return err == nil
	})
}
