// Command webtest runs the tests of the page's TypeScript, web/test/*.test.ts,
// under Node's own test runner: it bundles each with what it imports, and needs
// Go and Node alone.
//
//	go run ./web/build/webtest             all of them
//	go run ./web/build/webtest options     those whose file name begins so
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/websocket-reconnect/websocket-reconnect/web/build/tools"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "webtest:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, prefixes []string) error {
	mod, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return fmt.Errorf("find go.mod: %w", err)
	}
	root := filepath.Dir(strings.TrimSpace(string(mod)))
	entries, err := tests(root, prefixes)
	if err != nil {
		return err
	}
	out, err := os.MkdirTemp("", "websocket-reconnect-webtest-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(out)
	bundles, err := bundle(root, out, entries)
	if err != nil {
		return err
	}
	node, err := tools.Node.Find()
	if node == "" {
		return errors.Join(err, errors.New("no Node: go run ./web/build/ensure node"))
	}
	return runNode(ctx, node, out, bundles)
}

// tests lists the test files whose names begin with one of the prefixes.
func tests(root string, prefixes []string) ([]string, error) {
	all, err := filepath.Glob(filepath.Join(root, "web", "test", "*.test.ts"))
	if err != nil {
		return nil, err
	}
	if len(prefixes) > 0 {
		all = slices.DeleteFunc(all, func(file string) bool {
			return !slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(filepath.Base(file), p) })
		})
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no such test in web/test: %s", strings.Join(prefixes, " "))
	}
	return all, nil
}

// bundle makes one module of each test. Names stay as they are, and stack traces
// lead to the sources.
func bundle(root, out string, entries []string) (bundles []string, err error) {
	result := api.Build(api.BuildOptions{
		EntryPoints:   entries,
		AbsWorkingDir: root,
		Outdir:        out,
		OutExtension:  map[string]string{".js": ".mjs"},
		Bundle:        true,
		Write:         true,
		Format:        api.FormatESModule,
		Platform:      api.PlatformNode,
		Target:        api.ES2022,
		Sourcemap:     api.SourceMapInline,
		Define:        map[string]string{"__VERSION__": `"0.0.0-test"`, "__LINK__": `"__wsrLink"`},
		LogLevel:      api.LogLevelSilent,
	})
	for _, m := range result.Errors {
		at := ""
		if m.Location != nil {
			at = fmt.Sprintf("%s:%d: ", m.Location.File, m.Location.Line)
		}
		err = errors.Join(err, errors.New(at+m.Text))
	}
	for _, file := range result.OutputFiles {
		bundles = append(bundles, file.Path)
	}
	return bundles, err
}

var counts = regexp.MustCompile(`(?m)^# (tests|pass) (\d+)$`)

// runNode runs the bundles, each in a process of its own, and fails unless a
// test ran and passed in each: a file without tests is a mistake, not a success.
func runNode(ctx context.Context, node, out string, bundles []string) error {
	log := filepath.Join(out, "log.tap")
	args := []string{"--enable-source-maps", "--test",
		"--test-reporter=spec", "--test-reporter-destination=stdout",
		"--test-reporter=tap", "--test-reporter-destination=" + log}
	cmd := exec.CommandContext(ctx, node, append(args, bundles...)...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("node --test: %w", err)
	}
	text, err := os.ReadFile(log)
	if err != nil {
		return err
	}
	for _, file := range bundles {
		if strings.Contains(string(text), "# Subtest: "+file) { // a test by the file's name: it ran none of its own
			return fmt.Errorf("%s.ts has no tests", strings.TrimSuffix(filepath.Base(file), ".mjs"))
		}
	}
	n := map[string]int{}
	for _, m := range counts.FindAllStringSubmatch(string(text), -1) {
		n[m[1]], _ = strconv.Atoi(m[2])
	}
	if n["tests"] < len(bundles) || n["pass"] != n["tests"] {
		return fmt.Errorf("%d tests ran in %d files, %d passed", n["tests"], len(bundles), n["pass"])
	}
	fmt.Printf("ok\t%d tests of web/src in %d files\n", n["tests"], len(bundles))
	return nil
}
