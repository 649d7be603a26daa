//go:build unix

package main

import (
	"net"
	"syscall"
)

// alive looks, without waiting or sending, whether an idle connection was
// closed by the other side or has something unasked to say, which a database
// has only before it goes. Connections it cannot look into count as alive.
func alive(c net.Conn) bool {
	holder, ok := c.(syscall.Conn)
	if !ok {
		return true
	}
	raw, err := holder.SyscallConn()
	if err != nil {
		return false
	}
	quiet := false
	// Control and not Read, which would wait for a reader that the driver may have left in the background after a slow write.
	err = raw.Control(func(fd uintptr) {
		_, _, err := syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		quiet = err == syscall.EAGAIN
	})
	return err == nil && quiet
}
