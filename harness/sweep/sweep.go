package sweep

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/redact"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
)

// Sweep runs many cases over several labs of one system. It stops when ctx ends, with the results of what ran.
type Sweep struct {
	Labs  int                                                        // how many labs, at least 1
	Make  func(ctx context.Context, lab int) (lab.Config, error)     // a lab's configuration, with fakes of its own
	Cases func(l *lab.Lab, seen []lab.Seen) ([]scenario.Case, error) // the cases, from what calm showed
	Tell  func(done, total int, r report.Result)                     // after each case; may be nil; called by one goroutine at a time
	// Budget is how long cases are started for; 0: until all are done. What is left then is skipped, visibly.
	Budget time.Duration
	Ready  func() // when the first case may start; may be nil
}

// Results are those of all cases of a sweep, with what is known of the lab. Sweep.Run returns them also when it was stopped, as
// far as it came. No secret that any of its labs knows is in it.
type Results struct {
	Redactor    *redact.Redactor `json:"-"` // of all labs, for what is said beside it
	Results     []report.Result
	Seen        []lab.Seen
	Declared    []report.Coverage // what the lab declares, as calm saw it
	Notes       []string          // of what could be asked
	Uncalm      []report.Uncalm   // requests that do not succeed without a fault; later also those that do now and then
	Launches    int
	Operations  int // on containers and networks, from the start of the labs to the last case
	Labs        int
	Missing     []error // why labs did not come up, each of which was tried twice; the others did the work
	Interrupted bool
}

// Run starts the labs side by side. The first one that is up learns what calm is and begins with the cases; the others join
// as they come up. The error is about starting; what goes wrong in a case is in its result.
func (s Sweep) Run(ctx context.Context) (out Results, err error) {
	starting, enough := context.WithCancel(ctx)
	up := s.start(starting)
	var labs []*Lab
	defer func() {
		enough()
		for o := range up {
			labs = append(labs, o.lab)
		}
		closeAll(labs)
		out.Interrupted = ctx.Err() != nil
		out = veiled(out, labs)
	}()
	first, err := out.first(ctx, up)
	if err != nil {
		return out, err
	}
	labs = append(labs, first)
	if out.Seen, err = first.Calm(ctx); err != nil {
		return out, err
	}
	out.Declared, out.Uncalm, out.Notes = first.declared(), uncalm(out.Seen), first.Notes()
	cases, err := s.Cases(first.Lab, out.Seen)
	if err != nil {
		return out, err
	}
	if s.Ready != nil {
		s.Ready()
	}
	q := s.queue(cases)
	more, missing := q.run(ctx, enough, first, up)
	out.Missing = append(out.Missing, missing...)
	labs = append(labs, more...)
	confirmation{first, labs, cases, q.results, map[string]bool{}, map[string][]string{}}.all(ctx)
	out.Uncalm = append(out.Uncalm, unsteady(first)...)
	out.Labs = len(labs)
	for _, l := range labs {
		out.Launches += l.Launches()
		out.Operations += l.Operations()
	}
	out.Results = report.Flat(slices.DeleteFunc(q.results, func(r report.Result) bool { return r.ID == "" }))
	return out, err
}

// first gives the first lab that is up. Without lab 0 there is none: the others wait for it.
func (out *Results) first(ctx context.Context, up <-chan opened) (*Lab, error) {
	for o := range up {
		if o.err == nil {
			return o.lab, nil
		}
		if o.nth == 0 {
			return nil, o.err
		}
		if ctx.Err() == nil {
			out.Missing = append(out.Missing, o.err)
		}
	}
	return nil, errors.Join(out.Missing...)
}

func closeAll(labs []*Lab) {
	var group sync.WaitGroup
	for _, l := range labs {
		if l != nil {
			group.Go(func() { _ = l.Close() })
		}
	}
	group.Wait()
}

// opened is a lab that is up, or why it is not.
type opened struct {
	nth int
	lab *Lab
	err error
}

// start starts the labs and gives each when it is up. The channel is closed after the last. The first lab goes ahead until
// its system is up: what is wrong with it is wrong with all of them, and the first verdict comes early. Then it lets the
// others start, as many at a time as its configuration says: who starts takes one of the turns, and gives it back.
func (s Sweep) start(ctx context.Context) <-chan opened {
	up := make(chan opened, max(1, s.Labs))
	turns := make(chan struct{}, cap(up))
	var group sync.WaitGroup
	for i := range cap(up) {
		group.Go(func() {
			if i > 0 {
				select {
				case <-turns:
					defer func() { turns <- struct{}{} }()
				case <-ctx.Done():
					up <- opened{nth: i, err: ctx.Err()}
					return
				}
			}
			l, err := s.open(ctx, i, turns)
			if err != nil && i > 0 && ctx.Err() == nil {
				l, err = s.open(ctx, i, turns) // the first came up, so that chance may be to blame
			}
			up <- opened{i, l, err}
		})
	}
	go func() {
		group.Wait()
		close(up)
	}()
	return up
}

// open starts one lab. When the system of the first is up, it makes the turns of the others.
func (s Sweep) open(ctx context.Context, nth int, turns chan<- struct{}) (*Lab, error) {
	cfg, err := s.Make(ctx, nth)
	if err != nil {
		return nil, err
	}
	if nth == 0 {
		cfg.Begun = func() {
			for range min(cmp.Or(cfg.Starts, cap(turns)), cap(turns)) {
				turns <- struct{}{}
			}
		}
	}
	return Start(ctx, cfg)
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
		early := c.Faults.AtStart()
		w := 4 * (len(c.Faults.Edits) + len(c.Faults.Acts) + len(early.Rules) + len(early.Links))
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
