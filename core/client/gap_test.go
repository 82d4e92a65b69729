//go:build !js

package client

import (
	"testing"
	"testing/synctest"
	"time"
)

// "What the server sent between LastMessage and now, over a connection that was
// down for Down": nothing at first, then from the loss to the open, the dials
// that failed meanwhile included.
func TestOpenSaysWhatWasMissed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, net := newFake(t, Options{HeartbeatInterval: Forever, Jitter: None, BaseDelay: time.Second, Multiplier: 1})
		c.start()
		t.Cleanup(func() { c.CloseNow() })
		opens := make(chan Open, 10)
		go func() {
			for ev := range c.Events(t.Context()) {
				if open, ok := ev.(Open); ok {
					opens <- open
				}
			}
		}()
		go c.Connect(t.Context())
		synctest.Wait()
		net.gen(1).open()
		if got := <-opens; got != (Open{}) {
			t.Errorf("the first open says %+v", got)
		}
		time.Sleep(10 * time.Second)
		heard := time.Now()
		net.gen(1).in <- Message{Text, []byte("1")}
		time.Sleep(3 * time.Second)
		net.gen(1).end(ending{code: 1006})
		time.Sleep(time.Second)
		synctest.Wait()
		net.gen(2).end(ending{code: 1006})
		time.Sleep(time.Second)
		synctest.Wait()
		net.gen(3).open()
		if got, want := <-opens, (Open{Down: 2 * time.Second, LastMessage: heard}); got.Down != want.Down || !got.LastMessage.Equal(want.LastMessage) {
			t.Errorf("the second open says %+v, want %+v", got, want)
		}
		time.Sleep(10 * time.Second)
		c.Reconnect()
		synctest.Wait()
		time.Sleep(70 * time.Millisecond)
		net.gen(4).open()
		if got := <-opens; got.Down != 70*time.Millisecond {
			t.Errorf("the open after Reconnect says %+v, want 70ms", got)
		}
	})
}
