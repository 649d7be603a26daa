package system

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// group is one running copy of a Group.
type group struct {
	of    Group
	parts []*part // in the order of their start

	mu    sync.Mutex
	lines *Lines
	exit  *exchange.Exit // of the part that ended first

	end     sync.Once // guards ended
	ended   chan struct{}
	stop    sync.Once
	stopped chan struct{}
}

type part struct {
	Instance
	name  string
	after time.Duration // since the start of the group
	next  int           // position of the first line that was not taken yet
}

func newGroup(g Group) *group {
	return &group{of: g, lines: NewLines(), ended: make(chan struct{}), stopped: make(chan struct{})}
}

func (g *group) add(name string, started Instance) {
	p := &part{Instance: started, name: name, after: time.Since(g.lines.since)}
	g.parts = append(g.parts, p)
	if e, ok := As[Ended](started); ok {
		go func() {
			select {
			case <-e.Done():
				g.notice(p)
				g.end.Do(func() { close(g.ended) })
			case <-g.stopped:
			}
		}()
	}
}

// Operations sums up how often something was done to the containers of the parts.
func (g *group) Operations() int {
	n := 0
	for _, p := range g.parts {
		n += Operations(p.Instance)
	}
	return n
}

// URL is the base URL of a port of the entry, or of PART or PART.NAME.
func (g *group) URL(port string) string {
	name, further, _ := strings.Cut(port, ".")
	for _, p := range g.parts {
		if p.name == name {
			return p.URL(further)
		}
	}
	for _, p := range g.parts {
		if p.name == g.of.Entry {
			return p.URL(port)
		}
	}
	return ""
}

// Logs gives the lines of all parts from position since on. Lines that were written between two calls are in the order of
// their times.
func (g *group) Logs(since int) []exchange.Line {
	g.mu.Lock()
	defer g.mu.Unlock()
	var fresh []exchange.Line
	for _, p := range g.parts {
		for _, line := range p.Logs(p.next) {
			p.next = line.N + 1
			line.Part = p.name
			line.At += p.after
			fresh = append(fresh, line)
		}
	}
	slices.SortStableFunc(fresh, func(a, b exchange.Line) int { return cmp.Compare(a.At, b.At) })
	for _, line := range fresh {
		g.lines.add(line)
	}
	return g.lines.From(since)
}

// Exited tells how the part that ended first did so.
func (g *group) Exited() (exchange.Exit, bool) {
	for _, p := range g.parts {
		g.notice(p)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.exit == nil {
		return exchange.Exit{}, false
	}
	return *g.exit, true
}

// notice keeps the exit of a part, if it is the first.
func (g *group) notice(p *part) {
	exit, ended := p.Exited()
	g.mu.Lock()
	defer g.mu.Unlock()
	if ended && g.exit == nil {
		exit.Part = p.name
		g.exit = &exit
	}
}

// Done is closed when a part has ended or the group was stopped.
func (g *group) Done() <-chan struct{} { return g.ended }

// Stop stops the parts, the last one first. When one of them has ended by itself, the others are not asked but killed: one
// that has only just begun may not hear a signal yet, and the first process of a container ignores what it has no handler for.
func (g *group) Stop(ctx context.Context) error {
	if _, broken := g.Exited(); broken {
		var hurry context.CancelFunc
		ctx, hurry = context.WithCancel(ctx)
		hurry()
	}
	g.stop.Do(func() { close(g.stopped) })
	var problems []error
	for _, p := range slices.Backward(g.parts) {
		if err := p.Stop(ctx); err != nil {
			problems = append(problems, fmt.Errorf("part %s: %w", p.name, err))
		}
	}
	g.end.Do(func() { close(g.ended) })
	return errors.Join(problems...)
}

// Health says what is wrong with the first part that is not well. Parts without a check of their own do not count.
func (g *group) Health(ctx context.Context) (wrong string, err error) {
	checked := false
	none := error(&Unable{What: "no part of the system has a health check"})
	for _, p := range g.parts {
		h, ok := As[Healthy](p.Instance)
		if !ok {
			continue
		}
		wrong, err := h.Health(ctx)
		if unable := (*Unable)(nil); errors.As(err, &unable) {
			none = err
			continue
		}
		if checked = true; wrong != "" || err != nil {
			return wrong, err
		}
	}
	if !checked {
		return "", none
	}
	return "", nil
}

// Act carries out an act on one part, or on all of them when it is on the system.
func (g *group) Act(ctx context.Context, a fault.Act) (undo func(context.Context) error, err error) {
	var done undos
	var said error // words, which are no errors
	for _, p := range g.parts {
		if a.On != p.name && a.On != "system" {
			continue
		}
		actor, ok := As[Actor](p.Instance)
		if !ok {
			continue
		}
		back, err := actor.Act(ctx, a)
		if word := (*Word)(nil); err != nil && !errors.As(err, &word) {
			return nil, errors.Join(err, done.undo(context.WithoutCancel(ctx)))
		}
		said, done = errors.Join(said, err), append(done, back)
	}
	if done == nil {
		return nil, &Unable{What: fmt.Sprintf("%s %s: no part can do that", a.Do, a.On), NotApplicable: true}
	}
	return done.undo, said
}

// Able asks the parts that the act is on.
func (g *group) Able(a fault.Act) error {
	for _, p := range g.parts {
		if actor, ok := As[Actor](p.Instance); ok && (a.On == p.name || a.On == "system") {
			if err := actor.Able(a); err != nil {
				return fmt.Errorf("part %s: %w", p.name, err)
			}
		}
	}
	return nil
}

// Prepare asks the parts that the act is on.
func (g *group) Prepare(ctx context.Context, a fault.Act) error {
	for _, p := range g.parts {
		if actor, ok := As[Actor](p.Instance); ok && (a.On == p.name || a.On == "system") {
			if err := actor.Prepare(ctx, a); err != nil {
				return fmt.Errorf("part %s: %w", p.name, err)
			}
		}
	}
	return nil
}

// Edit changes files under the parts that have the setting.
func (g *group) Edit(ctx context.Context, e fault.Edit) (undo func(context.Context) error, err error) {
	shares, err := g.of.share([]fault.Edit{e})
	if err != nil {
		return nil, err
	}
	var done undos
	for _, p := range g.parts {
		for _, own := range shares[p.name] {
			editable, ok := As[Editable](p.Instance)
			if !ok {
				continue
			}
			back, err := editable.Edit(ctx, own)
			if unable := (*Unable)(nil); errors.As(err, &unable) && unable.NotApplicable {
				continue // a part that has it in its environment only
			}
			if err != nil {
				return nil, errors.Join(err, done.undo(context.WithoutCancel(ctx)))
			}
			done = append(done, back)
		}
	}
	if done == nil {
		return nil, notApplicable(e, "no part can change it while it runs")
	}
	return done.undo, nil
}

// undos are taken back from the last to the first.
type undos []func(context.Context) error

func (u undos) undo(ctx context.Context) error {
	var problems []error
	for _, back := range slices.Backward(u) {
		problems = append(problems, back(ctx))
	}
	return errors.Join(problems...)
}
