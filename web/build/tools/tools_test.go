package tools

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// alone makes PATH a folder with the named programs and nothing else, so that
// neither the machine's own nor apt-get is found.
func alone(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir)
	return dir
}

var browser = Tool{Name: "browser", Env: "BROWSER_UNDER_TEST", Commands: []string{"first", "second"}, Package: "some-browser"}

func TestFindTakesTheFirstNameThatIsHere(t *testing.T) {
	dir := alone(t, "second")
	if got, err := browser.Find(); got != filepath.Join(dir, "second") || err != nil {
		t.Errorf("Find() = %q, %v", got, err)
	}
}

func TestFindAsksTheVariableFirst(t *testing.T) {
	dir := alone(t, "first", "mine")
	t.Setenv(browser.Env, filepath.Join(dir, "mine"))
	if got, err := browser.Find(); got != filepath.Join(dir, "mine") || err != nil {
		t.Errorf("Find() = %q, %v", got, err)
	}
	t.Setenv(browser.Env, filepath.Join(dir, "gone"))
	if got, err := browser.Find(); got != "" || err == nil || !strings.Contains(err.Error(), browser.Env) {
		t.Errorf("Find() = %q, %v; want an error that names the variable", got, err)
	}
}

func TestEnsureSaysInOneLineWhatIsMissing(t *testing.T) {
	alone(t)
	_, err := browser.Ensure(context.Background(), io.Discard)
	if err == nil {
		t.Fatal("Ensure found a browser in an empty folder")
	}
	for _, want := range []string{"browser is missing", "some-browser", browser.Env} {
		if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("error %q, want one line that says %q", err, want)
		}
	}
}
