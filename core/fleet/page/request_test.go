package page

import (
	"errors"
	"strings"
	"testing"
)

const asked = `{"clients":30000,"outage":2,"admit":3000,"backlog":511,"toll":0,"latency":0.04,"horizon":60,"seed":1,"drop":"reset","dials":"refuse",
	"options":"{\"jitter\":\"full\"}","policies":["signalr"]}`

func TestAnswer(t *testing.T) {
	shares := map[string]float64{}
	html, err := Answer([]byte(asked), func(policy string, place, of int, share float64) bool {
		if share < shares[policy] || share > 1 || place >= of || of != 2 {
			t.Errorf("%s: %d of %d, share %v after %v", policy, place, of, share, shares[policy])
		}
		shares[policy] = share
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"policy":"yours"`, `"policy":"signalr"`, "30,000 clients lose their connections"} {
		if !strings.Contains(html, part) {
			t.Errorf("the report lacks %s", part)
		}
	}
	if len(shares) != 2 {
		t.Errorf("progress told of %v, want two policies", shares)
	}
}

func TestAnswerStops(t *testing.T) {
	calls := 0
	_, err := Answer([]byte(asked), func(string, int, int, float64) bool { calls++; return false })
	if !errors.Is(err, ErrStopped) || calls != 1 {
		t.Errorf("%v after %d calls, want ErrStopped after one", err, calls)
	}
}

func TestAnswerRefuses(t *testing.T) {
	for _, bad := range []struct{ old, new, want string }{
		{`"clients":30000`, `"clients":0`, "0 clients; a page can simulate 1 to 200,000"},
		{`"clients":30000`, `"clients":2000000`, "2000000 clients"},
		{`"clients":30000`, `"clients":"x"`, "cannot be read"},
		{`"admit":3000`, `"admit":0`, "admission of 0 a second"},
		{`"drop":"reset"`, `"drop":"fall"`, `"fall"; it must be one of`},
		{`"dials":"refuse"`, `"dials":""`, `""; it must be one of`},
		{`["signalr"]`, `["carrier pigeon"]`, `no policy is named "carrier pigeon"`},
		{`\"jitter\"`, `\"jiter\"`, "unknown option jiter"},
		{`"horizon":60`, `"horizon":1e300`, "the horizon is"},
	} {
		_, err := Answer([]byte(strings.Replace(asked, bad.old, bad.new, 1)), func(string, int, int, float64) bool { return true })
		if err == nil || !strings.Contains(err.Error(), bad.want) {
			t.Errorf("%s: %v, want %q", bad.new, err, bad.want)
		}
	}
	nothing := strings.Replace(strings.Replace(asked, `["signalr"]`, `[]`, 1), `{\"jitter\":\"full\"}`, " ", 1)
	if _, err := Answer([]byte(nothing), nil); err == nil || !strings.Contains(err.Error(), "nothing to simulate") {
		t.Errorf("%v", err)
	}
}
