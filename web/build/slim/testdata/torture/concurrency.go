package main

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

func goroutines() {
	in, out := make(chan int), make(chan int)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			for n := range in {
				runtime.Gosched()
				out <- n * n
			}
		})
	}
	go func() {
		for i := range 1000 {
			in <- i
		}
		close(in)
		wg.Wait()
		close(out)
	}()
	sum := 0
	for n := range out {
		sum += n
	}
	fmt.Println("squares:", sum)

	var once sync.Once
	var mu sync.RWMutex
	var calls atomic.Int64
	cond := sync.NewCond(&mu)
	ready := false
	for range 10 {
		wg.Go(func() {
			once.Do(func() { calls.Add(1) })
			mu.Lock()
			for !ready {
				cond.Wait()
			}
			mu.Unlock()
			calls.Add(10)
		})
	}
	mu.Lock()
	ready = true
	cond.Broadcast()
	mu.Unlock()
	wg.Wait()
	fmt.Println("calls:", calls.Load())

	caught := make(chan any)
	go func() {
		defer func() { caught <- recover() }()
		var m map[int]int
		m[1] = 1
	}()
	fmt.Println("in a goroutine:", <-caught)

	next := sequence(4)
	for v := range next {
		fmt.Print(v, " ")
	}
	fmt.Println()
	fmt.Println("goroutines:", runtime.NumGoroutine())
}

func sequence(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func timers() {
	start := time.Now()
	order := make(chan int, 3)
	for _, ms := range []int{30, 10, 20} {
		time.AfterFunc(time.Duration(ms)*time.Millisecond, func() { order <- ms })
	}
	fmt.Println("fired:", <-order, <-order, <-order, "not early:", time.Since(start) >= 30*time.Millisecond)
	stopped := time.AfterFunc(time.Hour, func() { order <- -1 })
	fmt.Println("stopped:", stopped.Stop(), stopped.Stop())
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
	defer cancel()
	select {
	case <-ctx.Done():
		fmt.Println(ctx.Err())
	case <-time.After(time.Minute):
		fmt.Println("the timeout did not come")
	}
	tick := time.NewTicker(time.Millisecond)
	for range 5 {
		<-tick.C
	}
	tick.Stop()
	fmt.Println("ticked")
}
