package page

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/websocket-reconnect/websocket-reconnect/core/fleet"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// maxRequested is the largest fleet that a browser is asked to simulate: it
// takes some 200 MB there.
const maxRequested = 200_000

// A Request is what a person asks of a page: a scenario, and the policies to
// compare in it. Times are in seconds.
type Request struct {
	Clients    int      `json:"clients"`
	Outage     float64  `json:"outage"`
	RetryAfter float64  `json:"retryAfter"`
	Spread     float64  `json:"spread"`
	Admit      float64  `json:"admit"`
	Backlog    int      `json:"backlog"`
	Toll       float64  `json:"toll"`
	Latency    float64  `json:"latency"`
	Horizon    float64  `json:"horizon"`
	Seed       uint64   `json:"seed"`
	Drop       string   `json:"drop"`
	Dials      string   `json:"dials"`
	Options    string   `json:"options"`  // JSON, as for the constructor; "": not compared
	Policies   []string `json:"policies"` // names, compared beside the options
}

// ErrStopped is what Answer returns when progress has ended it.
var ErrStopped = errors.New("stopped")

// Answer simulates what a Request, as JSON, asks for, and returns the report as
// an HTML page. progress is called now and then with the policy at work, its
// place among so many, and the share of its virtual time that has passed; it
// ends the work by returning false. A request that makes no sense is an error
// that says why.
func Answer(request []byte, progress func(policy string, place, of int, share float64) bool) (string, error) {
	var r Request
	if err := json.Unmarshal(request, &r); err != nil {
		return "", fmt.Errorf("the request cannot be read: %w", err)
	}
	cfg, err := r.config()
	if err != nil {
		return "", err
	}
	policies, err := r.policies()
	if err != nil {
		return "", err
	}
	reports := make([]fleet.Report, len(policies))
	for i, p := range policies {
		cfg.Policy = p
		if err := cfg.Check(); err != nil {
			return "", err
		}
		reports[i] = fleet.Run(cfg, func(done, total tick.Duration) bool {
			return progress(p.Name, i, len(policies), float64(done)/float64(total))
		})
		if reports[i].Stopped {
			return "", ErrStopped
		}
	}
	var b strings.Builder
	if err := Write(&b, Scenario(cfg), cfg, policies, reports); err != nil {
		return "", err
	}
	return b.String(), nil
}

func (r *Request) config() (fleet.Config, error) {
	cfg := fleet.DefaultConfig()
	if r.Clients < 1 || r.Clients > maxRequested {
		return cfg, fmt.Errorf("%d clients; a page can simulate 1 to %s", r.Clients, Thousands(maxRequested))
	}
	cfg.Clients, cfg.Seed = r.Clients, r.Seed
	cfg.Outage.Length, cfg.Horizon = seconds(r.Outage), seconds(r.Horizon)
	cfg.Outage.RetryAfter, cfg.Outage.Spread = seconds(r.RetryAfter), seconds(r.Spread)
	cfg.Server.Admit, cfg.Server.Backlog, cfg.Server.Toll = r.Admit, r.Backlog, r.Toll
	cfg.Network.Latency = seconds(r.Latency)
	if err := cfg.Outage.Drop.UnmarshalText([]byte(r.Drop)); err != nil {
		return cfg, err
	}
	return cfg, cfg.Outage.Dials.UnmarshalText([]byte(r.Dials))
}

func (r *Request) policies() ([]fleet.Policy, error) {
	var all []fleet.Policy
	if strings.TrimSpace(r.Options) != "" {
		machine, err := fleet.ParseOptions([]byte(r.Options))
		if err != nil {
			return nil, err
		}
		all = append(all, fleet.Policy{Name: "yours", Doc: strings.TrimSpace(r.Options), Machine: &machine})
	}
	for _, name := range r.Policies {
		p, ok := fleet.Find(name)
		if !ok {
			return nil, fmt.Errorf("no policy is named %q", name)
		}
		all = append(all, p)
	}
	if len(all) == 0 {
		return nil, errors.New("nothing to simulate: give options, or choose a policy")
	}
	return all, nil
}

func seconds(s float64) tick.Duration { return tick.Duration(s * float64(tick.Second)) }
