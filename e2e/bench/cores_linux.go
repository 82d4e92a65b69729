package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/systeminfo"
	"github.com/chromedp/chromedp"
	"golang.org/x/sys/unix"
)

// allCores are those that this program was started on.
var allCores = func() (set unix.CPUSet) {
	_ = unix.SchedGetaffinity(0, &set) // none: then apart does nothing
	return set
}()

// apart gives the main thread of a renderer a core of its own, and the others to
// whatever else the browser and the server do, until together is called. Which
// of them shares a core with whom, and what that does to its caches, differs
// from page to page by more than what is to be told apart. On a machine with one
// core nothing changes.
func (b *bench) apart(pid int) (together func() error, err error) {
	together = func() error { return b.runOn(&allCores) }
	if allCores.Count() < 2 {
		return func() error { return nil }, nil
	}
	own, others := unix.CPUSet{}, allCores
	for core := 0; own.Count() == 0; core++ {
		if allCores.IsSet(core) {
			own.Set(core)
			others.Clear(core)
		}
	}
	if err = b.runOn(&others); err == nil {
		err = unix.SchedSetaffinity(pid, &own) // a process's main thread has its number
	}
	if err != nil {
		return nil, errors.Join(err, together())
	}
	return together, nil
}

// runOn has all threads of the browser and of this program run on these cores.
// A thread that one of them starts does as well, unless it is started just now:
// so it looks once more, until it finds none. The browser's next renderers are
// started by a process that is not among these, and run anywhere.
func (b *bench) runOn(cores *unix.CPUSet) error {
	info, err := chromedp.CallBrowser(b.browser, systeminfo.GetProcessInfo, cdp.Empty{})
	if err != nil {
		return err
	}
	processes := []int{os.Getpid()}
	for _, p := range info.ProcessInfo {
		processes = append(processes, int(p.ID))
	}
	for found := true; found; {
		found = false
		for _, pid := range processes {
			moved, err := moveThreads(pid, cores)
			if err != nil {
				return err
			}
			found = found || moved
		}
	}
	return nil
}

// moveThreads has a process run on these cores. It reports whether a thread did not.
func moveThreads(pid int, cores *unix.CPUSet) (moved bool, err error) {
	threads, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	for _, thread := range threads {
		id, err := strconv.Atoi(thread.Name())
		if err != nil {
			return moved, err
		}
		var now unix.CPUSet
		err = unix.SchedGetaffinity(id, &now)
		if err == nil && now != *cores {
			moved = true
			err = unix.SchedSetaffinity(id, cores)
		}
		if err != nil && !errors.Is(err, unix.ESRCH) { // it has ended meanwhile
			return moved, err
		}
	}
	return moved, nil
}
