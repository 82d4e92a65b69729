package pack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestPacked: npm packs what is built, with the README and the licence at the
// top, and the README's links lead to pages that there are.
func TestPacked(t *testing.T) {
	npm := toPublished(t, "npm")
	root := t.TempDir()
	for to, from := range map[string]string{
		"README.md": "../../../README.md", "LICENSE": "../../../LICENSE",
		"web/package.json": "../../package.json", "web/build/front.mjs": "../front.mjs",
	} {
		text, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(root, to)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, to), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	pack := func() (paths []string, err error) {
		cmd := exec.Command(npm, "pack", "--dry-run", "--json", "--foreground-scripts=false", "--loglevel=error", "--offline")
		cmd.Dir = filepath.Join(root, "web")
		var complaint bytes.Buffer
		cmd.Stderr = &complaint
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("%w: %s", err, complaint.Bytes())
		}
		var packed []struct{ Files []struct{ Path string } }
		if err := json.Unmarshal(out, &packed); err != nil || len(packed) != 1 {
			return nil, fmt.Errorf("%v of %s", err, out)
		}
		for _, f := range packed[0].Files {
			paths = append(paths, f.Path)
		}
		return paths, nil
	}

	if _, err := pack(); err == nil || !strings.Contains(err.Error(), "make build") {
		t.Errorf("with nothing built: %v", err)
	}
	if err := os.CopyFS(filepath.Join(root, "web/dist"), os.DirFS(publishedDir)); err != nil {
		t.Fatal(err)
	}
	paths, err := pack()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"README.md", "LICENSE", "package.json", "dist/" + Module, "dist/" + Types, "dist/" + Licenses} {
		if !slices.Contains(paths, want) {
			t.Errorf("there is no %s in %v", want, paths)
		}
	}
	readme, err := os.ReadFile(filepath.Join(root, "web/README.md"))
	if err != nil {
		t.Fatal(err)
	}
	links := regexp.MustCompile(`\]\(([^)#]+)`).FindAllSubmatch(readme, -1)
	if len(links) < 10 {
		t.Errorf("the README has %d links", len(links))
	}
	for _, m := range links {
		page, ours := strings.CutPrefix(string(m[1]), "https://github.com/websocket-reconnect/websocket-reconnect/blob/main/")
		if !ours && !strings.HasPrefix(page, "https://") {
			t.Errorf("the link to %s leads nowhere", page)
		} else if _, err := os.Stat(filepath.Join("../../..", page)); ours && err != nil {
			t.Error(err)
		}
	}
}
