package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// Start judges how the system starts with a setting wrong, or without something that it depends on: it ends with a code other than 0
// and names what is wrong, or it starts and is honest about it.
type Start struct{}

// Kind describes the check.
func (Start) Kind() Kind {
	return Kind{
		Needs: NeedsCalm, Rank: 50, Beside: true,
		Doc: "With a setting wrong the system ends at once with a code other than 0 and names the key, or it starts and is honest about it. What starts as if all were well fails later, at the first customer. " +
			"Without a dependency it waits, says so, and gets well by itself when that is back, or it ends in the same way, so that it is started again.",
		Example:  "JWT_KEY_FILE is missing, and the system starts and accepts every token",
		Expected: "{statuses}",
		Findings: []Finding{
			dishonest("code-0", "start ends with code 0, as if all were well, {when}", "it ended with code #, as if all were well"),
			dishonest("crash", "start crashes (signal {signal}) {when}", "it crashed at start: signal {signal}"),
			dishonest("ends", "start {how} {when}; owed {prefer}", "it ended with code #; owed {prefer}"),
			dishonest("nameless", "start {how} {when}, without naming the setting", "it ended with code #, but its last lines do not name the setting"),
			dishonest("hangs", "not ready after {took:first}, still running, {when}", "it neither became ready nor ended in #"),
			dishonest("well", "starts as if all were well {when}", "it started as if all were well"),
			dishonest("traced", "start crashes with a stack trace that does not name the setting {when}: {says:short}", "it crashed with a stack trace that does not name the setting"),
			without("never-rises", "never gets ready after it was started while {on} was away", "it gets ready by itself when {on} is back, or ends, so that it is started again"),
			without("ready", "ready at start although {on} was never reached", "readiness follows what the lab declares"),
			without("needless", "does not start without {on}, which is optional", "it starts without what is optional"),
			without("code-0-without", "ends with code 0 when {on} is away at start", "{expected}"),
			without("signal", "crashed by signal {signal} when {on} is away at start", "{expected}"),
			without("bare", "crashes with a bare stack trace when {on} is away at start", "{expected}"),
			without("wordless", "ends without a word when {on} is away at start", "{expected}"),
			without("unnamed", "ends when {on} is away at start, and does not name it", "{expected}"),
			without("silent", "waits without a word while {on} is away at start", "{expected}"),
		},
	}
}

func dishonest(class, headline, mark string) Finding {
	return Finding{Class: class, Headline: headline, Place: "{on}", Same: []string{"class"}, Mark: mark, Follows: []string{"alive/died"}}
}

