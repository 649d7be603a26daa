package check

import (
	"slices"

	"github.com/failwell/failwell/harness/exchange"
)

// Started tells whether the system got ready with its settings edited, and what it then said in its log names one of them: it has seen
// what is wrong, and says so.
func (s Subject) Started() (ready, announced bool) {
	l, ok := s.Launch(exchange.Faulty)
	if !ok || !l.Ready || len(s.Injection.Edits) == 0 {
		return false, false
	}
	return true, slices.ContainsFunc(s.Logs, func(line exchange.Line) bool { return s.isNamed(line.Text) })
}

// Admits tells whether every request under the fault was answered as its caller expects.
func (s Subject) Admits() bool {
	faulty := s.Judged(exchange.Faulty)
	return len(faulty) > 0 && !slices.ContainsFunc(faulty, func(e exchange.Exchange) bool { return !s.succeeds(e) })
}
