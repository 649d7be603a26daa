package trial

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/lab"
)

// The log of a case is cut by position: from the end of the log before it to the line of its last answer. Lines come in order, so that
// what was logged under the fault is there when the healed answer's is; a service that does not log what went well is waited for only
// after a failure.

// logPatience is how long the line of an answer is waited for.
const logPatience = 500 * time.Millisecond

// logs cuts the log of the case.
func (t *trial) logs(ctx context.Context) {
	t.awaitLine(ctx, exchange.Healed)
	t.s.Logs = append(t.s.Logs, t.linesSoFar()...)
}

// awaitLine waits for the line of the last answer of a phase, where the lab says that failures are logged.
func (t *trial) awaitLine(ctx context.Context, phase exchange.Phase) {
	last := t.lastOf(phase)
	if !t.Config.Contract.Trace.Logs || last.Response == nil {
		return
	}
	if last.Failed() {
		t.await(ctx, last)
		return
	}
	if !t.Successes.AreLogged() {
		if faulty := t.lastOf(exchange.Faulty); faulty.Response != nil && faulty.Failed() {
			t.await(ctx, faulty)
		}
		return
	}
	t.Successes.Note(t.await(ctx, last))
}

// lastOf is the last answer to the case's own request in a phase; none: the zero Exchange.
func (t *trial) lastOf(phase exchange.Phase) exchange.Exchange {
	all := t.s.Judged(phase)
	if len(all) == 0 {
		return exchange.Exchange{}
	}
	return all[len(all)-1]
}

// await waits for a line that has the id of an answer, and tells whether it came.
func (t *trial) await(ctx context.Context, e exchange.Exchange) bool {
	ids := t.s.Declared.Trace.Of(e)
	bound := time.Now().Add(logPatience + t.s.Lag)
	for from := t.logFrom; time.Now().Before(bound); {
		fresh := t.Instance().Logs(from)
		if slices.ContainsFunc(fresh, func(l exchange.Line) bool { return hasAny(l, ids) }) {
			return true
		}
		if len(fresh) > 0 {
			from = fresh[len(fresh)-1].N + 1
		}
		if lab.Wait(ctx, 5*time.Millisecond) != nil {
			break
		}
	}
	return false
}

func hasAny(l exchange.Line, ids []string) bool {
	return slices.ContainsFunc(ids, func(id string) bool { return strings.Contains(l.Text, id) })
}

// maxLines bounds the log that a subject keeps.
const maxLines = 400

// linesSoFar takes the lines that came since the last time. Of too many it keeps those that speak of the case's own requests, and the
// last of the others, and says that there were more.
func (t *trial) linesSoFar() []exchange.Line {
	lines := t.Redactor().Lines(t.Instance().Logs(t.logFrom))
	if len(lines) == 0 {
		return nil
	}
	t.logFrom = lines[len(lines)-1].N + 1
	if len(lines) <= maxLines {
		return lines
	}
	var ids []string
	for _, e := range t.s.Exchanges {
		ids = append(ids, t.s.Declared.Trace.Of(e)...)
	}
	return bounded(lines, ids, maxLines)
}

// bounded keeps the last lines that have one of the ids, and of the others the last for which there is room. None of the case's own is
// lost by it but where there are more of them than are kept.
func bounded(lines []exchange.Line, ids []string, most int) []exchange.Line {
	keep, n := make([]bool, len(lines)), 0
	for _, own := range []bool{true, false} {
		for i := len(lines) - 1; i >= 0 && n < most; i-- {
			if !keep[i] && hasAny(lines[i], ids) == own {
				keep[i] = true
				n++
			}
		}
	}
	kept := []exchange.Line{{N: lines[0].N, Text: fmt.Sprintf("failwell: %d lines of other requests are left out here", len(lines)-n)}}
	for i, l := range lines {
		if keep[i] {
			kept = append(kept, l)
		}
	}
	return kept
}
