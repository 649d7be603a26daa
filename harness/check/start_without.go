package check

import (
	"slices"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// Unsaid is how long a system that waits for a dependency at its start may do so without a word.
const Unsaid = time.Minute

const (
	citeStart = "fail fast at start, or wait and say so; ASVS 5.0 13.4, 16.5.3"
	lookStart = "what the program does first: with a time-out and a bounded number of tries; where they fail one line that names what is away, and a code other than 0"
	owedStart = "it waits, says so, and gets well by itself; or it ends with a code other than 0 and a line that names {on}"
)

func without(class, headline, expected string) Finding {
	if expected == "{expected}" {
		expected = owedStart
	}
	return Finding{Class: class, Headline: headline, Place: "{on}", Same: []string{"class"}, Mark: class, Expected: expected, Look: lookStart}
}

// startedWithout judges a launch while a dependency was away, and what came of it when that was back.
func (s Subject) startedWithout(l exchange.Launch) Verdict {
	away := strings.Join(s.Injection.AtStart().On(), ", ")
	if up, ok := s.Launch(exchange.Healed); ok && !up.Ready {
		return s.neverRose(l, up, away)
	}
	switch {
	case l.Exit != nil:
		return s.endedWithout(l, away)
	case l.Ready:
		return s.readyWithout(away)
	case s.Role == contract.Optional:
		return fail(contract.Minor, Declare, citeStart, "not ready in %s without %s, which is declared optional", round(l.Took), away).
			because(why(l)).as("needless").byTheClock()
	case l.Readying > 0:
		return pass("it runs and is not ready: readiness gives %d", l.Readying)
	case slices.ContainsFunc(l.Last, s.Speaks):
		return pass("it waits and says so: %s", excerpt([]byte(why(l))))
	case l.Took < Unsaid:
		return pass("it waits for %s, and says so", away)
	}
	return fail(contract.Minor, Policy, citeStart, "it waited %s for %s without a word", round(l.Took), away).as("silent").byTheClock()
}

// neverRose judges what does not get well again. Who has ended was started again, as whoever supervises it would do.
func (s Subject) neverRose(l, up exchange.Launch, away string) Verdict {
	v := fail(contract.Critical, Invariant, "calm, faulty, healed: a fault must not outlive its cause", "still not ready %s after %s was back", round(up.Took), away)
	switch {
	case l.Exit != nil && up.Exit != nil:
		v.Reason = "started again when " + away + " was back, it " + up.Exit.String()
	case l.Exit != nil:
		v.Reason = "started again when " + away + " was back, it was not ready in " + round(up.Took)
	}
	return v.because(why(up)).look("whether the start tries again, or ends so that it is started again; what it leaves behind when it ends").as("never-rises").byTheClock()
}

// endedWithout judges an end at the start.
func (s Subject) endedWithout(l exchange.Launch, away string) Verdict {
	switch {
	case s.Role == contract.Optional:
		return fail(contract.Minor, Declare, citeStart, "it %s without %s, which is declared optional", l.Exit, away).because(why(l)).as("needless")
	case l.Exit.Code == 0 && l.Exit.Signal == "":
		return fail(contract.Major, Invariant, citeStart, "it ended with code 0, as if all were well, while %s was away", away).because(why(l)).as("code-0-without")
	case l.Exit.Signal != "" && l.Exit.Signal != "TERM":
		return fail(contract.Major, Invariant, citeStart, "it was ended by signal %s while %s was away", l.Exit.Signal, away).because(why(l)).
			as("signal").with("signal", l.Exit.Signal)
	case s.bare(l):
		return fail(contract.Minor, Policy, citeStart, "it crashed with a bare stack trace while %s was away: %s", away, why(l)).because(why(l)).
			as("bare").with("says", why(l))
	case strings.TrimSpace(strings.Join(l.Last, "")) == "":
		return fail(contract.Minor, Policy, citeStart, "it %s without a word while %s was away", l.Exit, away).as("wordless")
	case !slices.ContainsFunc(l.Last, s.names):
		return fail(contract.Note, Policy, citeStart, "it %s while %s was away, and its lines do not name it", l.Exit, away).because(why(l)).as("unnamed")
	}
	return pass("it %s after %s, and says why: %s", l.Exit, round(l.Took), excerpt([]byte(why(l))))
}

// readyWithout judges readiness that was there at once: it is a lie only where the lab says that readiness follows what was away.
func (s Subject) readyWithout(away string) Verdict {
	for _, on := range s.neverReached() {
		if slices.Contains(s.Declared.Follows, on) {
			return fail(contract.Major, Declare, "the lab: ready follows "+on, "it said that it was ready although %s was never reached", on).
				look("the readiness handler, before the first check of " + on + " has succeeded").as("ready")
		}
	}
	return pass("it started without %s; its answers are judged", away)
}

// neverReached lists the dependencies that nobody could reach while the system started: away as a whole, or letting nobody in.
func (s Subject) neverReached() []string {
	var all []string
	for _, l := range s.Injection.Links {
		if l.Start && l.State != fault.Open && !l.Windowed() {
			all = append(all, l.On)
		}
	}
	for _, r := range s.Injection.Rules {
		if which := r.Which; r.Start && r.Effect.Bites() && r.Effect.Verb != fault.Pass && r.Effect.At.Early() {
			if which.Start = false; which == (fault.Which{}) {
				all = append(all, r.On)
			}
		}
	}
	return all
}

// why is the line of a launch that says why.
func why(l exchange.Launch) string { return excerpt([]byte(exchange.Why(l.Last))) }

// crashed tells whether an error that nobody had handled ended the program.
func crashed(l exchange.Launch) bool {
	_, ok := exchange.CrashOf(l.Last)
	return ok
}

// bare tells whether all that names what is away is what the runtime has printed.
func (s Subject) bare(l exchange.Launch) bool {
	c, ok := exchange.CrashOf(l.Last)
	return ok && !slices.ContainsFunc(l.Last[:c.From], s.names) && !slices.ContainsFunc(l.Last[c.To:], s.names)
}

// Speaks tells whether a line names what is away at the start, or says that something is wrong.
func (s Subject) Speaks(line string) bool { return exchange.SaysTrouble(line) || s.names(line) }

// names tells whether a line names what is away at the start. Short words must stand alone; the words of failwell's own errors are
// known by their tokens.
func (s Subject) names(line string) bool {
	line = strings.ToLower(line)
	for _, word := range s.Called {
		if word = strings.ToLower(word); standsIn(line, word, len(word) <= 3) {
			return true
		}
	}
	for _, c := range s.Canaries {
		if strings.Contains(line, strings.ToLower(c.Token)) {
			return true
		}
	}
	return false
}

// standsIn tells whether a word stands in a text; alone: neither letters nor digits stand beside it.
func standsIn(text, word string, alone bool) bool {
	if !alone {
		return strings.Contains(text, word)
	}
	part := func(r rune) bool { return !('a' <= r && r <= 'z' || '0' <= r && r <= '9') }
	return slices.Contains(strings.FieldsFunc(text, part), word)
}

// feltAtStart tells whether the launch itself shows that something was away: it did not get ready, or what has to be asked first
// failed, which is well in calm and after the fault.
func (s Subject) feltAtStart() bool {
	l, ok := s.Launch(exchange.Faulty)
	return ok && (!l.Ready || len(s.Judged(exchange.Faulty)) == 0)
}

// keptAway tells whether a request that calls a dependency in calm got nothing from it under a rule that was armed before the launch:
// who could never reach it need not try for each request.
func (s Subject) keptAway(r fault.Rule) bool {
	asked := s.sent()
	got := func(h fault.Hit) bool { return !h.Background && h.Answer != "" && !h.Struck() && r.Match(h.Call) }
	return len(asked) > 0 && slices.ContainsFunc(s.Judged(exchange.Calm), func(e exchange.Exchange) bool { return calls(e, r.On) }) &&
		!slices.ContainsFunc(asked, func(e exchange.Exchange) bool { return slices.ContainsFunc(e.Hits, got) })
}
