package trial

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/scenario"
)

// book is a backend that counts: from each moment on, so many; before the moment in which it is back it does not answer.
type book struct {
	fakes.Backend
	start time.Time
	back  time.Duration
	error error // in place of silence
	at    []time.Duration
	asked int
}

func (b *book) Stateful() bool                             { return true }
func (b *book) Exec(context.Context, string, string) error { return nil }
func (b *book) Query(ctx context.Context, _ string) (string, error) {
	b.asked++
	if time.Since(b.start) < b.back {
		if b.error != nil {
			return "", b.error
		}
		<-ctx.Done()
		return "", ctx.Err()
	}
	n := 0
	for _, at := range b.at {
		if time.Since(b.start) >= at {
			n++
		}
	}
	return strconv.Itoa(n), nil
}

// counting is a trial whose request is counted in a book.
func counting(b *book, sql string, patience time.Duration) *trial {
	b.start = time.Now()
	l := lab.New(lab.Config{HealWithin: 5 * time.Second}, map[string]fakes.Backend{"db": b})
	return &trial{Lab: l, ask: scenario.Request{Name: "order", Effect: &scenario.Effect{On: "db", SQL: sql, Patience: patience}}}
}

func answered(status int) []exchange.Exchange {
	if status == 0 {
		return []exchange.Exchange{{Failure: exchange.NoAnswer}}
	}
	return []exchange.Exchange{{Response: &exchange.Response{Status: status}}}
}

func TestCounting(t *testing.T) {
	const ms, keyed, bare = time.Millisecond, "select count(*) from orders where key = '${case.key}'", "select count(*) from orders"
	gone := errors.New("connection refused")
	for _, tc := range []struct {
		name     string
		sql      string
		book     book
		patience time.Duration
		status   int // of the answer, 0: none
		count    int
		late     int
		unknown  string
		within   time.Duration // that all of the counting takes
	}{
		{"once", keyed, book{at: []time.Duration{0}}, time.Minute, 201, 1, 0, "", 50 * ms},
		{"denied", keyed, book{}, time.Minute, 409, 0, 0, "", 50 * ms},
		{"without a key, denied", bare, book{}, time.Minute, 409, 0, 0, "", 50 * ms},
		{"late after 504", keyed, book{at: []time.Duration{1500 * ms}}, 10 * time.Second, 504, 1, 1, "", 2 * time.Second},
		{"without a key, late after 504", bare, book{at: []time.Duration{1500 * ms}}, 10 * time.Second, 504, 1, 1, "", 2 * time.Second},
		{"late after no answer", keyed, book{at: []time.Duration{1500 * ms}}, 10 * time.Second, 0, 1, 1, "", 2 * time.Second},
		{"late after 202", keyed, book{at: []time.Duration{1500 * ms}}, 10 * time.Second, 202, 1, 1, "", 2 * time.Second},
		{"late though it said so before", keyed, book{at: []time.Duration{1500 * ms}}, 10 * time.Second, 201, 1, 1, "", 2 * time.Second},
		{"there before 504, and once more", keyed, book{at: []time.Duration{0, 1500 * ms}}, 10 * time.Second, 504, 2, 1, "", 2 * time.Second},
		{"there before 504, and not again", keyed, book{at: []time.Duration{0}}, 3 * time.Second, 504, 1, 0, "", 4 * time.Second},
		{"not within patience", keyed, book{at: []time.Duration{time.Hour}}, 3 * time.Second, 504, 0, 0, "", 4 * time.Second},
		{"never, and no patience", keyed, book{}, 0, 504, 0, 0, "", 50 * ms},
		{"silent and back", keyed, book{at: []time.Duration{0}, back: 3 * time.Second}, 0, 504, 1, 0, "", 5 * time.Second},
		{"away and back", keyed, book{at: []time.Duration{0}, back: 3 * time.Second, error: gone}, 0, 504, 1, 0, "", 4 * time.Second},
		{"silent for ever", keyed, book{back: time.Hour}, time.Minute, 504, 0, 0, "db did not answer within 2s", 2 * time.Minute},
		{"away for ever", bare, book{back: time.Hour, error: gone}, 0, 201, 0, 0, "db gave no count: connection refused", 8 * time.Second},
		{"no number", bare, book{back: time.Hour, error: errors.New(`"many" is no count`)}, 0, 201, 0, 0, "db gave no count", 8 * time.Second},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				x := counting(&tc.book, tc.sql, tc.patience)
				n := x.Scope()
				y := tally{n: n}
				began := time.Now()
				err := errors.Join(x.count(t.Context(), exchange.Faulty, y, answered(tc.status)), x.recount(t.Context()))
				if err != nil || len(x.s.Effects) != 1 {
					t.Fatalf("%v, %+v", err, x.s.Effects)
				}
				e := x.s.Effects[0]
				if e.Count != tc.count || e.Late != tc.late || !strings.HasPrefix(e.Unknown, tc.unknown) || (tc.unknown == "") != (e.Unknown == "") {
					t.Errorf("count %d, late %d, unknown %q", e.Count, e.Late, e.Unknown)
				}
				if late := e.After; tc.late > 0 && (late < 1500*ms || late > 2*time.Second) {
					t.Errorf("late by %s", late)
				}
				if took := time.Since(began); took > tc.within {
					t.Errorf("it took %s, want at most %s", took, tc.within)
				}
			})
		})
	}
}

