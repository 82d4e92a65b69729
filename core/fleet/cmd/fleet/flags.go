package main

import (
	"flag"
	"fmt"
	"io"
	"runtime"
	"strings"
	"time"

	"github.com/websocket-reconnect/websocket-reconnect/core/fleet"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// options are what the flags say.
type options struct {
	cfg             fleet.Config
	policies        []fleet.Policy
	parallel        int
	csv, json, html string
	search          bool
	document        string
	profile         string
}

func readFlags(args []string, out io.Writer) (options, error) {
	o := options{cfg: fleet.DefaultConfig()}
	f := flag.NewFlagSet("fleet", flag.ContinueOnError)
	f.SetOutput(out)
	f.IntVar(&o.cfg.Clients, "clients", o.cfg.Clients, "how many `clients`")
	f.Uint64Var(&o.cfg.Seed, "seed", o.cfg.Seed, "of all dice")
	span(f, &o.cfg.Outage.Length, "outage", "how long the server is away")
	f.TextVar(&o.cfg.Outage.Drop, "drop", fleet.Reset, "how connections end: reset (1006), restart (1012) or silent")
	f.TextVar(&o.cfg.Outage.Dials, "dials", fleet.Refuse, "what becomes of dials meanwhile: refuse, lose or hang")
	span(f, &o.cfg.Outage.RetryAfter, "retry-after", "with -drop restart: how long the server asks its clients to wait")
	span(f, &o.cfg.Outage.Spread, "spread", "with -drop restart: over how long, from then on, it asks them to come back")
	f.Float64Var(&o.cfg.Server.Admit, "admit", o.cfg.Server.Admit, "`clients` that the server lets in per second")
	f.Float64Var(&o.cfg.Server.Burst, "burst", 0, "`clients` that it lets in at once after a quiet time; 0: a tenth of a second's worth")
	f.IntVar(&o.cfg.Server.Backlog, "backlog", o.cfg.Server.Backlog, "`dials` that may wait in its accept queue")
	f.TextVar(&o.cfg.Server.Overflow, "overflow", fleet.Refuse, "what becomes of a dial that finds the queue full: refuse, lose or hang")
	f.Float64Var(&o.cfg.Server.Toll, "toll", 0, "what turning a dial away costs the server, as a `share` of an admission")
	span(f, &o.cfg.Network.Latency, "latency", "one way, of the median client")
	f.Float64Var(&o.cfg.Network.Spread, "latency-spread", o.cfg.Network.Spread, "how latencies differ: standard deviation of the logarithm")
	span(f, &o.cfg.Network.Jitter, "latency-jitter", "how much longer a message may take")
	f.IntVar(&o.cfg.Network.RoundTrips, "round-trips", o.cfg.Network.RoundTrips, "from a dial to its open")
	f.Float64Var(&o.cfg.Offline.Share, "offline", 0, "`share` of the clients whose own network is gone too")
	span(f, &o.cfg.Offline.Length, "offline-for", "how long it is")
	span(f, &o.cfg.Horizon, "horizon", "how long after the server's return to look")
	f.BoolVar(&o.cfg.Full, "full", false, "go on to the horizon even when nothing but heartbeats is left")
	names := f.String("policy", "all", "`names`, separated by commas; all; or list, to see what there is")
	own := f.String("options", "", "a policy of your own: the options of a WebSocketReconnect as `JSON`")
	f.BoolVar(&o.search, "search", false, "look for the options that suit this server, and print the best")
	f.StringVar(&o.csv, "csv", "", "write the table to `file` (- for standard output)")
	f.StringVar(&o.json, "json", "", "write everything, the course of each run included, to `file`")
	f.StringVar(&o.html, "html", "", "write a page with charts to `file`")
	f.StringVar(&o.document, "doc", "", "make anew the tables of a Markdown `file`, each with the flags that stand above it")
	f.IntVar(&o.parallel, "parallel", runtime.NumCPU(), "how many `fleets` are simulated at a time; each of a million clients takes 2 GB")
	f.StringVar(&o.profile, "cpuprofile", "", "write a CPU profile to `file`")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if f.NArg() > 0 {
		return o, fmt.Errorf("%q is not a flag", f.Arg(0))
	}
	if file := o.csv + o.json + o.html; o.search && file != "" {
		return o, fmt.Errorf("-search prints what it has found; -csv, -json and -html are of no use with it")
	}
	if *names == "list" {
		for _, p := range fleet.Policies() {
			fmt.Fprintf(out, "%-24s %s\n", p.Name, p.Doc)
		}
		return o, flag.ErrHelp
	}
	if err := o.choose(*names, *own, set(f, "policy")); err != nil {
		return o, err
	}
	o.cfg.Policy = o.policies[0]
	return o, o.cfg.Check()
}

// choose finds the policies. Options of one's own stand first, beside what was
// asked for.
func (o *options) choose(names, own string, asked bool) error {
	if own != "" {
		cfg, err := fleet.ParseOptions([]byte(own))
		if err != nil {
			return err
		}
		o.policies = append(o.policies, fleet.Policy{Name: "yours", Doc: own, Machine: &cfg})
		if !asked {
			names = "default"
		}
	}
	if names == "all" {
		o.policies = append(o.policies, fleet.Policies()...)
		return nil
	}
	for name := range strings.SplitSeq(names, ",") {
		p, ok := fleet.Find(strings.TrimSpace(name))
		if !ok {
			return fmt.Errorf("no policy %q; -policy list shows what there is", name)
		}
		o.policies = append(o.policies, p)
	}
	return nil
}

func set(f *flag.FlagSet, name string) (is bool) {
	f.Visit(func(g *flag.Flag) { is = is || g.Name == name })
	return is
}

// span is a flag for a tick.Duration, written as the time package does: 1m30s.
func span(f *flag.FlagSet, d *tick.Duration, name, usage string) {
	f.Func(name, fmt.Sprintf("%s, as a `duration` (default %v)", usage, time.Duration(*d)*time.Microsecond), func(text string) error {
		t, err := time.ParseDuration(text)
		*d = tick.Duration(t.Microseconds())
		return err
	})
}
