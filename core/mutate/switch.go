package main

import (
	"cmp"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// Most mutants are built into one program, which is told which of them to be:
// to run it is much quicker than to build another.

// variable names the mutant that a program is to be, by its number.
const variable = "MUTANT"

// A splice is one of the changes by which a mutant can be switched on.
type splice struct {
	at, drop int // bytes of the file
	text     string
	closes   bool // it ends what it is in; else it begins something
}

// helpers stand for operators.
var helpers = map[token.Token]string{
	token.EQL: "eql_", token.NEQ: "neq_", token.LSS: "lss_", token.LEQ: "leq_", token.GTR: "gtr_", token.GEQ: "geq_",
	token.ADD: "add_", token.SUB: "sub_", token.MUL: "mul_", token.QUO: "quo_",
}

// helperText is what each package gets for the switches.
const helperText = `

import ("os"; "strconv")

var chosen_, _ = strconv.Atoi(os.Getenv("` + variable + `"))

func mutant_(id int) bool { return id == chosen_ }

type number_ interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr | ~float32 | ~float64
}

func eql_[T comparable](id int, x, y T) bool { return (x == y) != mutant_(id) }
func neq_[T comparable](id int, x, y T) bool { return (x != y) != mutant_(id) }
func lss_[T number_](id int, x, y T) bool { if mutant_(id) { return x <= y }; return x < y }
func leq_[T number_](id int, x, y T) bool { if mutant_(id) { return x < y }; return x <= y }
func gtr_[T number_](id int, x, y T) bool { if mutant_(id) { return x >= y }; return x > y }
func geq_[T number_](id int, x, y T) bool { if mutant_(id) { return x > y }; return x >= y }
func add_[T number_](id int, x, y T) T { if mutant_(id) { return x - y }; return x + y }
func sub_[T number_](id int, x, y T) T { if mutant_(id) { return x + y }; return x - y }
func mul_[T number_](id int, x, y T) T { if mutant_(id) { return x / y }; return x * y }
func quo_[T number_](id int, x, y T) T { if mutant_(id) { return x * y }; return x / y }

func more_[T number_](id int, x T) T { if mutant_(id) { return x + 1 }; return x }

func min_[T number_](id int, x T, more ...T) T {
	for _, y := range more { if mutant_(id) { x = max(x, y) } else { x = min(x, y) } }
	return x
}

func max_[T number_](id int, x T, more ...T) T {
	for _, y := range more { if mutant_(id) { x = min(x, y) } else { x = max(x, y) } }
	return x
}
`

// withSwitches returns a file with its mutants built in, under their numbers.
// They are in the order in which they were found, outer ones before those in
// them.
func withSwitches(source []byte, mutants map[int]mutant) []byte {
	type piece struct {
		splice
		order int
	}
	var pieces []piece
	for id, m := range mutants {
		for _, s := range m.switched {
			s.text = strings.ReplaceAll(s.text, "ID", strconv.Itoa(id))
			pieces = append(pieces, piece{s, id})
		}
	}
	slices.SortFunc(pieces, func(a, b piece) int {
		if a.at != b.at {
			return a.at - b.at
		}
		if a.closes != b.closes { // what ends here comes before what begins here
			if a.closes {
				return -1
			}
			return 1
		}
		if a.closes { // the inner ends first
			return cmp.Compare(b.order, a.order)
		}
		return cmp.Compare(a.order, b.order)
	})
	var out []byte
	at := 0
	for _, p := range pieces {
		out = append(out, source[at:p.at]...)
		out = append(out, p.text...)
		at = p.at + p.drop
	}
	return append(out, source[at:]...)
}
