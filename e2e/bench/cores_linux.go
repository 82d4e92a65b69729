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

// apart gives the main thread of a renderer a core of its own, and the others to
// whatever else the browser and the server do, until together is called. Which
// of them shares a core with whom, and what that does to its caches, differs
// from page to page by more than what is to be told apart. On a machine with one
// core nothing changes.
func (b *bench) apart(pid int) (together func(), err error) {
	var all unix.CPUSet
	if err := unix.SchedGetaffinity(0, &all); err != nil {
		return nil, err
	}
	if all.Count() < 2 {
		return func() {}, nil
	}
	own, others := unix.CPUSet{}, all
	for core := 0; own.Count() == 0; core++ {
		if all.IsSet(core) {
			own.Set(core)
			others.Clear(core)
		}
	}
	together = func() { _ = b.runOn(&all) } // threads that have ended meanwhile need nothing
	if err := b.runOn(&others); err != nil {
		together()
		return nil, err
	}
	if err := unix.SchedSetaffinity(pid, &own); err != nil { // a process's main thread has its number
		together()
		return nil, err
	}
	return together, nil
}

// runOn has all threads of the browser and of this program run on these cores.
// Those that they start later do as well.
func (b *bench) runOn(cores *unix.CPUSet) error {
	info, err := chromedp.CallBrowser(b.browser, systeminfo.GetProcessInfo, cdp.Empty{})
	if err != nil {
		return err
	}
	processes := []int{os.Getpid()}
	for _, p := range info.ProcessInfo {
		processes = append(processes, int(p.ID))
	}
	for _, pid := range processes {
		threads, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		for _, thread := range threads {
			id, err := strconv.Atoi(thread.Name())
			if err != nil {
				return err
			}
			if err := unix.SchedSetaffinity(id, cores); err != nil && !errors.Is(err, unix.ESRCH) {
				return err
			}
		}
	}
	return nil
}
