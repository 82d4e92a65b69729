package fleet

// dice is a generator of random numbers with 8 bytes of state, so that each of
// a million clients can have one of its own: what one client draws does not
// depend on what the others did. It is SplitMix64 (Steele, Lea, Flood, 2014).
type dice uint64

// newDice returns the dice of the nth client.
func newDice(seed uint64, n int) dice {
	d := dice(seed)
	d = dice(d.next()) + dice(n)*0x9e3779b97f4a7c15
	return dice(d.next())
}

func (d *dice) next() uint64 {
	*d += 0x9e3779b97f4a7c15
	z := uint64(*d)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// roll returns a number in [0, 1).
func (d *dice) roll() float64 { return float64(d.next()>>11) / (1 << 53) }

// factor draws from a log-normal distribution with median 1. It uses nothing
// but sums, products and conversions that keep them apart, so that every
// processor gives the same: math.Exp and math.Log differ in their last bits.
func (d *dice) factor(spread float64) float64 {
	sum := -6.0 // twelve uniform numbers less six: normal, to within 1 % up to ±3
	for range 12 {
		sum += d.roll()
	}
	x := 1 + float64(sum*spread)/1024
	for range 10 { // (1 + x/1024)^1024
		x = float64(x * x)
	}
	return x
}
