package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/memory"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/systeminfo"
	"github.com/chromedp/chromedp"
)

// renderers returns the processor time that each renderer has used.
func (t *tab) renderers() (map[int]time.Duration, error) {
	info, err := chromedp.CallBrowser(t.ctx, systeminfo.GetProcessInfo, cdp.Empty{})
	if err != nil {
		return nil, err
	}
	times := map[int]time.Duration{}
	for _, p := range info.ProcessInfo {
		if p.Type != "renderer" {
			continue
		}
		if used, err := cpuTime(int(p.ID)); err == nil { // an error: it has ended meanwhile
			times[int(p.ID)] = used
		}
	}
	return times, nil
}

// process finds the renderer of a tab: the one that works when the page does,
// and far more than any other. On a busy machine that shows only in the long run:
// it works longer each time.
func (t *tab) process() (pid int, err error) {
	for try := range 20 {
		before, err := t.renderers()
		if err != nil {
			return 0, err
		}
		work := fmt.Sprintf("(() => { const end = performance.now() + %d; while (performance.now() < end); return true })()", 100*(try+1))
		if _, err := await[bool](t, work); err != nil {
			return 0, err
		}
		after, err := t.renderers()
		if err != nil {
			return 0, err
		}
		var most, second time.Duration
		for id, used := range after {
			was, known := before[id]
			if !known { // it has started meanwhile, and may have used as much for that
				continue
			}
			if used -= was; used > most {
				pid, most, second = id, used, most
			} else {
				second = max(second, used)
			}
		}
		if most > 20*time.Millisecond && most > 3*second {
			return pid, nil
		}
	}
	return 0, errors.New("cannot tell which renderer works for the page")
}

// worked returns for how many milliseconds the main thread of the tab's renderer
// has worked. It looks at all of them first: to find out which it is takes work.
func (t *tab) worked() (float64, error) {
	renderers, err := t.renderers()
	if err != nil {
		return 0, err
	}
	for pid := range renderers {
		if renderers[pid], err = mainThreadTime(pid); err != nil {
			delete(renderers, pid) // it has ended meanwhile
		}
	}
	pid, err := t.process()
	if err != nil {
		return 0, err
	}
	used, known := renderers[pid]
	if !known {
		return 0, errors.New("the page's renderer was not there when the page was loaded")
	}
	return 1000 * used.Seconds(), nil
}

// rest waits until the browser does next to nothing: the page before has ended,
// with its Workers, the new tab is made, and the next process stands by. What it does
// is not to count as the next page's: to make a tab alone takes the browser more than
// twice the work of a start. One that is never at rest is measured as it is, after a while.
func (b *bench) rest() error {
	if b.divisor > 1 {
		return nil // nothing is measured
	}
	const pause, idle = 50 * time.Millisecond, 5 * time.Millisecond
	var before time.Duration
	for range 100 {
		info, err := chromedp.CallBrowser(b.browser, systeminfo.GetProcessInfo, cdp.Empty{})
		if err != nil {
			return err
		}
		var used time.Duration
		for _, p := range info.ProcessInfo {
			used += time.Duration(p.CPUTime * float64(time.Second))
		}
		if before != 0 && used-before < idle && used >= before { // less: a process has ended meanwhile
			return nil
		}
		before = used
		time.Sleep(pause)
	}
	return nil
}

// cpuTime returns the processor time that all threads of a process have used.
// The scheduler's own count is exact; that of /proc/…/stat samples, and misses
// work that is short.
func cpuTime(pid int) (time.Duration, error) {
	threads, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil {
		return 0, err
	}
	var total time.Duration
	for _, thread := range threads {
		used, err := threadTime(pid, thread.Name())
		if errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ESRCH) {
			continue // it has ended meanwhile
		}
		if err != nil {
			return 0, err
		}
		total += used
	}
	return total, nil
}

// threadTime returns the processor time that one thread has used.
func threadTime(pid int, thread string) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/schedstat", pid, thread))
	if err != nil {
		return 0, err
	}
	first, _, _ := strings.Cut(string(text), " ")
	nanoseconds, err := strconv.ParseInt(first, 10, 64)
	return time.Duration(nanoseconds), err
}

// mainThreadTime returns the processor time of a renderer's main thread.
func mainThreadTime(pid int) (time.Duration, error) { return threadTime(pid, strconv.Itoa(pid)) }

// footprint is what a page holds, in bytes.
type footprint struct {
	heap    float64 // JavaScript objects of the page, after a collection
	buffers float64 // what backs ArrayBuffers and WebAssembly memories of the page
	process float64 // the renderer's private memory: the page, its Workers, their modules
}

func (t *tab) footprint(pid int) (f footprint, err error) {
	// What a collection frees goes back to the system a little later, and sooner under pressure.
	low := math.Inf(1)
	for still := 0; still < 6; still++ {
		if _, err := chromedp.CallBrowser(t.ctx, memory.SimulatePressureNotification, memory.SimulatePressureNotificationParams{Level: memory.PressureLevelCritical}); err != nil {
			return f, err
		}
		if _, err := await[any](t, "collectInWorkers()"); err != nil {
			return f, err
		}
		if _, err := chromedp.Call(t.ctx, heapprofiler.CollectGarbage, cdp.Empty{}); err != nil {
			return f, err
		}
		time.Sleep(100 * time.Millisecond)
		private, err := privateMemory(pid)
		if err != nil {
			return f, err
		}
		if private < low-4096 {
			low, still = private, 0
		}
	}
	usage, err := chromedp.Call(t.ctx, runtime.GetHeapUsage, cdp.Empty{})
	if err != nil {
		return f, err
	}
	return footprint{usage.UsedSize, usage.BackingStorageSize, low}, nil
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
