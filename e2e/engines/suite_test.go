package engines

import (
	"context"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

var write = flag.Bool("write", false, "write into docs/engines.md what the engines come to")

// silence is how long an engine may take for one test, or to start. One that
// passes never does.
const silence = 2 * time.Minute

// TestSuite runs the suite in the engines that ENGINES names.
func TestSuite(t *testing.T) {
	if os.Getenv("E2E") == "" {
		t.Skip("set E2E=1 to run the suite (make e2e, make test-browsers, make test-runtimes)")
	}
	wanted := strings.FieldsFunc(os.Getenv("ENGINES"), func(r rune) bool { return r == ',' || r == ' ' })
	if len(wanted) == 0 {
		wanted = []string{"chromium", "node"}
	}
	for _, name := range wanted {
		i := slices.IndexFunc(all, func(e engine) bool { return e.name == name })
		if i < 0 {
			t.Fatalf("ENGINES names %q, which is none", name)
		}
		t.Run(name, func(t *testing.T) { all[i].run(t) })
	}
}

// run runs the suite in one engine: each test that it reports is a subtest.
func (e engine) run(t *testing.T) {
	s := newSite(t)
	e.start(t, s)
	came := tally{reasons: map[string][]string{}}
	for {
		ctx, cancel := context.WithTimeout(context.Background(), silence)
		r, err := s.next(ctx)
		cancel()
		if err != nil {
			t.Fatalf("nothing was heard for %v, after %d tests", silence, came.passed+came.failed)
		}
		if r.Done {
			if r.Failure != "" {
				t.Fatalf("the suite did not come to its end: %s", r.Failure)
			}
			came.agent = r.Agent
			break
		}
		t.Run(r.Placement+"/"+r.Name, func(t *testing.T) {
			came.count(r)
			switch {
			case r.Failure != "":
				t.Error(r.Failure)
			case r.Skipped != "":
				t.Skip(r.Skipped)
			case r.Note != "":
				t.Logf("%d ms, %s", r.MS, r.Note)
			}
		})
	}
	t.Logf("%s: %d passed, %d failed, %d cannot be done", came.agent, came.passed, came.failed, came.skipped)
	if !t.Failed() {
		compare(t, e.name, came)
	}
}

// A tally is what an engine comes to.
type tally struct {
	agent          string
	passed, failed int
	skipped        int
	reasons        map[string][]string // why, and the names of those tests
}

func (c *tally) count(r report) {
	switch {
	case r.Failure != "":
		c.failed++
	case r.Skipped != "":
		c.skipped++
		c.reasons[r.Skipped] = append(c.reasons[r.Skipped], r.Name)
	default:
		c.passed++
	}
}
