package lab

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/system"
)

// first launches the system without any fault and lets it become ready.
func (l *Lab) first(ctx context.Context) error {
	launch, err := l.Launch(ctx, exchange.Calm, nil)
	if err == nil {
		launch, err = l.kept(ctx, launch)
	}
	if err != nil {
		return err // which every runner begins with "start system"
	}
	if !launch.Ready {
		return &Unready{launch}
	}
	if err := l.Before(ctx, false); err != nil {
		return err
	}
	return l.note(ctx)
}

// Launch starts the system with edits and waits until it is ready, dead, or given up. The running instance is stopped.
func (l *Lab) Launch(ctx context.Context, phase exchange.Phase, edits []fault.Edit) (exchange.Launch, error) {
	if err := l.end(ctx); err != nil {
		return exchange.Launch{}, err
	}
	dir, err := l.dir("system")
	if err != nil {
		return exchange.Launch{}, err
	}
	began := time.Now()
	l.launches++
	l.History = History{}
	l.instance, err = l.Config.System.Start(ctx, system.Setup{Names: l.names.launch, Secrets: values(l.Config.Secrets), Edits: edits, Dir: dir, Own: "system", State: l.Config.State})
	if err != nil {
		return exchange.Launch{}, err
	}
	out, err := l.Await(ctx, began, len(edits) > 0)
	if err != nil {
		return out, errors.Join(err, l.end(context.WithoutCancel(ctx)))
	}
	out.Phase = phase
	l.running, l.Dirty = out, false
	return out, ctx.Err()
}

// Replace starts the system anew after a case that it did not get over.
func (l *Lab) Replace(ctx context.Context) error {
	if err := l.Rig.Arm(ctx, fault.Injection{}, ""); err != nil {
		return err
	}
	launch, err := l.Launch(ctx, exchange.Calm, nil)
	switch {
	case err != nil:
		err = fmt.Errorf("start system again: %w", err)
	case !launch.Ready:
		err = &Unready{launch}
	default:
		err = l.Before(ctx, false)
	}
	l.Dirty = err != nil // no case may run on what did not come up whole
	return err
}

// probe asks a path and gives the status, 0 when nobody answers.
func (l *Lab) probe(ctx context.Context, path string) int {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if path == "" {
		path = "/"
	}
	return l.Get(ctx, "readiness", path, exchange.Idle).Status()
}

// base and target split "admin:/path" into the URL of a port and a path.
func (l *Lab) base(path string) string {
	if port, _, ok := strings.Cut(path, ":/"); ok && !strings.HasPrefix(path, "/") {
		return l.instance.URL(port)
	}
	return l.instance.URL("")
}

func target(path string) string {
	if _, rest, ok := strings.Cut(path, ":/"); ok && !strings.HasPrefix(path, "/") {
		return "/" + rest
	}
	return path
}

// lastLines are the last ten lines of the instance's log.
func (l *Lab) lastLines() []string {
	lines := l.Redactor().Lines(l.instance.Logs(0))
	var last []string
	for _, line := range lines[max(0, len(lines)-10):] {
		last = append(last, line.Text)
	}
	return last
}

// Get asks a path of the system, or "PORT:/path" of one of its ports, under a name.
func (l *Lab) Get(ctx context.Context, name, path string, phase exchange.Phase) exchange.Exchange {
	l.silence.Store(nil)
	return l.Client.Send(ctx, l.base(path), exchange.Request{Name: name, Method: http.MethodGet, Target: target(path)}, phase)
}
