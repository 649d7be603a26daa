package fakes

import (
	"context"
	"fmt"

	"github.com/failwell/failwell/harness/fault"
)

// fault.LinkOp is the op of hits that a link leaves: a connection that was closed, reset, or held because of its dependency's
// condition and not because of a rule.
// standstill holds the connections of a dependency on which nothing moves.
type standstill struct{ over chan struct{} }

// move brings a dependency into the condition of a link; nil is the open link of calm.
type move struct {
	dep    *dependency
	to     *fault.Link
	was    *standstill // to be ended
	doomed []kill
}

func (m *move) refused() bool { return m.to != nil && m.to.State == fault.Refused }

// deaf tells whether connections to the port hang.
func (m *move) deaf() bool { return m.to != nil && m.to.State == fault.Deaf }

// finish does what must not be done under a lock.
func (m *move) finish(ctx context.Context) {
	if m.was != nil {
		close(m.was.over)
	}
	for _, k := range m.doomed {
		k.carryOut()
	}
	if m.refused() {
		return
	}
	if m.deaf() {
		if err := m.dep.listener.deafen(ctx); err != nil {
			m.dep.fault(fmt.Errorf("let connections to %s hang: %w", m.dep.name, err))
		}
		return
	}
	if err := m.dep.listener.open(ctx); err != nil {
		m.dep.fault(fmt.Errorf("open %s again: %w", m.dep.name, err))
	}
}

// kill is a connection and how it ends.
type kill struct {
	conn *connection
	verb fault.Verb
	part func() // what its fake does before it is closed; nil: nothing
}

func (k kill) carryOut() {
	if k.verb == fault.Reset {
		_ = Reset(k.conn)
		return
	}
	if k.part != nil {
		k.part()
	}
	_ = k.conn.Close()
}

// existing is what becomes of the connections that are open.
func (m *move) existing() fault.Existing {
	switch {
	case m.to == nil:
		return fault.Keep
	case m.to.Existing != "":
		return m.to.Existing
	case m.to.State == fault.Refused, m.to.State == fault.Silent, m.to.State == fault.Deaf:
		return fault.Drain
	}
	return fault.Keep
}

// relink notes the new condition of the dependency and of each connection. rig.mu is held.
func (m *move) relink() {
	d := m.dep
	if d.link == m.to {
		return
	}
	existing := m.existing()
	m.was = d.standing
	d.link, d.standing = m.to, nil
	if existing == fault.Stall || m.to != nil && m.to.State == fault.Silent {
		d.standing = &standstill{over: make(chan struct{})}
	}
	for _, c := range d.conns {
		c.draining, c.moaned = false, false
		c.stalled.Store(nil)
		m.treat(c, existing)
	}
}

// treat does to a connection what the link does to existing ones. rig.mu is held.
func (m *move) treat(c *connection, existing fault.Existing) {
	switch existing {
	case fault.Drain:
		c.draining = true
		if c.idle() {
			m.doomed = append(m.doomed, kill{c, fault.Close, nil})
		}
	case fault.CloseAll:
		m.dep.struck(c, fault.Close, "closed")
		m.doomed = append(m.doomed, kill{c, fault.Close, nil})
	case fault.ShutDown:
		answer := "closed"
		if c.parting != nil {
			answer = c.partingAs
		}
		m.dep.struck(c, fault.Close, answer)
		m.doomed = append(m.doomed, kill{c, fault.Close, c.parting})
	case fault.ResetAll:
		m.dep.struck(c, fault.Reset, "reset")
		m.doomed = append(m.doomed, kill{c, fault.Reset, nil})
	case fault.Stall:
		c.stalled.Store(m.dep.standing) // it leaves its hit when a byte should have moved
	}
}

// silent gives what holds a new connection; nil: nothing.
func (d *dependency) silent() *standstill {
	if d.link != nil && d.link.State == fault.Silent {
		return d.standing
	}
	return nil
}

// struck records what a link did to a connection. rig.mu is held.
func (d *dependency) struck(c *connection, verb fault.Verb, answer string) {
	s := d.rig.journal.add()
	s.rig, s.dep = d.rig, d
	s.call = fault.Call{On: d.name, Op: fault.LinkOp, Conn: c.id, Old: c.born != d.rig.armed}
	s.effect = &fault.Effect{Verb: verb}
	s.at = d.rig.since()
	s.ended, s.done, s.answer = true, fault.Carried, answer
}

// recordStall records, once a standstill, that the system met it on this connection. rig.mu is held.
func (c *connection) recordStall() {
	if !c.moaned {
		c.moaned = true
		c.dep.struck(c, fault.Hang, "")
	}
}

// Drain closes the connections of a dependency that are idle: no call open and no transaction. It gives the number of
// those that are still open.
func (r *LocalRig) Drain(_ context.Context, on string) (int, error) {
	d, err := r.find(on)
	if err != nil {
		return 0, err
	}
	var idle []*connection
	r.mu.Lock()
	for _, c := range d.conns {
		if c.idle() {
			idle = append(idle, c)
		}
	}
	left := len(d.conns) - len(idle)
	r.mu.Unlock()
	for _, c := range idle {
		_ = c.Close()
	}
	return left, nil
}
