package harness

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/system"
)

// Unready says that the system did not get ready without any fault: there is nothing to break yet.
type Unready struct{ Launch exchange.Launch }

func (u *Unready) Error() string {
	l := u.Launch
	what := fmt.Sprintf("the system was not ready after %s", l.Took.Round(time.Millisecond))
	if l.Exit != nil {
		what = fmt.Sprintf("the system ended with code %d after %s", l.Exit.Code, l.Took.Round(time.Millisecond))
		if l.Exit.Signal != "" {
			what = fmt.Sprintf("signal %s ended the system after %s", l.Exit.Signal, l.Took.Round(time.Millisecond))
		}
	} else if l.Readying > 0 {
		what += fmt.Sprintf(" (readiness gave %d)", l.Readying)
	}
	if len(l.Last) > 0 {
		what += "; its last lines:\n    " + strings.Join(l.Last, "\n    ")
	}
	return what
}

// ended is an instance that tells when it ends.
type ended interface{ Done() <-chan struct{} }

// first launches the system without any fault and lets it become ready.
func (l *Lab) first(ctx context.Context) error {
	launch, err := l.launch(ctx, exchange.Calm, nil)
	if err == nil {
		launch, err = l.kept(ctx, launch)
	}
	if err != nil {
		return fmt.Errorf("start system: %w", err)
	}
	if !launch.Ready {
		return &Unready{launch}
	}
	if err := l.before(ctx, false); err != nil {
		return err
	}
	return l.note(ctx)
}

// launch starts the system with edits and waits until it is ready, dead, or given up. The running instance is stopped.
func (l *Lab) launch(ctx context.Context, phase exchange.Phase, edits []fault.Edit) (exchange.Launch, error) {
	if err := l.end(ctx); err != nil {
		return exchange.Launch{}, err
	}
	dir, err := l.dir("system")
	if err != nil {
		return exchange.Launch{}, err
	}
	secrets := map[string]string{}
	for name, s := range l.cfg.Secrets {
		secrets[name] = s.Value
	}
	began := time.Now()
	l.launches++
	l.instance, err = l.cfg.System.Start(ctx, system.Setup{Names: l.names.launch, Secrets: secrets, Edits: edits, Dir: dir, Own: "system", State: l.cfg.State})
	if err != nil {
		return exchange.Launch{}, err
	}
	out := l.await(ctx, began, len(edits) > 0)
	out.Phase = phase
	l.running, l.dirty = out, false
	return out, ctx.Err()
}

// await watches a launch. With edits, a system that answers readiness with an error for a while has told enough.
func (l *Lab) await(ctx context.Context, began time.Time, edited bool) exchange.Launch {
	within := l.cfg.Ready.Within
	patience := min(within, max(2*time.Second, 3*l.running.Took))
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	var gone <-chan struct{}
	if e, ok := l.instance.(ended); ok {
		gone = e.Done()
	}
	out := exchange.Launch{}
	pause := 2 * time.Millisecond
	timer := time.NewTimer(0)
	defer timer.Stop()
	var refusing time.Time
	for {
		select {
		case <-gone:
			return l.died(out, began)
		case <-ctx.Done():
			out.Took = time.Since(began)
			out.Last = l.lastLines()
			return out
		case <-timer.C:
		}
		if _, dead := l.instance.Exited(); dead {
			return l.died(out, began)
		}
		status := l.probe(ctx, l.cfg.Ready.Get)
		out.Readying = max(status, 0)
		switch {
		case status/100 == 2 || status != 0 && l.cfg.Ready.Get == "":
			out.Ready, out.Took = true, time.Since(began)
			return out
		case status > 0 && refusing.IsZero():
			refusing = time.Now()
		case status > 0 && edited && time.Since(refusing) > patience:
			out.Took, out.Last = time.Since(began), l.lastLines()
			return out
		}
		pause = min(pause*3/2, 50*time.Millisecond)
		timer.Reset(pause)
	}
}

func (l *Lab) died(out exchange.Launch, began time.Time) exchange.Launch {
	exit, _ := l.instance.Exited()
	out.Exit, out.Took, out.Last = &exit, time.Since(began), l.lastLines()
	return out
}

// probe asks a path and gives the status, 0 when nobody answers.
func (l *Lab) probe(ctx context.Context, path string) int {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if path == "" {
		path = "/"
	}
	e := l.send.send(ctx, l.base(path), exchange.Request{Name: "readiness", Method: http.MethodGet, Target: target(path)}, exchange.Idle)
	return e.Status()
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
	lines := l.redact.lines(l.instance.Logs(0))
	var last []string
	for _, line := range lines[max(0, len(lines)-10):] {
		last = append(last, line.Text)
	}
	return last
}
