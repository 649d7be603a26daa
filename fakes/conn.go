package fakes

import (
	"io"
	"net"
	"time"
)

// Identified is a connection that the rig knows by a number; Call.Conn carries it.
type Identified interface{ ID() int64 }

// ID gives the number of a connection, looking through TLS and other wrappers that offer NetConn. 0: not the rig's.
func ID(c net.Conn) int64 {
	for c != nil {
		if i, ok := c.(Identified); ok {
			return i.ID()
		}
		w, ok := c.(interface{ NetConn() net.Conn })
		if !ok {
			return 0
		}
		c = w.NetConn()
	}
	return 0
}

// Reset ends a connection with a TCP reset (RST): the peer sees ECONNRESET, not an end of file.
func Reset(c net.Conn) error {
	for inner := c; inner != nil; {
		if l, ok := inner.(interface{ SetLinger(int) error }); ok {
			_ = l.SetLinger(0)
			break
		}
		w, ok := inner.(interface{ NetConn() net.Conn })
		if !ok {
			break
		}
		inner = w.NetConn()
	}
	return c.Close()
}

// lingerFor is how long Finish lets the peer read and close its own end.
const lingerFor = 500 * time.Millisecond

// Finish ends a connection in order: a FIN goes out, then what the peer still sends is thrown away until it closes too, for
// half a second at most. Closing at once would turn the FIN into a reset when bytes of the peer are unread.
func Finish(c net.Conn) error {
	for w := c; w != nil; {
		_ = closeWrite(w)
		inner, ok := w.(interface{ NetConn() net.Conn })
		if !ok {
			break
		}
		w = inner.NetConn()
	}
	below := innermost(c)
	_ = below.SetReadDeadline(time.Now().Add(lingerFor))
	_, _ = io.Copy(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{below})
	return c.Close()
}

func closeWrite(c net.Conn) error {
	if h, ok := c.(interface{ CloseWrite() error }); ok {
		return h.CloseWrite()
	}
	return nil
}
