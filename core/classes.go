package core

// Classes is a set of causes of failure.
type Classes uint32

// ClassesOf returns the set of some.
func ClassesOf(list ...Class) (set Classes) {
	for _, c := range list {
		set |= 1 << c
	}
	return set
}

// Has reports whether a cause is in the set.
func (s Classes) Has(c Class) bool { return s&(1<<c) != 0 }
