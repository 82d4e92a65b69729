package main

import (
	"fmt"
	"runtime"
	"sync"
	"time"
	"weak"
)

type node struct {
	left, right *node
	name        string
	pad         [3]uint64
}

func tree(depth int) *node {
	if depth == 0 {
		return &node{name: "leaf"}
	}
	return &node{tree(depth - 1), tree(depth - 1), fmt.Sprint("at ", depth), [3]uint64{1, 2, 3}}
}

func (n *node) count() int {
	if n == nil {
		return 0
	}
	return 1 + n.left.count() + n.right.count()
}

// deep grows the stack with pointers to the heap and into itself, and collects
// at the bottom and on the way.
//
//go:noinline
func deep(n int, up *int, list []*node) int {
	here := n
	mine := &node{name: fmt.Sprint("frame ", n)}
	if n == 0 {
		runtime.GC()
		return *up + len(list)
	}
	if n%500 == 0 {
		runtime.GC()
	}
	sum := deep(n-1, &here, append(list, mine))
	if mine.name != fmt.Sprint("frame ", n) || here != n {
		panic("a frame was damaged")
	}
	return sum + *up - here
}

func stacks() {
	start := 3000
	fmt.Println("deep:", deep(start, &start, nil))
	var wg sync.WaitGroup
	sums := make([]int, 20)
	for i := range sums {
		wg.Go(func() {
			n := 100 + 10*i
			sums[i] = deep(n, &n, nil)
		})
	}
	wg.Wait()
	fmt.Println("deep in goroutines:", sums)
	func() {
		defer func() { fmt.Println("from the depth:", recover()) }()
		var fall func(n int) int
		fall = func(n int) int {
			defer runtime.KeepAlive(n)
			if n == 0 {
				panic("bottom")
			}
			return fall(n-1) + 1
		}
		fall(2000)
	}()
}

func heap() {
	keep := tree(14)
	for i := range 40 {
		garbage := make([][]byte, 0, 64)
		for j := range 64 {
			garbage = append(garbage, make([]byte, 1024*(1+(i*j)%64)))
		}
		runtime.KeepAlive(garbage)
		if i%8 == 0 {
			runtime.GC()
		}
	}
	var after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&after)
	fmt.Println("nodes:", keep.count(), "collected more than once:", after.NumGC > 5, "heap below 64 MiB:", after.HeapAlloc < 64<<20)
}

func finalizers() {
	done := make(chan string, 8)
	func() {
		for i := range 4 {
			n := &node{name: fmt.Sprint("finalized ", i)}
			runtime.SetFinalizer(n, func(n *node) { done <- n.name })
			c := &node{name: "cleaned"}
			runtime.AddCleanup(c, func(i int) { done <- fmt.Sprint("cleaned ", i) }, i)
		}
	}()
	w := weak.Make(tree(2))
	seen := map[string]bool{}
	for len(seen) < 8 {
		runtime.GC()
		select {
		case name := <-done:
			seen[name] = true
		case <-time.After(time.Millisecond):
		}
	}
	fmt.Println(len(seen), "seen, weak pointer cleared:", w.Value() == nil)
}
