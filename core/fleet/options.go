package fleet

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/websocket-reconnect/websocket-reconnect/core"
	"github.com/websocket-reconnect/websocket-reconnect/core/contract"
	"github.com/websocket-reconnect/websocket-reconnect/core/tick"
)

// ParseOptions reads the options of a WebSocketReconnect, as JSON, into the
// machine's Config: {"baseDelay": 5000, "jitter": "full", "circuitBreaker":
// false}. JSON has no Infinity; write "Infinity". Options that the machine does
// not know (url, heartbeatMessage, …) are passed over. An unknown name or a
// value that the contract does not allow is an error that says what is.
func ParseOptions(text []byte) (core.Config, error) {
	cfg := core.DefaultConfig()
	given := map[string]any{}
	d := json.NewDecoder(bytes.NewReader(text))
	if err := d.Decode(&given); err != nil {
		return cfg, fmt.Errorf("options are not a JSON object: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return cfg, errors.New("options are followed by more")
	}
	if err := setAll(&cfg, "", given); err != nil {
		return cfg, err
	}
	if cfg.BaseDelay > cfg.MaxDelay {
		return cfg, fmt.Errorf("option baseDelay is %v, more than maxDelay, %v", cfg.BaseDelay.Millis(), cfg.MaxDelay.Millis())
	}
	return cfg, nil
}

func setAll(cfg *core.Config, prefix string, given map[string]any) error {
	names := make([]string, 0, len(given))
	for name := range given {
		names = append(names, name)
	}
	slices.Sort(names) // the same error each time
	for _, name := range names {
		if err := setOne(cfg, prefix+name, given[name]); err != nil {
			return err
		}
	}
	return nil
}

func setOne(cfg *core.Config, name string, value any) error {
	i := slices.IndexFunc(contract.Options, func(o contract.Option) bool { return o.Name == name })
	if i < 0 {
		return fmt.Errorf("unknown option %s", name)
	}
	o := contract.Options[i]
	if o.Kind == contract.Subtable {
		if table, ok := value.(map[string]any); ok {
			return setAll(cfg, name+".", table)
		}
		if value == false && o.Off != "" { // circuitBreaker: false
			return setOne(cfg, name+"."+o.Limit, "Infinity")
		}
		return fmt.Errorf("option %s is %v; it must be an object", name, value)
	}
	if o.Field == "" || o.Kind == contract.Label { // a client of the fleet shares nothing with others
		return nil
	}
	field := reflect.ValueOf(cfg).Elem().FieldByName(o.Field)
	switch o.Kind {
	case contract.Causes:
		codes, ok := value.([]any)
		for _, code := range codes {
			text, _ := code.(string)
			at := slices.IndexFunc(contract.Classes, func(n contract.Name) bool { return n.Text == text })
			ok = ok && at > 0
			field.SetUint(field.Uint() | 1<<max(at, 0))
		}
		if !ok {
			return fmt.Errorf("option %s is %v; it must be an array of error codes", name, value)
		}
		return nil
	case contract.Choice:
		text, _ := value.(string)
		at := slices.Index(o.Values, text)
		if at < 0 {
			return refuse(o, value)
		}
		field.SetUint(uint64(at))
		return nil
	case contract.Jitter:
		if text, ok := value.(string); ok {
			at := slices.Index(o.Values, text)
			if at < 0 {
				return refuse(o, value)
			}
			reflect.ValueOf(cfg).Elem().FieldByName(o.Field + "Mode").SetUint(uint64(at + 1))
			return nil
		}
	}
	n, ok := number(o, value)
	if !ok {
		return refuse(o, value)
	}
	switch field.Interface().(type) {
	case tick.Duration:
		field.SetInt(int64(tick.FromMillis(n)))
	case int:
		if field.SetInt(int64(core.Unlimited)); n < 1<<53 {
			field.SetInt(int64(n))
		}
	case float64:
		field.SetFloat(n)
	default:
		return fmt.Errorf("option %s cannot be set here", name)
	}
	return nil
}

// number reads a number as the contract allows it; false is Infinity where an
// option can be switched off.
func number(o contract.Option, value any) (n float64, ok bool) {
	switch v := value.(type) {
	case float64:
		n = v
	case string:
		if v != "Infinity" || !o.Endless {
			return 0, false
		}
		return math.Inf(1), true
	case bool:
		return math.Inf(1), !v && o.Off != ""
	default:
		return 0, false
	}
	whole := o.Kind == contract.Count || o.Kind == contract.Bytes
	return n, n >= o.Min && (o.Most() == 0 || n <= o.Most()) && !(whole && n != math.Trunc(n))
}

func refuse(o contract.Option, value any) error {
	allowed := []string{}
	if len(o.Values) > 0 {
		allowed = append(allowed, fmt.Sprintf("one of %q", o.Values))
	}
	switch o.Kind {
	case contract.Choice:
	case contract.Count, contract.Bytes:
		allowed = append(allowed, fmt.Sprintf("a whole number, at least %v", o.Min))
	default:
		allowed = append(allowed, fmt.Sprintf("a number, at least %v", o.Min))
	}
	if most := o.Most(); most > 0 {
		allowed[len(allowed)-1] += ", at most " + strconv.FormatFloat(most, 'f', -1, 64)
	}
	if o.Endless {
		allowed = append(allowed, `"Infinity"`)
	}
	if o.Off != "" {
		allowed = append(allowed, "false")
	}
	text, _ := json.Marshal(value)
	return fmt.Errorf("option %s is %s; it must be %s", o.Name, text, strings.Join(allowed, " or "))
}
