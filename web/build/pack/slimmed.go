package pack

import (
	"fmt"

	"github.com/websocket-reconnect/websocket-reconnect/web/build/slim"
)

// slimmed is the module as it is published. What cannot be taken out stays in,
// with a warning: a larger module works as well.
func slimmed(wasm []byte, goVersion string) (_ []byte, warning string) {
	small, err := slim.Module(wasm, slim.Options{Go: goVersion})
	if err == nil {
		return small, ""
	}
	warning = fmt.Sprintf("the module is larger than need be: %v", err)
	if joined, err := slim.Join(wasm); err == nil {
		return joined, warning
	}
	return wasm, warning
}