// Judge judges.
func (Start) Judge(s Subject, ev Evidence) Verdict {
	l, ok := s.Launch(exchange.Faulty)
	if ok && s.Injection.Starts() && len(s.Injection.Edits) == 0 {
		return s.startedWithout(l)
	}
	if !ok || len(s.Injection.Edits) == 0 {
		return skip("the system was not started anew")
	}
	if s.Row == nil {
		return Verdict{Outcome: Broken, Reason: "the contract has no row for " + s.Cause}
	}
	const cite = "fail fast at start; ASVS 5.0 13.4, 16.5.3"
	switch {
	case l.Exit != nil && l.Exit.Code == 0:
		return fail(contract.Major, Invariant, cite, "it ended with code 0, as if all were well, though %s", ev.strikes()).because(why(l)).as("code-0")
	case l.Exit != nil && l.Exit.Signal != "" && l.Exit.Signal != "TERM":
		return fail(contract.Major, Invariant, cite, "it crashed at start: signal %s", l.Exit.Signal).because(why(l)).
			as("crash").with("signal", l.Exit.Signal)
	case l.Exit != nil && !slices.Contains(append(slices.Clone(s.Row.Prefer), s.Row.Accept...), "exit"):
		return fail(contract.Major, Policy, s.Row.Source, "it ended with code %d; owed %s", l.Exit.Code, strings.Join(s.Row.Prefer, " or ")).
			because(why(l)).as("ends").with("code", l.Exit.Code).with("how", endsHow(l)).with("prefer", strings.Join(s.Row.Prefer, " or "))
	case l.Exit != nil && s.anotherValue():
		return pass("it ended with code %d: the other value cannot be used", l.Exit.Code)
	case l.Exit != nil && !s.namesKey(l) && crashed(l):
		return fail(contract.Minor, Policy, cite, "it crashed at start with a stack trace that does not name the setting: %s", why(l)).
			because(why(l)).look("where settings are read: check them there, and say in one line which is wrong").as("traced").with("says", why(l))
	case l.Exit != nil && !s.namesKey(l):
		return fail(contract.Note, Policy, cite, "it ended with code %d, but its last lines do not name the setting", l.Exit.Code).
			because(why(l)).as("nameless").with("code", l.Exit.Code).with("how", endsHow(l))
	case l.Exit != nil:
		return pass("ended with code %d after %s, naming the setting", l.Exit.Code, round(l.Took))
	case !l.Ready && s.accepts("not-ready"):
		return pass("it runs and is not ready")
	case !l.Ready:
		return fail(contract.Major, Policy, s.Row.Source, "not ready after %s, still running", round(l.Took)).because(why(l)).as("hangs").with("took", round(l.Took))
	}
	if s.conditioned() {
		return pass("it started, as nothing is wrong with what it was told; its answers are judged")
	}
	for _, e := range s.Judged(exchange.Faulty) {
		_, owed := contract.Any(append(slices.Clone(s.Row.Prefer), s.Row.Accept...), e.Status())
		if e.Response != nil && !owed && !s.accepts("calm") {
			return fail(contract.Major, Invariant, cite, "it started as if all were well, though %s, and answers %d", ev.strikes(), e.Status()).
				look("where settings are read: require them there, once").as("well")
		}
	}
	return pass("it started; its answers are judged")
}

// anotherValue tells whether plain settings only have another value of the same sort, which may be good or not.
func (s Subject) anotherValue() bool {
	return s.Plain && !slices.ContainsFunc(s.Injection.Edits, func(e fault.Edit) bool { return e.Op != "wrong" })
}

// endsHow says how a start ended: by an error that nobody caught, or by a code of its own.
func endsHow(l exchange.Launch) string {
	if crashed(l) {
		return "crashes with a stack trace"
	}
	return fmt.Sprintf("ends with code %d", l.Exit.Code)
}

// conditioned tells whether the system was launched in want of something, with its settings as they should be.
func (s Subject) conditioned() bool {
	return len(s.Injection.Edits) > 0 && !slices.ContainsFunc(s.Injection.Edits, func(e fault.Edit) bool { return e.Op != fault.ReadOnly })
}

// namesKey tells whether the last lines name one of the settings: the variable, the file or the secret.
func (s Subject) namesKey(l exchange.Launch) bool {
	return s.isNamed(strings.Join(l.Last, "\n"))
}

// isNamed tells whether a text names one of the settings, by a name that the system has for it.
func (s Subject) isNamed(text string) bool {
	all := strings.ToLower(text)
	for _, name := range s.called() {
		key := strings.ToLower(name)
		for _, of := range []string{".env.", ".file.", ".arg."} { // of one of several parts
			if _, own, ok := strings.Cut(key, of); ok {
				key = "." + own
			}
		}
		key = key[strings.IndexByte(key, '.')+1:]
		if _, pointer, ok := strings.Cut(key, "#"); ok {
			key = pointer[strings.LastIndexByte(pointer, '/')+1:] // a parser names the last member, with dots or without
		}
		base := key[strings.LastIndexByte(key, '/')+1:] // of a file, its own name tells it
		for _, form := range []string{key, base, strings.ReplaceAll(key, "-", "_"), strings.ReplaceAll(key, "_", "-")} {
			if form != "" && strings.Contains(all, form) {
				return true
			}
		}
	}
	return false
}

// called are the names of what was edited: the lab's own, and those of the variables and files that hold it.
func (s Subject) called() []string {
	names := slices.Clone(s.Called)
	for _, e := range s.Injection.Edits {
		names = append(names, e.Setting)
	}
	return names
}
