package core_test

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"testing"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/backoff"
	"github.com/websocket-reconnect/websocket-reconnect/core/breaker"
	"github.com/websocket-reconnect/websocket-reconnect/core/contract"
	"github.com/websocket-reconnect/websocket-reconnect/core/queue"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// The names that users see are those of the contract, in its order.
func TestNamesAreTheContracts(t *testing.T) {
	texts := func(names []contract.Name) (texts []string) {
		for _, n := range names {
			texts = append(texts, n.Text)
		}
		return texts
	}
	ops := func(ops []contract.Op, until string) (names []string) {
		for _, op := range ops {
			if op.Name == until {
				break
			}
			names = append(names, op.Name)
		}
		return names
	}
	for _, c := range []struct {
		enum string
		want []string
		text func(int) string
	}{
		{"State", texts(contract.States), func(i int) string { return core.State(i).String() }},
		{"breaker.State", texts(contract.Circuits), func(i int) string { return breaker.State(i).String() }},
		{"Class", texts(contract.Classes), func(i int) string { return core.Class(i).String() }},
		{"DropReason", texts(contract.DropReasons), func(i int) string { return core.DropReason(i).String() }},
		{"RetryReason", texts(contract.RetryReasons), func(i int) string { return core.RetryReason(i).String() }},
		{"HiddenPolicy", texts(contract.HiddenPolicies), func(i int) string { return core.HiddenPolicy(i).String() }},
		{"Verdict", texts(contract.Verdicts), func(i int) string { return core.Verdict(i).String() }},
		{"EventKind", ops(contract.ToCore, "Create"), func(i int) string { return core.EventKind(i).String() }},
		{"ActionKind", ops(contract.ToPage, "Told"), func(i int) string { return core.ActionKind(i).String() }},
	} {
		for i, want := range c.want {
			if got := c.text(i); got != want {
				t.Errorf("%s %d is called %q, the contract says %q", c.enum, i, got, want)
			}
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s has more members than the contract's %d", c.enum, len(c.want))
				}
			}()
			c.text(len(c.want))
		}()
	}
}

// "Snapshot lists the numbers of a snapshot, in order: the fields of
// core.Snapshot."
func TestSnapshotIsTheContracts(t *testing.T) {
	typ := reflect.TypeFor[core.Snapshot]()
	var fields []string
	for i := range typ.NumField() {
		fields = append(fields, typ.Field(i).Name)
	}
	if fmt.Sprint(fields) != fmt.Sprint(contract.Snapshot) {
		t.Errorf("core.Snapshot has %v\nthe contract %v", fields, contract.Snapshot)
	}
}

// Each option that travels to the core is a field of its Config, and has there
// the default that is documented.
func TestDefaultsAreTheContracts(t *testing.T) {
	cfg := reflect.ValueOf(core.DefaultConfig())
	known := map[string]bool{"DropIn": true, "JitterMode": true}
	for _, o := range contract.Options {
		if o.Field == "" {
			continue
		}
		known[o.Field] = true
		f := cfg.FieldByName(o.Field)
		if !f.IsValid() {
			t.Errorf("%s: core.Config has no field %s", o.Name, o.Field)
			continue
		}
		if got, want := f.Interface(), defaultOf(t, o); got != want {
			t.Errorf("%s: the default is %v, the contract says %v", o.Name, got, want)
		}
	}
	for i := range cfg.NumField() {
		if name := cfg.Type().Field(i).Name; !known[name] {
			t.Errorf("core.Config.%s is no option of the contract", name)
		}
	}
	if d := core.DefaultConfig(); d.DropIn || d.JitterMode != backoff.Proportional {
		t.Error("DefaultConfig is for the options form, with jitter ± a part of the delay")
	}
}

// defaultOf reads the contract's JavaScript literal.
func defaultOf(t *testing.T, o contract.Option) any {
	if o.Kind == contract.Choice { // the first is the default
		if o.Default != strconv.Quote(o.Values[0]) {
			t.Errorf("%s: the default %s is not the first of %q", o.Name, o.Default, o.Values)
		}
		return map[string]any{"queue.Overflow": queue.DropOldest, "HiddenPolicy": core.HiddenNormal}[o.GoType]
	}
	switch { // nothing, off
	case o.Kind == contract.Causes && o.Default == "[]":
		return core.Classes(0)
	case o.Kind == contract.Label && o.Default == "":
		return 0
	case o.Kind == contract.Factor && o.Default == "false":
		return 0.0
	}
	f := math.Inf(1)
	if o.Default != "false" && o.Default != "Infinity" {
		var err error
		if f, err = strconv.ParseFloat(o.Default, 64); err != nil {
			t.Errorf("%s: the default %s is no number", o.Name, o.Default)
		}
	}
	switch o.Kind {
	case contract.Millis:
		return tick.FromMillis(f)
	case contract.Factor, contract.Jitter:
		return f
	}
	if math.IsInf(f, 1) {
		return core.Unlimited
	}
	return int(f)
}
