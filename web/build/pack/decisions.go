package pack

// decisions is what docs/size.md says of the choices that were made by
// measurement. Whoever measures again corrects it here.
const decisions = `
## Choices

- **One first script.** A page waits for its bytes: on a link of 500 kbit/s a
  kB of them takes 16 ms. The class with its members and its checks alone,
  which throw while the constructor runs, makes more than the whole bundle of
  partysocket (docs/benchmark.md has its size), and has no connection yet. So
  no division into two scripts would dial as soon as that bundle does, unless
  members or checks came later: a native WebSocket behind a script of as many
  bytes that does nothing (native-floor there) opens later than it on such a link. A page
  that dials in a line of its own need not wait for any script (README, “Open sooner”).
- **The first line of websocket-reconnect.js** has Chromium compile all of its functions
  while it is read, on another thread. Called for the first time, each would
  be compiled on the page's thread, some sixty of them until the first echo: with
  the line that thread works 2.8 and 3.7 ms less in all (medians of two runs
  with 90 cold pages each way). By the clock it gives nothing where two cores are
  busy with a new page: the script begins 2 to 3 ms later (11.1 and 9.9 ms after
  its last byte instead of 8.9 and 7.2, two runs of 96 pages), and the socket
  opens as soon as without. It takes 20 bytes. The ES module has no such line,
  because it would hold for the rest of an application's bundle too.
- **Inlining.** Without it in package runtime a step of the machine takes the
  same time under Node, within the noise of the machine (enqueue 111 to 128 ns,
  reconnect and open 328 to 386 ns), and a crossing from JavaScript 34 µs
  instead of 32. Without it anywhere a step takes 1.4 to 1.8 times as long, and
  a crossing 51 µs, for a few kB more.
- **GOWASM=satconv,signext** makes the module 0.4 kB larger.
- **math/rand/v2** stays: its five functions are 2.8 kB of code before
  compression. errors, sync and the rest that core and safejs use are smaller
  still, or are linked by syscall/js anyway. Four fifths of the code is package
  runtime, and a 30th is internal/strconv, with which it prints numbers.
- **brotli** runs at quality 11 with a window of 16 MiB, more than the module.
  Its large windows are no option: browsers do not take them.
- **wasm-opt** gives nothing, and would be one more tool.
- The name, producers and build id sections go. ` + "`go run ./web/build -debug`" + `
  keeps them and all tables, for profilers and tracebacks.

## What the slimmed module has lost

Tracebacks, runtime.Caller and runtime.FuncForPC know no names, files and
lines. All else is as before: the text of panics, with that of runtime errors;
which frame may recover; the collector; growing stacks. A program made for it
(web/build/slim/testdata/torture) prints the same before and after, and
everything that is tested in browsers is the slimmed module.
`
