// Command torture does what needs the runtime's tables: it collects garbage
// while stacks are deep and moving, panics in many ways and recovers, through
// inlined calls, wrappers and reflection, and lets goroutines, timers and
// finalizers run. What it prints is the same in every run, so that a module
// can be compared with the same module after something was taken out.
//
// With the argument "crash" it ends in a panic that nobody recovers.
package main

import (
	"fmt"
	"os"
	"runtime"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "crash" {
		var list []int
		fmt.Println(list[len(os.Args)])
	}
	for _, part := range []struct {
		name string
		run  func()
	}{
		{"panics", panics},
		{"recover", recovers},
		{"defers", defers},
		{"stacks", stacks},
		{"heap", heap},
		{"goroutines", goroutines},
		{"timers", timers},
		{"finalizers", finalizers},
		{"reflection", reflection},
		{"values", values},
	} {
		fmt.Println("==", part.name)
		part.run()
		runtime.GC()
	}
	fmt.Println("goroutines left:", runtime.NumGoroutine())
}
