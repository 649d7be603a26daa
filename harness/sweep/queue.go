package sweep

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
)

// queue is the cases of a sweep that are still to be run, the long ones first, and what came of the others. The very first
// one to be run is a short one, so that a person soon sees a verdict; and so are those that are run while labs are still
// starting and the machine is busy, since the long ones are about time.
type queue struct {
	Sweep
	cases []scenario.Case
	began time.Time
	width *width

	mu       sync.Mutex
	todo     []int
	starting bool // labs are
	results  []report.Result
	done     int
}

func (s Sweep) queue(cases []scenario.Case) *queue {
	q := &queue{Sweep: s, cases: cases, todo: order(cases), starting: true, began: time.Now(), width: newWidth(s.Labs), results: make([]report.Result, len(cases))}
	if s.Budget > 0 {
		slices.SortStableFunc(q.todo, func(a, b int) int { return value(cases[b]) - value(cases[a]) })
	}
	return q
}

// take gives the next case; false: there is none.
func (q *queue) take() (int, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.todo) == 0 {
		return 0, false
	}
	at := 0
	if early := q.starting || len(q.todo) == len(q.cases); early && q.Budget == 0 {
		at = len(q.todo) - 1
	}
	i := q.todo[at]
	q.todo = slices.Delete(q.todo, at, at+1)
	return i, true
}

func (q *queue) isEmpty() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.todo) == 0
}

// started says that no lab is starting any more.
func (q *queue) started() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.starting = false
}

// run lets the first lab work at once, and others as they come up. Those that do not come up are missing, and the others do the
// work; when there is no work left, nobody waits for those that are still starting.
func (q *queue) run(ctx context.Context, enough func(), first *Lab, up <-chan opened) (more []*Lab, missing []error) {
	var group sync.WaitGroup
	defer group.Wait()
	working := func(l *Lab, n int) {
		group.Go(func() {
			q.work(ctx, l, n)
			enough()
		})
	}
	working(first, 0)
	for o := range up {
		switch {
		case o.err == nil:
			o.lab.Adopt(first)
			more = append(more, o.lab)
			working(o.lab, len(more))
		case !q.isEmpty() && ctx.Err() == nil:
			missing = append(missing, o.err)
		}
	}
	q.started()
	return more, missing
}

// work runs cases until there are none.
func (q *queue) work(ctx context.Context, l *Lab, n int) {
	for q.width.enter(ctx) {
		i, more := q.take()
		if !more {
			q.width.leave(false)
			return
		}
		late := q.Budget > 0 && time.Since(q.began) > q.Budget && q.cases[i].Skip == ""
		if late {
			q.cases[i].Skip = fmt.Sprintf("deferred: the budget of %s was used up", q.Budget)
		}
		r, err := l.Run(ctx, q.cases[i])
		if err != nil && ctx.Err() == nil { // what went wrong with failwell itself may be chance
			l.Dirty = true
			r, err = l.Run(ctx, q.cases[i])
		}
		q.width.leave(r.Subject != nil && r.Subject.Late())
		if err != nil && ctx.Err() != nil {
			return
		}
		if err != nil {
			r.Outcome, r.Reason = check.Broken, err.Error()
		}
		r.Lab, r.Deferred = n, late
		q.keep(i, r)
	}
}

func (q *queue) keep(i int, r report.Result) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.results[i] = r
	q.done++
	if q.Tell != nil {
		q.Tell(q.done, len(q.cases), r)
	}
}
