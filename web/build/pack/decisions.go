package pack

// decisions is what docs/size.md says of the choices that were made by
// measurement. Whoever measures again corrects it here.
const decisions = `
## Choices

- **One first script.** A page waits for its bytes: on a link of 500 kbit/s a
  kB of them takes 16 ms. The class with its members and its checks alone,
  which throw while the constructor runs, makes more than the whole bundle of
  partysocket (docs/benchmark.md has its size), and has no connection yet. A native
  WebSocket behind a script of as many bytes that does nothing (native-floor there) opens
  later than that bundle on such a link: there no division into two scripts would dial as
  soon, unless members or checks came later. On 4G it opens sooner, and two scripts would
  come level: a mock of such a pair, 3.85 kB that check, dial and ask for the second, 2.6 kB
  that do nothing, opened after 1.002 (0.998–1.003) of partysocket's time, as against
  1.006 (1.004–1.010) as it is. Near by it took the page's main thread more work than partysocket,
  1.034 (1.016–1.047); as it is, 1.020 (0.992–1.035). And more than 6 kB would have to be
  there before open, which is the bound: the two parts, each compressed alone, have more
  already (the table above), without what joins them. Two milliseconds of half a second are
  not worth that, nor a file more without which there is no connection. A page that
  dials in a line of its own need not wait for any script (README, “Open sooner”).
- **ASCII.** One letter beyond it makes a browser keep a whole script in two bytes
  a letter, while the page lives, and shows wrong in a page of another encoding than
  UTF-8, where the server names none for the script. Escaped it is smaller, too.
- **No compile hint.** A line at its head would have Chromium compile all functions of
  websocket-reconnect.js at once (1.2 ms); those that run before the
  dial take 0.8 ms to be compiled when each is called, and a page waits for them alone.
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
