package fakes

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/failwell/failwell/harness/fault"
)

var _ Gate = (*dependency)(nil)

// Ask decides and records a call. It never blocks.
func (d *dependency) Ask(c fault.Call) Strike {
	r := d.rig
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	c.On = d.name
	conn := d.conns[c.Conn]
	if conn != nil {
		c.Old = conn.born != r.armed
		conn.calls++
		conn.inTx = c.InTx
	}
	d.open++
	r.open++
	r.stir(now)
	open := d.open
	if fault.Point(c.Op) == fault.Connect {
		open = len(d.conns)
	}
	c, effect, rule := r.armed.plan.Decide(c, open, now)
	s := r.journal.add()
	s.rig, s.dep, s.conn, s.armed = r, d, conn, r.armed
	s.call, s.rule, s.at = c, rule, now.Sub(r.start)
	if rule > 0 {
		struck := effect // a copy, so that only struck calls allocate
		s.effect = &struck
	}
	return s
}

// Dial reaches the backend that Bind named last.
func (d *dependency) Dial(ctx context.Context) (net.Conn, error) {
	d.rig.mu.Lock()
	backend := d.backend
	d.rig.mu.Unlock()
	if backend == "" {
		return nil, fmt.Errorf("dial the backend of %s: none is bound", d.name)
	}
	var dialer net.Dialer
	c, err := dialer.DialContext(ctx, "tcp", backend)
	if err != nil {
		return nil, fmt.Errorf("dial the backend of %s: %w", d.name, err)
	}
	return c, nil
}

func (r *LocalRig) since() time.Duration { return time.Since(r.start) }
