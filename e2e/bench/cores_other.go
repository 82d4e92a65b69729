//go:build !linux

package main

// apart does nothing where the system has no way to it.
func (b *bench) apart(int) (together func() error, err error) {
	return func() error { return nil }, nil
}
