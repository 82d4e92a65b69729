// Command faultserver runs a WebSocket server whose faults are steered over
// HTTP. Run it in CI next to what you test; see -h.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/websocket-reconnect/websocket-reconnect/e2e/faultserver"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

const intro = `faultserver: a WebSocket server with every fault on demand.

It listens on two addresses. Pages and clients under test connect to the link,
which misbehaves as told. The control server never does: it serves the mounts
and takes orders under /control/.

  faultserver -mount /=dist &
  curl -X PATCH localhost:8080/control/faults -d '{"down":{"delayMs":200}}'
  curl -X POST localhost:8080/control/kill
  curl -X POST localhost:8080/control/revive
  curl localhost:8080/control/record

On the link, /ws and /echo send messages back, /sink swallows them,
/feed?every=MS sends {"type":"feed","n":1} and so on, and /count?every=MS sends
{"type":"count","n":1} and goes on counting on the client's next link. Each
answers {"type":"drained"} by a close frame, and
{"type":"ping"} by {"type":"pong"} and PING by PONG. Add ?client=NAME to have
links counted by client.

It stops on SIGINT or SIGTERM with status 0. A bad flag gives status 2, an
address in use status 1. There is no access control: keep it on loopback.

Flags:
`

type mounts []string

func (m *mounts) String() string     { return strings.Join(*m, " ") }
func (m *mounts) Set(s string) error { *m = append(*m, s); return nil }

// run is main without the process: it returns the exit status when ctx ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("faultserver", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(flags.Output(), intro)
		flags.PrintDefaults()
		fmt.Fprint(flags.Output(), "\n", faultserver.RoutesHelp)
	}
	var (
		opts   faultserver.Options
		dirs   mounts
		faults string
		print  bool
	)
	flags.StringVar(&opts.Control, "control", "127.0.0.1:8080", "`address` of the control server; port 0 takes a free one")
	flags.StringVar(&opts.Link, "link", "127.0.0.1:8081", "`address` of the link; port 0 takes a free one")
	flags.Var(&dirs, "mount", "serve a directory: `prefix=dir`; may be repeated")
	flags.StringVar(&faults, "faults", "", "faults to begin with, as `JSON`; see -print-faults")
	flags.Uint64Var(&opts.Seed, "seed", 1, "`number` that the jitter is drawn from")
	flags.BoolVar(&print, "print-faults", false, "explain all faults and exit")
	for _, arg := range args { // help that was asked for is output, not an error
		if arg == "-h" || arg == "-help" || arg == "--help" {
			flags.SetOutput(stdout)
		}
	}
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() > 0:
		fmt.Fprintf(stderr, "faultserver: unexpected argument %q: only flags are allowed, see -h\n", flags.Arg(0))
		return 2
	}
	if print {
		fmt.Fprint(stdout, faultserver.FaultsHelp())
		return 0
	}
	if faults != "" {
		f, err := faultserver.ParseFaults([]byte(faults))
		if err != nil {
			fmt.Fprintf(stderr, "faultserver: -faults: %v\n", err)
			return 2
		}
		opts.Faults = f
	}
	return serve(ctx, opts, dirs, stdout, stderr)
}

func serve(ctx context.Context, opts faultserver.Options, dirs mounts, stdout, stderr io.Writer) int {
	s, err := faultserver.New(opts)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	defer s.Close()
	for _, m := range dirs {
		prefix, dir, ok := strings.Cut(m, "=")
		if !ok {
			fmt.Fprintf(stderr, "faultserver: -mount: %q: must be prefix=dir, such as /=dist\n", m)
			return 2
		}
		if err := s.Mount(prefix, dir); err != nil {
			fmt.Fprintln(stderr, err)
			return 2
		}
	}
	fmt.Fprintf(stdout, "control %s\nlink %s\n", s.ControlURL(), s.URL())
	<-ctx.Done()
	return 0
}
