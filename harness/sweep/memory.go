package sweep

import (
	"fmt"
	"sync"
)

// Steadiness is how often a request succeeded on a fresh launch without any fault.
type Steadiness struct {
	Request  string
	Good, Of int
	Unstable bool   // it failed now and then
	Why      string // what was wrong with the last one that did not succeed
}

// IsCalm tells whether it succeeded every time.
func (s Steadiness) IsCalm() bool { return s.Good == s.Of }

// IsHopeless tells whether there is no calm to break: it never succeeded, or not any more after a while.
func (s Steadiness) IsHopeless() bool { return !s.IsCalm() && !s.Unstable }

// neverCalm tells whether it is hopeless from the start: it does not even succeed as often as one case asks.
func (s Steadiness) neverCalm() bool { return s.IsHopeless() && s.Good > 0 && s.Good < 3 }

// String says it in words.
func (s Steadiness) String() string {
	switch {
	case s.IsCalm():
		return fmt.Sprintf("%s is calm: good %d of %d times without any fault", s.Request, s.Good, s.Of)
	case s.Unstable:
		return fmt.Sprintf("%s is not calm: it is unstable, good %d of %d times without any fault, else %s", s.Request, s.Good, s.Of, s.Why)
	case s.Good > 0:
		return fmt.Sprintf("%s is not calm: after %d good answers without any fault it gives %s", s.Request, s.Good, s.Why)
	}
	return fmt.Sprintf("%s is not calm: %s, on several launches without any fault", s.Request, s.Why)
}

// memory is what the labs of a sweep know of their requests together.
type memory struct {
	mu     sync.Mutex
	steady map[string]Steadiness
	misses map[string]int // calms that failed
}

// missed counts one more calm that failed.
func (m *memory) missed(request string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.misses[request]++
	return m.misses[request]
}

// unexplained notes that a request which is calm when it is asked for that has failed all the same, and nothing broken before
// explains it: it is unstable.
func (m *memory) unexplained(request, why string) Steadiness {
	m.mu.Lock()
	defer m.mu.Unlock()
	st := m.steady[request]
	st.Request, st.Of, st.Unstable, st.Why = request, st.Of+1, true, why
	m.steady[request] = st
	return st
}

func (m *memory) forget(request string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.steady, request)
}

func (m *memory) of(request string) (Steadiness, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.steady[request]
	return s, ok
}

func (m *memory) keep(s Steadiness) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.steady[s.Request] = s
}
