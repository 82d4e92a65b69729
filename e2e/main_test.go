package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/websocket-reconnect/websocket-reconnect/web/build/pack"
	"github.com/websocket-reconnect/websocket-reconnect/web/build/tools"
)

// browser is the one Chromium of this run, a chromedp context; dist is the
// folder that is tested. Both are unset when the tests are skipped.
var (
	browser context.Context
	dist    string
)

func TestMain(m *testing.M) {
	if os.Getenv("E2E") == "" {
		os.Exit(m.Run())
	}
	stop, err := prepare()
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		os.Exit(1)
	}
	code := m.Run()
	stop()
	os.Exit(code)
}

// prepare finds what is to be tested and starts the browser.
func prepare() (stop func(), err error) {
	if dist = os.Getenv("E2E_DIST"); dist == "" {
		if dist, err = freshDist(context.Background()); err != nil {
			return nil, err
		}
	}
	browser, stop, err = launch()
	return stop, err
}

// launch starts a Chromium, with flags beside the usual ones.
func launch(flags ...chromedp.ExecAllocatorOption) (ctx context.Context, stop func(), err error) {
	program, err := tools.Chromium.Find()
	if err != nil {
		return nil, nil, err
	}
	if program == "" {
		return nil, nil, fmt.Errorf("no Chromium found: run `make ensure-chromium`, or set CHROME to the program's path")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program),
		chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-quic", true),
	)
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), append(options, flags...)...)
	ctx, stopBrowser := chromedp.NewContext(allocator, chromedp.WithErrorf(func(string, ...any) {}))
	if err := chromedp.Do(ctx); err != nil {
		return nil, nil, fmt.Errorf("start %s: %w", program, err)
	}
	return ctx, func() {
		_ = chromedp.Cancel(ctx) // waits for the process
		stopBrowser()
		stopAllocator()
	}, nil
}

// freshDist returns web/dist, if it is what the sources make now.
func freshDist(ctx context.Context) (string, error) {
	mod, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	root := filepath.Dir(strings.TrimSpace(string(mod)))
	dir := filepath.Join(root, "web", "dist")
	have, err := pack.ReadInfo(dir)
	if err != nil {
		return "", fmt.Errorf("%w (run `make build`)", err)
	}
	out, err := os.MkdirTemp("", "e2e-dist-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(out)
	want, err := pack.Build(ctx, pack.Inputs{
		Root: root, Web: filepath.Join(root, "web"), Out: out, Cache: filepath.Join(root, ".cache", "build"),
	})
	if err != nil {
		return "", fmt.Errorf("build, to compare with web/dist: %w", err)
	}
	for name, file := range want.Info.Files {
		if have.Files[name].SHA256 != file.SHA256 {
			return "", fmt.Errorf("web/dist/%s is not what the sources make: run `make build`", name)
		}
	}
	return dir, nil
}
