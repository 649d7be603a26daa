package sweep_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/standard"
	"github.com/failwell/failwell/harness/sweep"
	"github.com/failwell/failwell/harness/system"
)

// sweeping is a sweep of cases that take a while each, over labs whose making is up to the test.
func sweeping(labs, cases int, begin func(ctx context.Context, nth int) error) sweep.Sweep {
	fine := system.Func(func(context.Context, system.Setup) (http.Handler, error) {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), nil
	})
	return sweep.Sweep{
		Labs: labs,
		Make: func(ctx context.Context, nth int) (lab.Config, error) {
			return lab.Config{System: fine, Catalog: standard.Catalog(), IdleFor: time.Millisecond,
				Requests: []scenario.Request{{Name: "get", Method: "GET", Target: "/"}}}, begin(ctx, nth)
		},
		Cases: func(*lab.Lab, []lab.Seen) ([]scenario.Case, error) {
			var all []scenario.Case
			for n := range cases {
				all = append(all, scenario.Case{ID: fmt.Sprint("case-", n), Request: "get", Faults: fault.Injection{}, Copies: 1})
			}
			return all, nil
		},
	}
}

// What is wrong with the first lab is wrong with all: no other is begun.
func TestTheFirstLabGoesAhead(t *testing.T) {
	var begun atomic.Int32
	wrong := errors.New("no such system")
	_, err := sweeping(8, 3, func(context.Context, int) error { begun.Add(1); return wrong }).Run(t.Context())
	if !errors.Is(err, wrong) || begun.Load() != 1 {
		t.Errorf("%d labs were begun, %v", begun.Load(), err)
	}
}

// A lab that does not come up is tried once more; then the others do the work, and it is said why there were fewer.
func TestALabThatDoesNotComeUpIsMissed(t *testing.T) {
	wrong := errors.New("no network left")
	var tried [3]atomic.Int32
	out, err := sweeping(3, 400, func(_ context.Context, nth int) error {
		if n := tried[nth].Add(1); nth == 1 && n == 1 || nth == 2 {
			return wrong
		}
		return nil
	}).Run(t.Context())
	if err != nil || len(out.Results) != 400 || out.Labs != 2 {
		t.Errorf("%d cases were run by %d labs, %v", len(out.Results), out.Labs, err)
	}
	if len(out.Missing) != 1 || !errors.Is(out.Missing[0], wrong) || tried[1].Load() != 2 || tried[2].Load() != 2 {
		t.Errorf("missing %v, tried %d and %d times", out.Missing, tried[1].Load(), tried[2].Load())
	}
}

// When all cases are done, nobody waits for labs that are still starting.
func TestALabThatIsNotNeededIsNotAwaited(t *testing.T) {
	var left atomic.Int32
	out, err := sweeping(4, 3, func(ctx context.Context, nth int) error {
		if nth == 0 {
			return nil
		}
		<-ctx.Done()
		left.Add(1)
		return ctx.Err()
	}).Run(t.Context())
	if err != nil || len(out.Results) != 3 || out.Labs != 1 || left.Load() != 3 {
		t.Errorf("%d cases by %d labs, %d were called off, %v", len(out.Results), out.Labs, left.Load(), err)
	}
}

// A sweep that is stopped gives what was done.
func TestAStoppedSweepGivesWhatWasDone(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	s := sweeping(2, 5000, func(context.Context, int) error { return nil })
	s.Tell = func(done, _ int, r report.Result) {
		if strings.HasPrefix(r.ID, "case-") && done == 20 {
			stop()
		}
	}
	out, err := s.Run(ctx)
	if !out.Interrupted || len(out.Results) < 20 || len(out.Results) >= 5000 || err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("%d cases, interrupted %v, %v", len(out.Results), out.Interrupted, err)
	}
}

// When the first lab is up, the others start as many at a time as its configuration says, until all have.
func TestLabsStartAFewAtATime(t *testing.T) {
	for starts, most := range map[int]int{0: 7, 2: 2, 20: 7} {
		arrived, leave := make(chan int, 7), make(chan struct{})
		s := sweeping(8, 0, func(_ context.Context, nth int) error {
			if nth > 0 {
				arrived <- nth
				<-leave
			}
			return nil
		})
		plain := s.Make
		s.Make = func(ctx context.Context, nth int) (lab.Config, error) {
			cfg, err := plain(ctx, nth)
			cfg.Starts = starts
			return cfg, err
		}
		s.Cases = func(*lab.Lab, []lab.Seen) ([]scenario.Case, error) {
			for range most {
				<-arrived
			}
			select {
			case nth := <-arrived:
				t.Errorf("%d at a time: lab %d starts too", starts, nth)
				most++
			case <-time.After(50 * time.Millisecond):
			}
			for range 7 - most {
				leave <- struct{}{}
				<-arrived
			}
			close(leave)
			return nil, nil
		}
		if _, err := s.Run(t.Context()); err != nil {
			t.Error(err)
		}
	}
}
