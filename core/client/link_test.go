//go:build !js

package client

import (
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// A write that had to wait for room is a sign of life once there is room, and
// says after a while that no answer would leave. One that need not wait is
// neither.
func TestRoomToWriteIsASignOfLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		heard := 0
		l := newLink(func() { heard++ })
		l.ReadWriteCloser = near
		for _, wait := range []time.Duration{0, time.Second, time.Minute} {
			done := make(chan error)
			go func() {
				_, err := l.Write(make([]byte, 100))
				done <- err
			}()
			time.Sleep(wait)
			synctest.Wait()
			if l.stuck(stalledWrite) != (wait >= stalledWrite) {
				t.Errorf("stalled after %v: %v", wait, l.stuck(stalledWrite))
			}
			if heard > 0 {
				t.Error("heard while nobody took anything")
			}
			if _, err := far.Read(make([]byte, 100)); err != nil {
				t.Error(err)
			}
			if err := <-done; err != nil || l.stuck(0) || heard > 0 != (wait > 0) {
				t.Errorf("after %v: %v, writing: %v, heard %d times", wait, err, l.stuck(0), heard)
			}
			heard = 0
		}
		far.Close()
		if _, err := l.Read(make([]byte, 1)); err != errEnded {
			t.Errorf("the end: %v", err)
		}
	})
}