// What took effect while the healed phase went on is still the faulty request's own, where it has a name of its own.
func TestLateInTheNextPhase(t *testing.T) {
	for sql, late := range map[string]int{"select '$case.key'": 1, "select count(*)": 0} {
		synctest.Test(t, func(t *testing.T) {
			x := counting(&book{at: []time.Duration{time.Second}}, sql, 0)
			n := x.Scope()
			err := x.count(t.Context(), exchange.Faulty, tally{n: n}, answered(504))
			<-time.After(2 * time.Second)
			if err = errors.Join(err, x.recount(t.Context())); err != nil || x.s.Effects[0].Count != late || x.s.Effects[0].Late != late {
				t.Errorf("%s: %v, %+v", sql, err, x.s.Effects)
			}
		})
	}
}

// A backend that does not answer before the request is asked once, and makes the effect unknown; no state is no effect.
func TestTally(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &book{back: time.Hour}
		x := counting(b, "select 1", time.Minute)
		began := time.Now()
		y, err := x.tally(t.Context(), x.Scope())
		if err != nil || y.none || y.unknown != "before the request db did not answer within 2s" || time.Since(began) > questionBound {
			t.Errorf("%v after %s: %+v", err, time.Since(began), y)
		}
		if err := errors.Join(x.count(t.Context(), exchange.Faulty, y, answered(504)), x.recount(t.Context())); err != nil || b.asked != 1 {
			t.Errorf("%v, asked %d times", err, b.asked)
		}
		if len(x.s.Effects) != 1 || x.s.Effects[0].Unknown != y.unknown {
			t.Errorf("%+v", x.s.Effects)
		}
		x.ask.Effect = nil
		y, err = x.tally(t.Context(), x.Scope())
		if err = errors.Join(err, x.count(t.Context(), exchange.Healed, y, answered(201))); err != nil || !y.none || len(x.s.Effects) != 1 {
			t.Errorf("%v: %+v", err, y)
		}
	})
}

// The end of the run ends every wait.
func TestCountingEndsWithTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		x := counting(&book{back: time.Hour}, "select 1", time.Hour)
		if err := x.count(ctx, exchange.Faulty, tally{n: x.Scope()}, answered(504)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
	})
}

// What an effect held is let end before it is counted, but not for long.
func TestLetEnd(t *testing.T) {
	for _, length := range []time.Duration{100 * time.Millisecond, time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			x := counting(&book{}, "select 1", 0)
			x.Rig = openFor{x.Rig, time.Now().Add(length)}
			began := time.Now()
			x.letEnd(t.Context(), 0)
			if took := time.Since(began); took < min(length, afterLift) || took > afterLift+10*time.Millisecond {
				t.Errorf("a call that lasts %s was waited for %s", length, took)
			}
		})
	}
}

// openFor is a rig with a call that is open until a moment.
type openFor struct {
	fakes.Rig
	until time.Time
}

func (r openFor) Hits(context.Context, int64) ([]fault.Hit, error) {
	h := fault.Hit{Seq: 1, Call: fault.Call{On: "db", Op: "query"}}
	if time.Now().After(r.until) {
		h.Took = 1
	}
	return []fault.Hit{h}, nil
}
