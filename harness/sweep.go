package harness

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
)

// Sweep runs many cases over several labs of one system. It stops when ctx ends, with the results of what ran.
type Sweep struct {
	Labs  int                                                // how many labs, at least 1
	Make  func(ctx context.Context, lab int) (Config, error) // a lab's configuration, with fakes of its own
	Cases func(l *Lab, seen []Seen) ([]scenario.Case, error) // the cases, from what calm showed
	Tell  func(done, total int, r report.Result)             // after each case; may be nil; called by one goroutine at a time
	// Budget is how long cases are started for; 0: until all are done. What is left then is skipped, visibly.
	Budget time.Duration
	Ready  func(labs int) // when all labs are up and were watched idle; may be nil
}

// Swept is what a sweep gave.
type Swept struct {
	Results     []report.Result
	Seen        []Seen
	Launches    int
	Operations  int // on containers and networks, from the start of the labs to the last case
	Labs        int
	Interrupted bool
}

// Run starts the labs side by side, lets the first one learn what calm is, and shares the cases out. The error is about
// starting; what goes wrong in a case is in its result.
func (s Sweep) Run(ctx context.Context) (Swept, error) {
	labs, err := s.start(ctx)
	defer func() {
		var group sync.WaitGroup
		for _, l := range labs {
			group.Go(func() { _ = l.Close() })
		}
		group.Wait()
	}()
	if err != nil {
		return Swept{Interrupted: ctx.Err() != nil}, err
	}
	out := Swept{Labs: len(labs)}
	if out.Seen, err = labs[0].Calm(ctx); err != nil {
		return out, err
	}
	for _, l := range labs[1:] {
		l.Adopt(labs[0])
	}
	cases, err := s.Cases(labs[0], out.Seen)
	if err != nil {
		return out, err
	}
	if s.Ready != nil {
		s.Ready(len(labs))
	}
	out.Results = s.share(ctx, labs, cases)
	if ctx.Err() == nil {
		s.confirm(ctx, labs[0], cases, out.Results)
	}
	for _, l := range labs {
		out.Launches += l.Launches()
		out.Operations += l.Operations()
	}
	out.Interrupted = ctx.Err() != nil
	out.Results = slices.DeleteFunc(out.Results, func(r report.Result) bool { return r.ID == "" })
	return out, nil
}

func (s Sweep) start(ctx context.Context) ([]*Lab, error) {
	labs := make([]*Lab, max(1, s.Labs))
	errs := make([]error, len(labs))
	var group sync.WaitGroup
	for i := range labs {
		group.Go(func() {
			cfg, err := s.Make(ctx, i)
			if err == nil {
				labs[i], err = Start(ctx, cfg)
			}
			errs[i] = err
		})
	}
	group.Wait()
	labs = slices.DeleteFunc(labs, func(l *Lab) bool { return l == nil })
	for _, err := range errs {
		if err != nil {
			return labs, err // the first one speaks for all: they are alike
		}
	}
	return labs, nil
}

// share lets the labs take cases from one queue, the long ones first.
func (s Sweep) share(ctx context.Context, labs []*Lab, cases []scenario.Case) []report.Result {
	results := make([]report.Result, len(cases))
	queue := make(chan int, len(cases))
	sorted := order(cases)
	if s.Budget > 0 {
		slices.SortStableFunc(sorted, func(a, b int) int { return value(cases[b]) - value(cases[a]) })
	}
	began := time.Now()
	for _, i := range sorted {
		queue <- i
	}
	close(queue)
	var mu sync.Mutex
	done := 0
	var group sync.WaitGroup
	for n, l := range labs {
		group.Go(func() {
			for i := range queue {
				if ctx.Err() != nil {
					return
				}
				if s.Budget > 0 && time.Since(began) > s.Budget && cases[i].Skip == "" {
					cases[i].Skip = fmt.Sprintf("deferred: the budget of %s was used up", s.Budget)
				}
				r, err := l.Run(ctx, cases[i])
				if err != nil && ctx.Err() != nil {
					return
				}
				r.Lab = n
				mu.Lock()
				results[i] = r
				done++
				if s.Tell != nil {
					s.Tell(done, len(cases), r)
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	return results
}

// value orders cases when there is no time for all: what a team wrote itself first, then what every request gets.
func value(c scenario.Case) int {
	switch {
	case c.Specific:
		return 2
	case slices.Contains(c.Labels, scenario.Core):
		return 1
	}
	return 0
}

// order puts cases that start the system anew, and those that wait, first: what is long must not be last.
func order(cases []scenario.Case) []int {
	weight := func(c scenario.Case) int {
		w := 4*len(c.Faults.Edits) + 4*len(c.Faults.Acts)
		for _, r := range c.Faults.Rules {
			if !r.Effect.Delay.IsZero() || r.Effect.Verb == "hang" || r.Effect.Verb == "drip" {
				w += 2
			}
		}
		for _, l := range c.Faults.Links {
			if l.State == "silent" {
				w += 2
			}
		}
		return w
	}
	all := make([]int, len(cases))
	for i := range all {
		all[i] = i
	}
	slices.SortStableFunc(all, func(a, b int) int {
		if d := weight(cases[b]) - weight(cases[a]); d != 0 {
			return d
		}
		return strings.Compare(cases[a].Request, cases[b].Request) // neighbours may share their calm
	})
	return all
}

// confirm repeats failures of timing alone with nothing else running: they count only if they repeat. Of the cases of one
// scenario on one dependency the first speaks for all when it repeats.
func (s Sweep) confirm(ctx context.Context, l *Lab, cases []scenario.Case, results []report.Result) {
	repeated := map[string]bool{}
	for i, r := range results {
		if r.Outcome != check.Fail || !timingOnly(r) || ctx.Err() != nil {
			continue
		}
		key := fmt.Sprint(r.Scenario, r.On)
		if repeated[key] {
			results[i].Confirmed = true
			continue
		}
		again, err := l.Run(ctx, cases[i])
		if err != nil {
			continue
		}
		again.Confirmed = true
		repeated[key] = again.Outcome == check.Fail
		results[i] = again
	}
}

// timingOnly tells whether everything that was found was found by the clock.
func timingOnly(r report.Result) bool {
	return !slices.ContainsFunc(r.Verdicts, func(v check.Verdict) bool { return v.Outcome == check.Fail && !v.Timing })
}

// Calmer says that most requests do not succeed even without a fault.
type Calmer struct{ Seen []Seen }

func (c *Calmer) Error() string {
	text := "fix the lab first: fewer than half of the requests succeed without any fault"
	for _, s := range c.Seen {
		if !s.OK {
			text += fmt.Sprintf("\n    %s: %s", s.Request.Name, s.Why)
		}
	}
	return text
}

// MostlyCalm is nil when at least half of the requests are calm.
func MostlyCalm(seen []Seen) error {
	ok := 0
	for _, s := range seen {
		if s.OK {
			ok++
		}
	}
	if 2*ok < len(seen) {
		return &Calmer{seen}
	}
	return nil
}
