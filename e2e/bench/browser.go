package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"

	"github.com/websocket-reconnect/websocket-reconnect/web/build/tools"
)

// patience is how long one step may take.
const patience = time.Minute

// startBrowser starts Chromium. Its garbage collector can be called by pages.
func startBrowser() (ctx context.Context, stop func(), err error) {
	program, err := tools.Chromium.Find()
	if err != nil {
		return nil, nil, err
	}
	if program == "" {
		return nil, nil, fmt.Errorf("no Chromium found: run `make ensure-chromium`, or set CHROME to the program's path")
	}
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program),
		chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("js-flags", "--expose-gc"),
	)...)
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

// A tab is a page in a browser context of its own: nothing is cached.
type tab struct {
	ctx   context.Context
	close func()
}

func openTab(browser context.Context, url string) (*tab, error) {
	ctx, closeTab := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t := &tab{ctx, closeTab}
	if err := chromedp.Do(ctx); err != nil {
		closeTab()
		return nil, fmt.Errorf("open a tab: %w", err)
	}
	if err := t.do(chromedp.Navigate(url)); err != nil {
		closeTab()
		return nil, fmt.Errorf("load %s: %w", url, err)
	}
	return t, nil
}

func (t *tab) do(steps ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	return chromedp.Do(ctx, steps...)
}

// await evaluates an expression, waits for its promise, and decodes its value.
func await[T any](t *tab, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise, chromedp.EvalAsValue))
	if err != nil {
		err = fmt.Errorf("%s: %w", expression, err)
	}
	return value, err
}

// call writes a call of a function of the page.
func call(function string, args ...any) string {
	var parts []string
	for _, arg := range args {
		text, err := json.Marshal(arg)
		if err != nil {
			panic(err) // numbers and strings only
		}
		parts = append(parts, string(text))
	}
	return function + "(" + strings.Join(parts, ", ") + ")"
}

// browserVersion returns a name such as Chromium 156.0.1.2.
func browserVersion(ctx context.Context) (string, error) {
	v, err := chromedp.CallBrowser(ctx, browser.GetVersion, cdp.Empty{})
	if err != nil {
		return "", err
	}
	_, number, _ := strings.Cut(v.Product, "/")
	return "Chromium " + number, nil
}

// A machine is what the numbers were measured on.
type machine struct {
	CPU      string `json:"cpu"`
	Cores    int    `json:"cores"`
	System   string `json:"system"`
	Go       string `json:"go"`
	Chromium string `json:"chromium"`
}

// cpuModel returns the processor's name, "unknown" where the system has no /proc.
func cpuModel() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}
