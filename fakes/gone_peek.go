//go:build unix && !linux

package fakes

import (
	"errors"
	"syscall"
)

// hasLeft tells whether the peer has sent a FIN, or a RST, and everything before it was read.
func hasLeft(fd uintptr, reset bool) bool {
	var one [1]byte
	n, _, err := syscall.Recvfrom(int(fd), one[:], syscall.MSG_PEEK)
	if err != nil {
		return !errors.Is(err, syscall.EAGAIN) && !errors.Is(err, syscall.EINTR)
	}
	return n == 0 && !reset
}
