package docker

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/system"
)

// instance is one running copy of a Container.
type instance struct {
	*box
	of        Container
	setup     system.Setup
	templates system.Templates
	ports     map[string]int // on this machine's loopback

	editing sync.Mutex
	laid    map[string]file
	edits   []*fault.Edit
}

var (
	_ system.Instance = (*instance)(nil)
	_ system.Actor    = (*instance)(nil)
	_ system.Ended    = (*instance)(nil)
	_ system.Editable = (*instance)(nil)
)

// URL is the base URL of a port.
func (i *instance) URL(port string) string {
	number, ok := i.ports[port]
	if !ok {
		return ""
	}
	return "http://127.0.0.1:" + strconv.Itoa(number)
}

// Logs gives the lines from position since on.
func (i *instance) Logs(since int) []exchange.Line { return i.lines.From(since) }

// Act does something to the container.
func (i *instance) Act(ctx context.Context, a fault.Act) (undo func(context.Context) error, err error) {
	return i.act(ctx, a)
}

// render fills in the names and makes edits.
func (i *instance) render(edits []fault.Edit) (system.Rendered, error) {
	s := i.setup
	s.Edits = edits
	return i.templates.Render(s, Dir)
}

// Edit changes the files in the running container; one cannot be taken away there, as an image need not hold a program that
// removes files.
func (i *instance) Edit(ctx context.Context, e fault.Edit) (undo func(context.Context) error, err error) {
	i.editing.Lock()
	defer i.editing.Unlock()
	if i.isOver() {
		return nil, &system.Unable{What: fmt.Sprintf("edit %s: the system has ended", e.Setting)}
	}
	if err := i.lay(ctx, append(slices.Clone(i.edits), &e)); err != nil {
		return nil, err
	}
	i.edits = append(i.edits, &e)
	return func(ctx context.Context) error {
		i.editing.Lock()
		defer i.editing.Unlock()
		i.edits = slices.DeleteFunc(i.edits, func(other *fault.Edit) bool { return other == &e })
		return i.unless(i.lay(ctx, i.edits))
	}, nil
}

// lay makes the files in the container those of the launch with these live edits.
func (i *instance) lay(ctx context.Context, live []*fault.Edit) error {
	edits := slices.Clone(i.setup.Edits)
	for _, e := range live {
		edits = append(edits, *e)
	}
	r, err := i.render(edits)
	if err != nil {
		return err
	}
	want, changed := i.of.placed(r), map[string]file{}
	for name := range i.laid {
		if _, stays := want[name]; !stays {
			return &system.Unable{What: "a file cannot be taken from a running container; start it without"}
		}
	}
	for name, f := range want {
		if i.laid[name] == f {
			continue
		}
		if f.mode == 0 && !i.closed && cmp.Or(i.user, "root") == "root" {
			return &system.Unable{What: "the system may run as root and read every file"}
		}
		changed[name] = f
	}
	if len(changed) == 0 && len(live) > len(i.edits) {
		return &system.Unable{What: "that is in no file, and nothing else can change while the system runs", NotApplicable: true}
	}
	if err := i.copy(ctx, changed); err != nil {
		return err
	}
	i.laid = maps.Clone(want)
	return nil
}
