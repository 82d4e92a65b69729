package faultserver

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
)

// ParseFaults reads faults from a JSON object, as PUT /control/faults does.
// Absent fields are zero. Unknown fields and values out of range are errors.
func ParseFaults(data []byte) (Faults, error) {
	var f Faults
	if err := decodeStrict(data, &f); err != nil {
		return Faults{}, err
	}
	return f, f.Validate()
}

// decodeStrict merges JSON into the struct that v points to. Fields that are
// absent keep their value. Unknown fields are an error that names them all
// and says what is allowed.
func decodeStrict(data []byte, v any) error {
	var raw any
	d := json.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(&raw); err != nil {
		return fmt.Errorf("body: %w: must be one JSON object", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("body: more than one JSON value: must be one JSON object")
	}
	object, ok := raw.(map[string]any)
	if !ok {
		return fmt.Errorf("body: %.40q: must be a JSON object", data)
	}
	if err := checkFields("", object, reflect.TypeOf(v).Elem()); err != nil {
		return err
	}
	err := json.Unmarshal(data, v)
	var typeErr *json.UnmarshalTypeError
	if errors.As(err, &typeErr) {
		return fmt.Errorf("%s: a JSON %s: must be a %s", typeErr.Field, typeErr.Value, typeErr.Type)
	}
	return err
}

func checkFields(prefix string, object map[string]any, t reflect.Type) error {
	known := map[string]reflect.Type{}
	var names []string
	for _, f := range reflect.VisibleFields(t) {
		if !f.Anonymous {
			name := fieldName(f)
			known[name] = f.Type
			names = append(names, prefix+name)
		}
	}
	var unknown []string
	for name, value := range object {
		ft, ok := known[name]
		if !ok {
			unknown = append(unknown, fmt.Sprintf("%q", prefix+name))
			continue
		}
		if inner, isObject := value.(map[string]any); isObject && ft.Kind() == reflect.Struct {
			if err := checkFields(prefix+name+".", inner, ft); err != nil {
				return err
			}
		}
	}
	if unknown == nil {
		return nil
	}
	slices.Sort(unknown)
	return fmt.Errorf("unknown field %s: known are %s", strings.Join(unknown, ", "), strings.Join(names, ", "))
}

func fieldName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// describe gives faults as JSON, for events.
func describe(f Faults) string {
	b, err := json.Marshal(f)
	if err != nil {
		return err.Error()
	}
	return string(b)
}
