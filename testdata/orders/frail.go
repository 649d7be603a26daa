package main

import (
	"errors"
	"net"
	"time"
)

// Bugs of the program as a whole: it ends where it should have gone on.

// watch is a watchdog that takes a moment without a processor for the end.
func watch(failed chan<- error) {
	const step = 50 * time.Millisecond
	tick := time.NewTicker(step)
	defer tick.Stop()
	for last := time.Now(); ; {
		<-tick.C
		if time.Since(last) > 10*step {
			failed <- errors.New("watchdog: it hangs")
			return
		}
		last = time.Now()
	}
}

// listening is the listener itself, or one whose first failure is its last.
func (s *server) listening(l net.Listener) net.Listener {
	if s.bug("accept-error-ends") {
		return &fragile{l}
	}
	return l
}

type fragile struct{ net.Listener }

// Accept hides that a failure is one that passes.
func (f *fragile) Accept() (net.Conn, error) {
	c, err := f.Listener.Accept()
	if err != nil {
		return nil, errors.New(err.Error())
	}
	return c, nil
}
