package main

import (
	"context"
	"net"
	"time"
)

// dial opens a connection that parts quickly. The driver leaves a connection
// whose context ended in the background: it sends a cancel request on a second
// connection and drains the first, up to 15 s each, while the pool counts the
// place as taken. A silent database would so empty the pool for half a minute.
func dial(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	end, limited := ctx.Deadline()
	if !limited || time.Until(end) <= connectLimit {
		c, err := d.DialContext(ctx, network, address)
		return hasty(c, err)
	}
	ctx, cancel := context.WithTimeout(ctx, partingLimit) // a cancel request
	defer cancel()
	c, err := d.DialContext(ctx, network, address)
	if err == nil {
		c.SetDeadline(time.Now().Add(partingLimit))
	}
	return hasty(c, err)
}

func hasty(c net.Conn, err error) (net.Conn, error) {
	if err != nil {
		return nil, err
	}
	return hastyConn{c}, nil
}

// hastyConn shortens deadlines. The driver sets one in the future only to part.
type hastyConn struct{ net.Conn }

func (c hastyConn) SetDeadline(t time.Time) error {
	if limit := time.Now().Add(partingLimit); t.After(limit) {
		t = limit
	}
	return c.Conn.SetDeadline(t)
}
