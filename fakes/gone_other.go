//go:build !unix

package fakes

import "net"

// duplicate: a socket cannot be watched here without reading from it.
func duplicate(net.Conn) *watched { return nil }

func hasLeft(uintptr, bool) bool { return false }
