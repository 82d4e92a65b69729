package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"sort"
	"strings"
)

// reflection calls through the two stubs whose frames the stack walker knows by
// name, and collects inside.
func reflection() {
	swap := func(args []reflect.Value) []reflect.Value {
		runtime.GC()
		start := 300
		deep(start, &start, nil)
		return []reflect.Value{args[1], args[0]}
	}
	var f func(*node, string) (string, *node)
	reflect.ValueOf(&f).Elem().Set(reflect.MakeFunc(reflect.TypeOf(f), swap))
	for i := range 5 {
		s, n := f(&node{name: fmt.Sprint("n", i)}, fmt.Sprint("s", i))
		fmt.Print(s, n.name, " ")
	}
	get := reflect.ValueOf(&thing{5}).MethodByName("With").Interface().(func(int) any)
	start := 300
	deep(start, &start, nil)
	fmt.Println(get(1), reflect.TypeOf(thing{}).NumMethod())
	text, err := json.Marshal(map[string]any{"b": []int{1, 2}, "a": struct{ X, Y float64 }{1.5, -2}})
	fmt.Println(string(text), err)
}

func values() {
	dice := rand.New(rand.NewPCG(1, 2))
	m := map[string]int{}
	for range 20000 {
		m[fmt.Sprint("key ", dice.IntN(5000))]++
	}
	for i := range 2000 {
		delete(m, fmt.Sprint("key ", i))
	}
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	fmt.Println(len(keys), keys[0], m[keys[0]], keys[len(keys)-1])

	numbers := make([]float64, 5000)
	for i := range numbers {
		numbers[i] = dice.NormFloat64()
	}
	slices.Sort(numbers)
	fmt.Println(slices.IsSorted(numbers), numbers[0], numbers[4999])

	var b strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&b, "%d,%c;", i, 'a'+i%26)
	}
	fmt.Println(b.Len(), strings.Count(b.String(), "z"), strings.ToUpper("grüße"), []rune("日本")[1])
}
