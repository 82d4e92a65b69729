//go:build js && wasm

package jsbridge

import (
	"runtime"
	"runtime/debug"
	"syscall/js"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core"
)

// values counts what wasm_exec.js holds for Go, after a garbage collection.
func values(t *testing.T) (held, table int) {
	t.Helper()
	collect()
	object := runtimeObject(t)
	table = object.Get("_values").Length()
	return table - object.Get("_idPool").Length(), table
}

// collect frees what can be freed: a value's finalizer runs in a goroutine of
// its own, after the collection that found it unreachable.
func collect() {
	for range 3 {
		runtime.GC()
		done := make(chan bool)
		canary := new([16]byte)
		runtime.SetFinalizer(canary, func(*[16]byte) { close(done) })
		canary = nil
		runtime.GC()
		<-done
	}
}

// A page steps the core for days. Nothing may be left behind by a step: no
// value in wasm_exec.js's table, no callback, no Go memory.
func TestStepsLeaveNothingBehind(t *testing.T) {
	callbacks := countCallbacks(t)
	h := serve(t)
	h.send(t, create(1)...)
	send := js.Global().Get("Function").New("step", "bytes", "n", `
		const array = new Uint8Array(4096);
		let length;
		for (let i = 0; i < n; i++) array.set(bytes), length = step(array, bytes.length);
		return length`)
	idle := bytesIn([]float64{1})
	busy := bytesIn(message(1, core.Connect, 1))
	run := func(n int) {
		for _, bytes := range []js.Value{idle, busy} {
			if length := send.Invoke(h.step, bytes, n).Int(); length < 2*floatSize {
				t.Fatalf("an answer of %d bytes", length)
			}
		}
	}
	run(100)
	held, _ := values(t)
	before := callbacks()
	heap := heapInUse()
	run(5000) // of each kind
	heldAfter, table := values(t)
	if heldAfter > held+10 {
		t.Errorf("wasm_exec.js holds %d values after 10,000 steps, %d before", heldAfter, held)
	}
	if after := callbacks(); after != before {
		t.Errorf("10,000 steps made %d callbacks", after-before)
	}
	if grown := heapInUse() - heap; grown > 64<<10 {
		t.Errorf("the Go heap grew by %d bytes over 10,000 steps", grown)
	}
	if table > 22_000 { // the call and its arguments; the array is known
		t.Errorf("wasm_exec.js had to hold %d values for 10,000 steps", table)
	}
	t.Logf("values: %d held, table of %d; heap %d bytes", heldAfter, table, heapInUse())
}

// A page may have thousands of clients, and the module's memory never shrinks:
// one takes about a kilobyte of it, and asking for the dump of a crowd next to
// nothing.
func TestMemoryOfAClient(t *testing.T) {
	const clients, each, dumped = 2000, 1100, 200_000
	h := serve(t)
	before := heapInUse()
	for id := range clients {
		h.send(t, append(create(float64(id+1)), message(1, core.Connect, float64(id+1))[1:]...)...)
	}
	after := heapInUse()
	if grown := (after - before) / clients; grown > each || grown < 100 {
		t.Errorf("a client takes %d bytes, want at most %d", grown, each)
	}
	const most = 16384
	h.send(t, message(1, opOf("Dump"), 0, most)...)
	if grown := heapInUse() - after; grown > dumped {
		t.Errorf("the dump of a crowd takes %d bytes, want at most %d", grown, dumped)
	}
}

// Between collections values pile up, but not without bound: with the
// collector's pace that web/src/host.ts sets, and steps that come from the event
// loop, as a page's do.
func TestFewValuesGatherBetweenCollections(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(20))
	h := serve(t)
	h.send(t, create(1)...)
	collect()
	const steps = 40_000
	done := make(chan bool)
	finished := js.FuncOf(func(js.Value, []js.Value) any { close(done); return nil })
	defer finished.Release()
	peak := js.Global().Get("Function").New("step", "bytes", "n", "finished", "go", `
		const peak = {held: 0};
		const array = new Uint8Array(4096);
		const turn = () => {
			for (let i = 0; i < 10; i++) array.set(bytes), step(array, bytes.length);
			peak.held = Math.max(peak.held, go._values.length - go._idPool.length);
			if ((n -= 10) > 0) setImmediate(turn); else finished();
		};
		setImmediate(turn);
		return peak`).Invoke(h.step, bytesIn(message(1, core.Connect, 1)), steps, finished, runtimeObject(t))
	<-done
	held := peak.Get("held").Int()
	t.Logf("at most %d values held in %d steps", held, steps)
	if held > steps/2 { // by default it is more than steps
		t.Errorf("wasm_exec.js held %d values within %d steps", held, steps)
	}
}

// A step allocates little: the garbage collector of a page that is idle but for
// heartbeats has nothing to do.
func TestStepAllocatesLittle(t *testing.T) {
	h := serve(t)
	h.send(t, create(1)...)
	bytes := bytesIn(message(1, core.Connect, 1))
	step := func() { h.step.Invoke(bytes, bytes.Length()) }
	step()
	n := testing.AllocsPerRun(500, step)
	t.Logf("%v allocations per step, with those of the test's own call", n)
	if n > 40 {
		t.Errorf("%v allocations per step", n)
	}
}

// countCallbacks counts calls of what syscall/js makes a js.Func with.
func countCallbacks(t *testing.T) (count func() int) {
	t.Helper()
	counter := js.Global().Get("Function").New(`
		const make = Go.prototype._makeFuncWrapper;
		const counter = {made: 0, restore() { Go.prototype._makeFuncWrapper = make }};
		Go.prototype._makeFuncWrapper = function (id) { counter.made++; return make.call(this, id) };
		return counter`).Invoke()
	t.Cleanup(func() { counter.Call("restore") })
	js.FuncOf(func(js.Value, []js.Value) any { return nil }).Release()
	if made := counter.Get("made").Int(); made != 1 {
		t.Fatalf("one callback was made, %d were counted", made)
	}
	return func() int { return counter.Get("made").Int() }
}

func heapInUse() int64 {
	collect()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
