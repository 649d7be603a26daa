package fault

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"sync"
	"time"
)

// Plan decides which effect a call gets. It is made for one arming and lives until the next. Chance is a hash of
// (seed, rule, call, n-th), so a case replays alone as in the full run.
type Plan struct {
	seed  string
	rules []Rule
	start time.Time

	mu    sync.Mutex
	calls map[string]int // per dependency: calls seen
	turns []int          // per rule: matching calls seen
}

// NewPlan makes a plan for rules, armed at start. Spans have been resolved to durations.
func NewPlan(rules []Rule, seed string, start time.Time) *Plan {
	return &Plan{seed: seed, rules: rules, start: start, calls: map[string]int{}, turns: make([]int, len(rules))}
}

// Decide numbers the call and gives the effect of the first rule that matches and strikes, with the rule's 1-based index.
// open is the number of calls (or, for connect, connections) of the dependency that are open, this one included. Rules are tried in order; a
// rule whose turn it is not lets later rules speak.
func (p *Plan) Decide(c Call, open int, now time.Time) (Call, Effect, int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls[c.On]++
	c.N = p.calls[c.On]
	for i, r := range p.rules {
		if !r.Match(c) || !r.within(now.Sub(p.start)) {
			continue
		}
		p.turns[i]++
		if r.turn(p.turns[i], open) && p.lucky(i, c, p.turns[i]) {
			return c, r.Effect, i + 1
		}
	}
	return c, Effect{}, 0
}

func (w Which) within(since time.Duration) bool {
	return since >= w.After && (w.For == 0 || since < w.After+w.For)
}

func (w Which) turn(n, open int) bool {
	switch {
	case w.First > 0 && n > w.First,
		w.Nth > 0 && n != w.Nth,
		w.From > 0 && n < w.From,
		w.To > 0 && n > w.To,
		w.Every > 1 && n%w.Every != 0,
		w.Over > 0 && open <= w.Over:
		return false
	}
	return true
}

func (p *Plan) lucky(rule int, c Call, n int) bool {
	chance := p.rules[rule].Chance
	return chance <= 0 || chance >= 1 || Luck(p.seed, rule, c.On, c.Op, c.Text, n) < chance
}

// Luck is a number in [0,1) that depends on its parts only.
func Luck(parts ...any) float64 {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q", parts))
	return float64(binary.BigEndian.Uint64(sum[:8])>>11) / (1 << 53)
}
