package lab

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/system"
)

// Unready says that the system did not get ready without any fault: there is nothing to break yet.
type Unready struct{ Launch exchange.Launch }

func (u *Unready) Error() string {
	l := u.Launch
	what := fmt.Sprintf("the system was not ready after %s", l.Took.Round(time.Millisecond))
	if l.Exit != nil {
		what = fmt.Sprintf("the system %s after %s", l.Exit, l.Took.Round(time.Millisecond))
	} else if len(l.Awaited) > 0 {
		what += ": " + strings.Join(l.Awaited, ", ")
	}
	if len(l.Last) > 0 {
		what += "; its last lines:\n    " + strings.Join(l.Last, "\n    ")
	}
	return what
}

// awaiting is what is known of the readiness of one launch.
type awaiting struct {
	*Lab
	status int  // what the path gave last, 0: no answer
	said   bool // the line has come
	next   int  // the first line of the log that was not looked at
	read   int  // the same, for what it says is wrong
}

// lacks lists what of readiness does not hold yet; nothing: the system is ready. The error says that it can never be known.
func (a *awaiting) lacks(ctx context.Context) ([]string, error) {
	var lacks []string
	r := a.Config.Ready
	a.status = a.probe(ctx, r.Get)
	switch {
	case r.Get != "" && a.status == 0:
		lacks = append(lacks, "GET "+r.Get+" got no answer")
	case r.Get != "" && a.status/100 != 2:
		lacks = append(lacks, fmt.Sprintf("GET %s gave %d", r.Get, a.status))
	case r.Get != "" && !a.entered(ctx):
		lacks = append(lacks, "the port that requests go to gives no answer")
	case r.Get == "" && r.Log == "" && !r.Health && a.status == 0:
		lacks = append(lacks, "it gives no answer")
	}
	if r.Log != "" && !a.hasSaid(r.Log) {
		lacks = append(lacks, fmt.Sprintf("no line of its log has %q", r.Log))
	}
	if !r.Health {
		return lacks, nil
	}
	checked, ok := system.As[system.Healthy](a.instance)
	if !ok {
		return nil, &system.Unable{What: "ready: {health: true} is for a container whose image has a HEALTHCHECK; say get: PATH or log: TEXT"}
	}
	wrong, err := checked.Health(ctx)
	if wrong != "" {
		lacks = append(lacks, "its health check says "+wrong)
	}
	return lacks, err
}

// entered tells whether the port that requests go to answers, where readiness is asked for at another one.
func (l *Lab) entered(ctx context.Context) bool {
	return l.base(l.Config.Ready.Get) == l.base("/") || l.probe(ctx, "/") != 0
}

func (a *awaiting) hasSaid(text string) bool {
	if a.said {
		return true
	}
	for _, line := range a.instance.Logs(a.next) {
		a.next = line.N + 1
		if strings.Contains(line.Text, text) {
			a.said = true
			return true
		}
	}
	return false
}

// Watch says how a launch is watched.
type Watch struct {
	Wrong  bool              // something is wrong with what it is started with: one that answers readiness with an error for a while has told enough
	Says   func(string) bool // what tells enough too: a line of its log that speaks of what is wrong
	Within time.Duration     // how long it may take; default: what the lab says of readiness
}

// tells tells whether a line of the log speaks of what is wrong.
func (a *awaiting) tells(w Watch) bool {
	if w.Says == nil {
		return false
	}
	for _, line := range a.instance.Logs(a.read) {
		a.read = line.N + 1
		if w.Says(line.Text) {
			return true
		}
	}
	return false
}

// Await watches a launch, for longer where others keep this machine from its work. The error is an *Unable when this system's
// readiness cannot be known in the way that the lab says.
func (l *Lab) Await(ctx context.Context, began time.Time, w Watch) (exchange.Launch, error) {
	within := cmp.Or(w.Within, l.Config.Ready.Within)
	patience := min(l.Config.Ready.Within, max(2*time.Second, 3*l.running.Took))
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	l.Lag.Take() // what was before the launch does not count
	end := time.AfterFunc(within, func() {
		more := l.Lag.Take().stretch(l.Config.Ready.Within) - l.Config.Ready.Within // a watch that is longer has room enough
		if more <= 0 {
			cancel()
			return
		}
		time.AfterFunc(more, cancel)
	})
	defer end.Stop()
	var gone <-chan struct{}
	if e, ok := system.As[system.Ended](l.instance); ok {
		gone = e.Done()
	}
	a := awaiting{Lab: l}
	out := exchange.Launch{}
	pause := 2 * time.Millisecond
	timer := time.NewTimer(0)
	defer timer.Stop()
	var refusing time.Time
	for {
		select {
		case <-gone:
			return l.died(out, began), nil
		case <-ctx.Done():
			out.Took, out.Last = time.Since(began), l.lastLines()
			return out, nil
		case <-timer.C:
		}
		if _, dead := l.instance.Exited(); dead {
			return l.died(out, began), nil
		}
		lacks, err := a.lacks(ctx)
		if ctx.Err() != nil {
			continue // what was asked last had no time to answer
		}
		switch out.Readying, out.Awaited = max(a.status, 0), lacks; {
		case err != nil:
			return out, err
		case len(lacks) == 0:
			out.Ready, out.Took = true, time.Since(began)
			return out, nil
		case refusing.IsZero() && (a.status > 0 || a.tells(w)):
			refusing = time.Now()
		case w.Wrong && (a.status > 0 || w.Says != nil) && !refusing.IsZero() && time.Since(refusing) > patience:
			out.Took, out.Last = time.Since(began), l.lastLines()
			return out, nil
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
