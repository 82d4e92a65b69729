package faultserver

import (
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// Every field of Faults is set by some trouble of the catalogue, but for those
// that only say how often, or what else is said.
func TestCatalogueSetsEveryField(t *testing.T) {
	aside := map[string]string{"Dial.Times": "how often", "AfterOpen.Times": "how often", "BlackHole.Keep": "an action does it"}
	set := map[string]bool{}
	for _, trouble := range Catalogue() {
		s := start(t, Options{})
		if err := trouble.Start(s); err != nil {
			t.Fatalf("%s: %v", trouble.Name, err)
		}
		faults := reflect.ValueOf(s.Faults())
		for i := range faults.NumField() {
			for j := range faults.Field(i).NumField() {
				if !faults.Field(i).Field(j).IsZero() {
					set[faults.Type().Field(i).Name+"."+faults.Field(i).Type().Field(j).Name] = true
				}
			}
		}
		s.Close()
	}
	faults := reflect.TypeFor[Faults]()
	for i := range faults.NumField() {
		for j := range faults.Field(i).Type.NumField() {
			name := faults.Field(i).Name + "." + faults.Field(i).Type.Field(j).Name
			if !set[name] && aside[name] == "" {
				t.Errorf("no trouble of the catalogue sets %s", name)
			}
		}
	}
}

// Every action of the steering API that harms links is in the catalogue too,
// and the mark of each trouble is a kind of event that follows it.
func TestCatalogueHasEveryAction(t *testing.T) {
	words := map[string]string{"blackhole": "black hole", "invalid-utf8": "invalid UTF-8", "kill": "killed", "send": "message"}
	aside := map[string]bool{"reset": true, "revive": true, "record/clear": true, "drain": true} // these do no harm
	var names []string
	for _, trouble := range Catalogue() {
		names = append(names, trouble.Name)
	}
	all := strings.Join(names, "\n")
	for _, order := range regexp.MustCompile(`(?m)^POST +/control/(\S+)`).FindAllStringSubmatch(RoutesHelp, -1) {
		word := words[order[1]]
		if word == "" {
			word = order[1]
		}
		if !aside[order[1]] && !strings.Contains(all, word) {
			t.Errorf("no trouble of the catalogue does what POST /control/%s does", order[1])
		}
	}
}

func TestCatalogueMarks(t *testing.T) {
	for _, trouble := range Catalogue() {
		if trouble.Stage != OnTCP && trouble.Stage != OnLink {
			continue
		}
		s := start(t, Options{})
		dial(t, s.URL())
		if err := trouble.Start(s); err != nil {
			t.Fatalf("%s: %v", trouble.Name, err)
		}
		wait(t, s, trouble.Mark+" after "+trouble.Name, func(r Record) bool { return r.CountEvents(trouble.Mark) > 0 })
		s.Close()
	}
}
