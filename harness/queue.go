package harness

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
)

// queue is the cases of a sweep that are still to be run, the long ones first, and what came of the others.
type queue struct {
	Sweep
	cases []scenario.Case
	next  chan int
	began time.Time

	mu      sync.Mutex
	results []report.Result
	done    int
}

func (s Sweep) queue(cases []scenario.Case) *queue {
	q := &queue{Sweep: s, cases: cases, next: make(chan int, len(cases)), began: time.Now(), results: make([]report.Result, len(cases))}
	sorted := order(cases)
	if s.Budget > 0 {
		slices.SortStableFunc(sorted, func(a, b int) int { return value(cases[b]) - value(cases[a]) })
	}
	for _, i := range sorted {
		q.next <- i
	}
	close(q.next)
	return q
}

// run lets the first lab work at once, and others as they come up. A lab that does not come up ends the work, since all are
// alike; when there is no work left, nobody waits for those that are still starting.
func (q *queue) run(ctx context.Context, enough func(), first *Lab, up <-chan opened) (more []*Lab, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
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
		case len(q.next) > 0 && err == nil:
			err = o.err
			stop()
			enough()
		}
	}
	return more, err
}

// work runs cases until there are none.
func (q *queue) work(ctx context.Context, l *Lab, n int) {
	for i := range q.next {
		if ctx.Err() != nil {
			return
		}
		if q.Budget > 0 && time.Since(q.began) > q.Budget && q.cases[i].Skip == "" {
			q.cases[i].Skip = fmt.Sprintf("deferred: the budget of %s was used up", q.Budget)
		}
		r, err := l.Run(ctx, q.cases[i])
		if err != nil && ctx.Err() != nil {
			return
		}
		r.Lab = n
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
