package fakes

import (
	"encoding/binary"
	"syscall"
)

// States of a TCP connection, as in tcp(7) and RFC 9293, section 3.3.2.
const (
	tcpTimeWait  = 6
	tcpClose     = 7
	tcpCloseWait = 8
	tcpLastAck   = 9
	tcpClosing   = 11
)

// hasLeft tells whether the peer has sent a FIN, or a RST. The state is the first byte of struct tcp_info.
func hasLeft(fd uintptr, reset bool) bool {
	info, err := syscall.GetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_INFO)
	if err != nil {
		return true
	}
	var raw [4]byte
	binary.NativeEndian.PutUint32(raw[:], uint32(info))
	switch raw[0] {
	case tcpClose:
		return true
	case tcpTimeWait, tcpCloseWait, tcpLastAck, tcpClosing:
		return !reset
	}
	return false
}
