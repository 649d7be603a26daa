//go:build !unix

package main

import "net"

// alive cannot look here; a dead connection shows at its first use.
func alive(net.Conn) bool { return true }
