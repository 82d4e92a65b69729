// Package contract is the one place where the public surface is written down:
// every option with its unit, range, default and meaning, every event, state,
// error code and drop reason, and every message between the page and the core.
//
// What repeats them is generated (go generate ./core/contract):
//
//	core/contract.gen.go             the core's Config and enumerations
//	core/port/contract.gen.go        the port's numbers and the config's decoder
//	web/src/contract.gen.ts          the same numbers, and the option schema
//	web/types/websocket-reconnect.d.ts
//	README.md, docs/                 the tables between "contract:" markers
//
// The package is read by the generator and by tests only; it is not linked
// into the WebAssembly module.
package contract

//go:generate go run ./gen

// A Kind is the type of an option's value.
type Kind string

const (
	Millis   Kind = "ms"       // a number of milliseconds
	Count    Kind = "count"    // a whole number
	Bytes    Kind = "bytes"    // a whole number of bytes
	Factor   Kind = "factor"   // a number
	Jitter   Kind = "jitter"   // 0 to 1, a mode's name, or a function, which to the core is the mode after the last name
	Choice   Kind = "choice"   // one of Values
	Switch   Kind = "switch"   // true or false
	URL      Kind = "url"      // a string, a URL or a WebSocket
	Names    Kind = "names"    // a string or an array of strings
	Object   Kind = "object"   // an object, passed through
	Message  Kind = "message"  // what send takes, or an object that is sent as JSON
	Causes   Kind = "causes"   // an array of error codes; to the core a set of core.Class
	Label    Kind = "label"    // a string; to the core a number that stands for it, 0 for none
	Matcher  Kind = "matcher"  // a string, an object or a function
	Ranges   Kind = "ranges"   // a string or an array of strings: close codes
	Hook     Kind = "hook"     // a function
	Codes    Kind = "codes"    // an object of verdicts by close code
	Subtable Kind = "subtable" // an object with options of its own
)

// An Option is one property of the options object.
type Option struct {
	Name    string   // with its subtable: "queue.maxBytes"
	Kind    Kind     //
	Type    string   // in TypeScript
	Default string   // as a JavaScript literal; "" for none
	Min     float64  // of a number
	Max     float64  // of a number; 0: see Most
	Endless bool     // Infinity is allowed
	Off     string   // what false means; "": false is not allowed
	Limit   string   // of a Subtable with Off: its option that is Infinity when it is off
	Values  []string // of a Choice, or the names that a Jitter takes
	Field   string   // of core.Config; "": the core need not know
	GoType  string   // of a Choice's Field
	DropIn  string   // the default when constructed as a WHATWG WebSocket, if it differs
	Doc     string   // what it does; complete sentences
}

// Most is the upper bound of a number: spans are bounded by what a browser's
// timer can count, 24.8 days.
func (o Option) Most() float64 {
	if o.Max == 0 && o.Kind == Millis {
		return 1<<31 - 1
	}
	return o.Max
}

// A Name is a member of an enumeration. Text is its spelling at run time.
type Name struct{ Go, Text, Doc string }

// A CloseCode is a range of close codes and what they mean: the Go name of a
// Verdict.
type CloseCode struct {
	From, To     int
	Verdict, Doc string
}

// An Event is dispatched by a client.
type Event struct {
	Name    string
	Payload string // what on(name, listener) passes, in TypeScript
	Event   string // what addEventListener(name, listener) passes, in TypeScript
	Doc     string
}

// An Op is a message on the port. Its arguments are numbers.
type Op struct {
	Name string
	Args string
	Doc  string
}
