package faultserver

import (
	"fmt"
	"reflect"
	"strings"
)

// faultDocs explains each field of Faults; a test keeps it complete.
var faultDocs = map[string]string{
	"dial.mode":          `"" succeeds, "refuse" closes the port, "reset" accepts and sends RST, "hang" accepts and never answers, "status" answers with an HTTP status`,
	"dial.times":         "limits dial to that many dials, then it is healthy again; 0: until changed; not with refuse",
	"dial.holdMs":        "ms that the handshake, or the RST of reset, is held",
	"dial.status":        "for status: 200 to 999; 0 means 503",
	"dial.retryAfter":    `Retry-After header of the status: seconds or an HTTP date; "" for none`,
	"dial.subprotocol":   `subprotocol selected whatever was offered; "" selects the first offered`,
	"dial.noSubprotocol": "select no subprotocol, whatever was offered",
	"dial.badAccept":     "send a wrong Sec-WebSocket-Accept",

	"afterOpen.action":  `how each new link ends: "" not, "rst", "fin", or "close" with a close frame`,
	"afterOpen.afterMs": "ms between upgrade and end",
	"afterOpen.times":   "limits afterOpen to that many upgrades; 0: until changed",
	"afterOpen.code":    "close code: 1000-1003, 1007-1014, 3000-4999, or 1005 for an empty close frame; 0 means 1000",
	"afterOpen.reason":  "close reason, at most 123 bytes",

	"blackHole.direction": `bytes that vanish while TCP stays up: "" none, "up" from the client, "down" to it, "both"; acts on the links that exist`,
	"blackHole.newDials":  "links dialled later vanish too, after their handshake",
	"blackHole.keep":      "hold the bytes back and deliver them when the hole is lifted",

	"pings.mute":      `leave {"type":"ping"}, PING and ping frames unanswered`,
	"pings.muteAfter": "with mute: answers given on each link before that",

	"up.delayMs":          "ms that bytes from the client are late",
	"up.jitterMs":         "0 to this many ms more, by seeded dice; order is kept",
	"up.bytesPerSecond":   "limit from the client; 0: none",
	"down.delayMs":        "ms that bytes to the client are late",
	"down.jitterMs":       "0 to this many ms more, by seeded dice; order is kept",
	"down.bytesPerSecond": "limit to the client; 0: none",
}

// FaultsHelp returns a table of all faults: JSON name, type, meaning.
func FaultsHelp() string {
	var b strings.Builder
	for _, f := range faultFields() {
		fmt.Fprintf(&b, "%-20s %-7s %s\n", f[0], f[1], faultDocs[f[0]])
	}
	return b.String()
}

// faultFields lists JSON name and type of each field of Faults.
func faultFields() (fields [][2]string) {
	for _, group := range reflect.VisibleFields(reflect.TypeFor[Faults]()) {
		for _, f := range reflect.VisibleFields(group.Type) {
			kind := f.Type.Kind().String()
			fields = append(fields, [2]string{fieldName(group) + "." + fieldName(f), kind})
		}
	}
	return fields
}
