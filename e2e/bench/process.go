package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/systeminfo"
	"github.com/chromedp/chromedp"
)

// tickLength is how Linux counts a process's time for programs, whatever the
// kernel's own tick.
const tickLength = 10 * time.Millisecond

// renderers returns the processor time that each renderer has used.
func (t *tab) renderers() (map[int]float64, error) {
	info, err := chromedp.CallBrowser(t.ctx, systeminfo.GetProcessInfo, cdp.Empty{})
	if err != nil {
		return nil, err
	}
	times := map[int]float64{}
	for _, p := range info.ProcessInfo {
		if p.Type == "renderer" {
			times[int(p.ID)] = p.CPUTime
		}
	}
	return times, nil
}

// process finds the renderer of a tab: the one that works when the page does.
func (t *tab) process() (pid int, err error) {
	before, err := t.renderers()
	if err != nil {
		return 0, err
	}
	if _, err := await[bool](t, "(() => { const end = performance.now() + 150; while (performance.now() < end); return true })()"); err != nil {
		return 0, err
	}
	after, err := t.renderers()
	if err != nil {
		return 0, err
	}
	most := 0.0
	for id, used := range after {
		if used-before[id] > most {
			pid, most = id, used-before[id]
		}
	}
	if pid == 0 {
		return 0, fmt.Errorf("no renderer has worked for the page")
	}
	return pid, nil
}

// cpuTime returns the processor time that a process has used, all threads.
func cpuTime(pid int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	// The second field, the command's name in brackets, may hold blanks.
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	if len(fields) < 13 {
		return 0, fmt.Errorf("/proc/%d/stat has %d fields", pid, len(fields))
	}
	var ticks int64
	for _, field := range fields[11:13] { // utime and stime
		n, err := strconv.ParseInt(string(field), 10, 64)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * tickLength, nil
}

// footprint is what a page holds, in bytes.
type footprint struct {
	heap    float64 // JavaScript objects of the page, after a collection
	buffers float64 // what backs ArrayBuffers and WebAssembly memories of the page
	process float64 // the renderer's private memory: the page, its Workers, their modules
}

func (t *tab) footprint(pid int) (f footprint, err error) {
	for range 2 { // what the first collection finalizes, the second one frees
		if _, err := chromedp.Call(t.ctx, heapprofiler.CollectGarbage, cdp.Empty{}); err != nil {
			return f, err
		}
	}
	usage, err := chromedp.Call(t.ctx, runtime.GetHeapUsage, cdp.Empty{})
	if err != nil {
		return f, err
	}
	private, err := privateMemory(pid)
	return footprint{usage.UsedSize, usage.BackingStorageSize, private}, err
}

// privateMemory returns the bytes that a process shares with no other.
func privateMemory(pid int) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0, err
	}
	total := 0.0
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) == 3 && strings.HasPrefix(fields[0], "Private_") {
			kilobytes, err := strconv.ParseFloat(fields[1], 64)
			if err != nil {
				return 0, err
			}
			total += kilobytes * 1024
		}
	}
	return total, nil
}
