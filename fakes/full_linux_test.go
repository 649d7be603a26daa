package fakes_test

import (
	"errors"
	"net"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/fault"
)

// Whoever connects to what is unreachable hangs, and gets through when it is lifted, without asking anew.
func TestConnectionsHang(t *testing.T) {
	r := rig(t)
	addr := r.Addr("db")
	for range 3 {
		arm(t, r, link(fault.Link{State: fault.Deaf}))
		c, err := net.DialTimeout("tcp", addr, 300*time.Millisecond)
		if late := net.Error(nil); !errors.As(err, &late) || !late.Timeout() {
			t.Fatalf("dial: %v, %v; want that it hangs", c, err)
		}
		through := make(chan error, 1)
		go func() {
			c, err := net.DialTimeout("tcp", addr, 20*time.Second)
			if err == nil {
				err = c.Close()
			}
			through <- err
		}()
		<-time.After(100 * time.Millisecond) // its first packet is dropped
		arm(t, r, fault.Injection{})
		if err := <-through; err != nil {
			t.Errorf("what hung when it was lifted: %v", err)
		}
		dial(t, r).say("well again")
	}
	arm(t, r, link(fault.Link{State: fault.Deaf}))
	arm(t, r, link(fault.Link{State: fault.Refused}))
	wantRefused(t, r)
}
