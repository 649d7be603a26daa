//go:build unix

package fakes

import (
	"net"
	"os"
	"syscall"
)

// duplicate opens a second descriptor of the connection in the runtime's poller; nil: this connection has none.
func duplicate(c net.Conn) *watched {
	s, ok := c.(syscall.Conn)
	if !ok {
		return nil
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return nil
	}
	second := -1
	syscall.ForkLock.RLock()
	err = raw.Control(func(fd uintptr) {
		if second, err = syscall.Dup(int(fd)); err == nil {
			syscall.CloseOnExec(second)
		}
	})
	syscall.ForkLock.RUnlock()
	if err != nil || second < 0 {
		return nil
	}
	file := os.NewFile(uintptr(second), "watched connection") // it is non-blocking, so NewFile makes it pollable
	raw, err = file.SyscallConn()
	if err != nil {
		_ = file.Close()
		return nil
	}
	return &watched{Closer: file, raw: raw}
}
