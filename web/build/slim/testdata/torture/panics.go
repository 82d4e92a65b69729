package main

import (
	"errors"
	"fmt"
	"runtime"
)

type thing struct{ n int }

func (t thing) Get() int     { return t.n }
func (t *thing) Set(n int)   { t.n = n }
func (t thing) With(int) any { return t }

type getter interface{ Get() int }

type custom struct{ code int }

func (c custom) Error() string { return fmt.Sprint("custom ", c.code) }

//go:noinline
func zero() int { return 0 }

//go:noinline
func nothing[T any]() (v T) { return v }

//go:noinline
func get(g getter) int { return g.Get() }

func panics() {
	list := []int{1, 2, 3}
	n := 3 + zero()
	for _, c := range []struct {
		name string
		do   func()
	}{
		{"nil pointer", func() { nothing[*thing]().n++ }},
		{"nil map", func() { nothing[map[string]int]()["a"] = 1 }},
		{"nil function", func() { nothing[func()]()() }},
		{"nil interface", func() { nothing[getter]().Get() }},
		{"index", func() { _ = list[n] }},
		{"index, negative", func() { _ = list[zero()-1] }},
		{"index of a string", func() { _ = "abc"[n] }},
		{"slice", func() { _ = list[:n+1] }},
		{"slice, turned round", func() { _ = list[n:zero()] }},
		{"slice to array", func() { _ = [4]int(list) }},
		{"division", func() { _ = n / zero() }},
		{"conversion", func() { _ = any(n).(string) }},
		{"conversion to an interface", func() { _ = any(n).(getter) }},
		{"conversion of nil", func() { _ = nothing[any]().(int) }},
		{"wrapper of a nil pointer", func() { get(nothing[*thing]()) }},
		{"method value of a nil pointer", func() { f := nothing[*thing]().Get; f() }},
		{"length", func() { _ = make([]int, zero()-1) }},
		{"closed channel", func() { c := make(chan int); close(c); close(c) }},
		{"send on a closed channel", func() { c := make(chan int, 1); close(c); c <- 1 }},
		{"nil channel", func() { close(nothing[chan int]()) }},
		{"unhashable key", func() { _ = map[any]int{[]int{1}[0]: 1}[list] }},
		{"uncomparable", func() { _ = any(list) == any(list) }},
		{"error", func() { panic(errors.New("an error")) }},
		{"wrapped error", func() { panic(fmt.Errorf("outer: %w", custom{7})) }},
		{"custom error", func() { panic(custom{42}) }},
		{"string", func() { panic("a string") }},
		{"number", func() { panic(3.5) }},
		{"struct", func() { panic(thing{9}) }},
		{"nil", func() { panic(nothing[any]()) }},
		{"again while recovering", func() {
			defer func() { r := recover(); panic(fmt.Sprint("second after ", r)) }()
			panic("first")
		}},
	} {
		func() {
			defer func() {
				r := recover()
				_, isRuntime := r.(runtime.Error)
				err, _ := r.(error)
				fmt.Printf("%s: %T %v, runtime %t, custom %t\n", c.name, r, r, isRuntime, errors.As(err, new(custom)))
			}()
			c.do()
			fmt.Println(c.name, "did not panic")
		}()
	}
}

// attempt runs f and says whether what it panicked with got this far.
func attempt(name string, f func()) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println(name, "was not recovered:", r)
		}
	}()
	f()
	fmt.Println(name, "was recovered")
}

type rescuer struct{}

func (rescuer) Rescue()   { _ = recover() }
func (*rescuer) Pointer() { _ = recover() }

type holder struct{ rescuer }

func direct()         { _ = recover() }
func helper() any     { return recover() } // inlined into what calls it
func indirect()       { _ = helper() }
func twice()          { indirect() }
func generic[T any]() { _ = recover() }

// recovers: recover counts the frames between itself and the panic, those of
// inlined calls among them, and leaves out wrappers.
func recovers() {
	attempt("direct", func() { defer direct(); panic(1) })
	attempt("one call too deep, inlined", func() { defer indirect(); panic(2) })
	attempt("two calls too deep", func() { defer twice(); panic(3) })
	attempt("literal", func() { defer func() { _ = recover() }(); panic(4) })
	attempt("literal in a literal", func() { defer func() { func() { _ = recover() }() }(); panic(5) })
	attempt("method", func() { defer rescuer{}.Rescue(); panic(6) })
	attempt("method by pointer", func() { defer (&rescuer{}).Rescue(); panic(7) })
	attempt("pointer method", func() { defer (&rescuer{}).Pointer(); panic(8) })
	attempt("promoted method", func() { defer (&holder{}).Rescue(); panic(9) })
	attempt("method by interface", func() { var r interface{ Rescue() } = &holder{}; defer r.Rescue(); panic(10) })
	attempt("method value", func() { f := holder{}.Rescue; defer f(); panic(11) })
	attempt("method expression", func() { defer (*holder).Rescue(&holder{}); panic(12) })
	attempt("generic", func() { defer generic[map[string]int](); panic(13) })
	attempt("recover itself", func() { defer func() { defer recover() }(); panic(14) })
	attempt("in a loop", func() {
		for range 3 {
			defer direct()
		}
		panic(15)
	})
}

func defers() {
	order := []int{}
	f := func() (n int) {
		defer func() { n *= 10; order = append(order, 1) }()
		for i := range 3 {
			defer func() { order = append(order, 10+i) }()
		}
		defer func() { _ = recover(); n = 4; order = append(order, 2) }()
		panic("x")
	}
	fmt.Println(f(), order)

	done := make(chan string)
	go func() {
		defer func() { done <- fmt.Sprint("goexit ran its defers, recover gave ", recover()) }()
		runtime.Goexit()
	}()
	fmt.Println(<-done)
}
