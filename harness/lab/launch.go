package lab

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/redact"
	"github.com/failwell/failwell/harness/scenario"
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
	if err := l.twice(ctx); err != nil {
		return err
	}
	return l.note(ctx)
}

// Launch starts the system with edits and waits until it is ready, dead, or given up. The running instance is stopped.
func (l *Lab) Launch(ctx context.Context, phase exchange.Phase, edits []fault.Edit) (exchange.Launch, error) {
	return l.LaunchUnder(ctx, phase, edits, Watch{Wrong: len(edits) > 0})
}

// LaunchUnder is a Launch that is watched in a way of its own.
func (l *Lab) LaunchUnder(ctx context.Context, phase exchange.Phase, edits []fault.Edit, w Watch) (exchange.Launch, error) {
	if err := l.end(ctx); err != nil {
		return exchange.Launch{}, err
	}
	dir, err := l.dir("system")
	if err != nil {
		return exchange.Launch{}, err
	}
	began := time.Now()
	l.launches++
	l.History, l.logged = History{}, 0
	l.instance, err = l.Config.System.Start(ctx, system.Setup{Names: l.names.launch, Secrets: values(l.Config.Secrets), Files: l.files, Edits: edits, Dir: dir, Own: "system", State: l.Config.State})
	if err != nil {
		return exchange.Launch{}, err
	}
	out, err := l.Await(ctx, began, w)
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

// lastLines are the lines of a start that a person wants to see: the first, where the cause mostly is, those of a crash, and the last, where the end is.
func (l *Lab) lastLines() []string {
	const first, last = 6, 10
	var all, kept []string
	for _, line := range l.Redactor().Lines(l.instance.Logs(0)) {
		all = append(all, line.Text)
	}
	crash, _ := exchange.CrashOf(all)
	left := len(all) - first - last
	out := 0
	for i, line := range all {
		if left <= 1 || i < first || i >= first+left || i >= crash.From && i < min(crash.To, crash.From+last) {
			if out > 0 {
				kept = append(kept, leftOut(out))
			}
			kept, out = append(kept, line), 0
			continue
		}
		out++
	}
	return kept
}

func leftOut(lines int) string {
	if lines == 1 {
		return "failwell: 1 line is left out here"
	}
	return fmt.Sprintf("failwell: %d lines are left out here", lines)
}

// Rise waits until a system that did not get ready in its launch does, and goes on with it.
func (l *Lab) Rise(ctx context.Context, w Watch) (exchange.Launch, error) {
	launch, err := l.Await(ctx, time.Now(), w)
	if launch.Ready {
		l.running = launch
	}
	return launch, err
}

// LogEnd is the position after the last line that the running instance has logged.
func (l *Lab) LogEnd() int {
	for _, line := range l.instance.Logs(l.logged) {
		l.logged = line.N + 1
	}
	return l.logged
}

// Get asks a path of the system, or "PORT:/path" of one of its ports, under a name.
func (l *Lab) Get(ctx context.Context, name, path string, phase exchange.Phase) exchange.Exchange {
	l.silence.Store(nil)
	return l.Client.Send(ctx, l.base(path), exchange.Request{Name: name, Method: http.MethodGet, Target: target(path), Header: l.probing(name)}, phase)
}

// twice makes the lab's own steps a second time, as every launch will on the data that the first has left: what would break each case
// behind a fresh launch is better said now.
func (l *Lab) twice(ctx context.Context) error {
	if len(l.Config.Before) == 0 || len(l.Config.Isolate) > 0 {
		return nil
	}
	if err := l.Before(ctx, false); err != nil {
		return fmt.Errorf("%w the second time, and it is made again after every launch on the same data: say tolerate: [STATUS] where that is no failure, use a $uuid, or isolate the data", err)
	}
	return nil
}

// probing are the header fields of a question about readiness or liveness.
func (l *Lab) probing(name string) exchange.Header {
	fields := l.Config.Ready.Header
	if name == check.Live {
		fields = l.Config.LiveHeader
	}
	sent, err := scenario.Request{Name: name, Header: fields}.Render(l.Scope().Value)
	if err != nil {
		return nil // a name that is not known yet, which the lab file was checked for
	}
	l.Hide(redact.Sent(sent.Header)...)
	return sent.Header
}
