package core_test

import (
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core"
)

// "The narrowest range of a table that holds the code", its ends included; of
// two that are as narrow the first.
func TestVerdictOf(t *testing.T) {
	table := []core.CodeRange{
		{From: 4000, To: 4999, Verdict: core.ComeBack}, {From: 4100, To: 4199, Verdict: core.Slow}, {From: 4150, To: 4249, Verdict: core.Refresh},
		{From: 4150, To: 4150, Verdict: core.Stop}, {From: 0, To: 65535, Verdict: core.Slow},
	}
	for code, want := range map[int]core.Verdict{
		0: core.Slow, 3999: core.Slow, 65535: core.Slow, 4000: core.ComeBack, 4099: core.ComeBack, 4100: core.Slow, 4149: core.Slow,
		4150: core.Stop, 4151: core.Slow, 4199: core.Slow, 4200: core.Refresh, 4249: core.Refresh, 4250: core.ComeBack, 4999: core.ComeBack,
		65536: core.ByCode, -1: core.ByCode,
	} {
		if got := core.VerdictOf(table, code); got != want {
			t.Errorf("%d: %v, want %v", code, got, want)
		}
	}
}
