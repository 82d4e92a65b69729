package client

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// A reader that is woken as its context ends leaves the event to another.
func TestWakeUpIsPassedOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 100 { // which of the two the runtime sees first is chance
			b := newInbox(1)
			leaves, leave := context.WithCancel(t.Context())
			left := make(chan Event, 1)
			go func() { left <- b.next(leaves) }()
			synctest.Wait()
			stays, done := context.WithTimeout(t.Context(), time.Minute)
			got := make(chan Event, 1)
			go func() { got <- b.next(stays) }()
			synctest.Wait()
			b.tell(Open{})
			leave()
			if <-left == nil && <-got == nil {
				t.Error("an event that is there was not read")
			}
			done()
		}
	})
}
