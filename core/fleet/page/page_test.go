package page

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core/fleet"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

func report(t *testing.T) string {
	t.Helper()
	cfg := fleet.DefaultConfig()
	cfg.Clients, cfg.Server.Admit = 200, 20
	var policies []fleet.Policy
	var reports []fleet.Report
	for _, name := range []string{"default", "signalr"} {
		p, _ := fleet.Find(name)
		p.Doc += " </script> & {{style}}"
		cfg.Policy = p
		policies, reports = append(policies, p), append(reports, fleet.Run(cfg, nil))
	}
	var b strings.Builder
	if err := Write(&b, "a <storm> & its end", cfg, policies, reports); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The page is whole: it loads nothing, and no text breaks out of its place.
func TestReportStandsAlone(t *testing.T) {
	text := report(t)
	if loads := regexp.MustCompile(`(?i)<(script|link|img|iframe)[^>]*(src|href)\s*=|@import|url\(`).FindAllString(text, -1); loads != nil {
		t.Errorf("the report loads something: %q", loads)
	}
	if n := strings.Count(text, "</script>"); n != 3 {
		t.Errorf("%d scripts end, 3 begin", n)
	}
	if !strings.Contains(text, "a &lt;storm&gt; &amp; its end") {
		t.Error("the scenario is not shown, or not escaped")
	}
	if regexp.MustCompile(`\{\{(scenario|data|script|uplot\.js|uplot\.css)\}\}`).MatchString(text) {
		t.Error("a placeholder is left")
	}
}

func TestReportHoldsTheRuns(t *testing.T) {
	_, rest, _ := strings.Cut(report(t), `id="data">`)
	data, _, _ := strings.Cut(rest, "</script>")
	var got struct {
		Clients int
		Outage  float64
		Runs    []struct {
			Policy string
			Ours   bool
			Step   float64
			Series fleet.Series
		}
	}
	if err := json.Unmarshal([]byte(data), &got); err != nil {
		t.Fatal(err)
	}
	if got.Clients != 200 || got.Outage != 30 || len(got.Runs) != 2 || !got.Runs[0].Ours || got.Runs[1].Ours || got.Runs[1].Policy != "signalr" {
		t.Errorf("the report holds %+v", got)
	}
	for _, r := range got.Runs {
		if n := len(r.Series.Dials); n == 0 || n > points || n != len(r.Series.Connected) || n != len(r.Series.Queue) {
			t.Errorf("%s: %d points of dials, %d, %d", r.Policy, n, len(r.Series.Connected), len(r.Series.Queue))
		}
	}
}

// Thinning keeps the peaks: what is drawn is what the table says.
func TestThinKeepsPeaks(t *testing.T) {
	series := []int32{1, 9, 2, 3, 4, 5, 7}
	if got := thin(series, 3, true); len(got) != 3 || got[0] != 9 || got[1] != 5 || got[2] != 7 {
		t.Errorf("highest of three: %v", got)
	}
	if got := thin(series, 3, false); len(got) != 3 || got[0] != 2 || got[1] != 5 || got[2] != 7 {
		t.Errorf("last of three: %v", got)
	}
}

// The demo draws with the same library.
func TestSameLibraryAsTheDemo(t *testing.T) {
	for _, name := range []string{"uPlot.iife.min.js", "uPlot.min.css", "LICENSE"} {
		demo, err := os.ReadFile("../../../web/demo/vendor/uplot/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if string(demo) != text("uplot/"+name) {
			t.Errorf("%s is not the demo's", name)
		}
	}
}

func TestSmallRatesAndRoundSpans(t *testing.T) {
	for span, want := range map[tick.Duration]string{
		119_999 * tick.Millisecond: "2 min", 100 * tick.Second: "1 min 40 s", 61_500 * tick.Millisecond: "1 min 1.5 s",
	} {
		if got := Words(span); got != want {
			t.Errorf("%d µs: %q, want %q", span, got, want)
		}
	}
	for rate, want := range map[float64]string{0.5: "0.5", 1000: "1,000", 2.25: "2.25"} {
		if got := Rate(rate); got != want {
			t.Errorf("%v: %q", rate, got)
		}
	}
}
