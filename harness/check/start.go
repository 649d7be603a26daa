package check

import (
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// Start judges how the system starts with a setting wrong: it ends at once with a code other than 0 and names the key, or
// it starts and is honest about it.
type Start struct{}

// Kind describes the check.
func (Start) Kind() Kind {
	return Kind{
		Needs: NeedsCalm, Rank: 50, Beside: true,
		Doc:      "With a setting wrong the system ends at once with a code other than 0 and names the key, or it starts and is honest about it. What starts as if all were well fails later, at the first customer.",
		Example:  "JWT_KEY_FILE is missing, and the system starts and accepts every token",
		Expected: "{statuses}",
		Findings: []Finding{
			dishonest("code-0", "it ended with code 0, as if all were well", "it ended with code #, as if all were well"),
			dishonest("crash", "it crashed at start: signal {signal}", "it crashed at start: signal {signal}"),
			dishonest("ends", "it ended with code {code}; owed {prefer}", "it ended with code #; owed {prefer}"),
			dishonest("nameless", "it ended with code {code}, but its last lines do not name the setting", "it ended with code #, but its last lines do not name the setting"),
			dishonest("hangs", "{reason}", "it neither became ready nor ended in #"),
			dishonest("well", "it started as if all were well", "it started as if all were well"),
		},
	}
}

func dishonest(class, headline, mark string) Finding {
	return Finding{Class: class, Headline: "{name}: " + headline, Place: "{on}", Same: []string{"class"}, Mark: mark}
}

// Judge judges.
func (Start) Judge(s Subject, ev Evidence) Verdict {
	l, ok := s.Launch(exchange.Faulty)
	if !ok || len(s.Injection.Edits) == 0 {
		return skip("the system was not started anew")
	}
	if s.Row == nil {
		return Verdict{Outcome: Broken, Reason: "the contract has no row for " + s.Cause}
	}
	const cite = "fail fast at start; ASVS 5.0 13.4, 16.5.3"
	switch {
	case l.Exit != nil && l.Exit.Code == 0:
		return fail(contract.Major, Invariant, cite, "it ended with code 0, as if all were well, though %s", ev.strikes()).as("code-0")
	case l.Exit != nil && l.Exit.Signal != "" && l.Exit.Signal != "TERM":
		return fail(contract.Major, Invariant, cite, "it crashed at start: signal %s", l.Exit.Signal).because(strings.Join(l.Last, "\n")).
			as("crash").with("signal", l.Exit.Signal)
	case l.Exit != nil && !slices.Contains(append(slices.Clone(s.Row.Prefer), s.Row.Accept...), "exit"):
		return fail(contract.Major, Policy, s.Row.Source, "it ended with code %d; owed %s", l.Exit.Code, strings.Join(s.Row.Prefer, " or ")).
			as("ends").with("code", l.Exit.Code).with("prefer", strings.Join(s.Row.Prefer, " or "))
	case l.Exit != nil && !s.namesKey(l):
		return fail(contract.Note, Policy, cite, "it ended with code %d, but its last lines do not name the setting", l.Exit.Code).
			because(excerpt([]byte(strings.Join(l.Last, " / ")))).as("nameless").with("code", l.Exit.Code)
	case l.Exit != nil:
		return pass("ended with code %d after %s, naming the setting", l.Exit.Code, round(l.Took))
	case !l.Ready && s.accepts("not-ready"):
		return pass("it runs and is not ready")
	case !l.Ready:
		return fail(contract.Major, Policy, s.Row.Source, "it neither became ready nor ended in %s", round(l.Took)).as("hangs")
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

// conditioned tells whether the system was launched in want of something, with its settings as they should be.
func (s Subject) conditioned() bool {
	return len(s.Injection.Edits) > 0 && !slices.ContainsFunc(s.Injection.Edits, func(e fault.Edit) bool { return e.Op != fault.ReadOnly })
}

// namesKey tells whether the last lines name one of the settings: the variable, the file or the secret.
func (s Subject) namesKey(l exchange.Launch) bool {
	all := strings.ToLower(strings.Join(l.Last, "\n"))
	for _, e := range s.Injection.Edits {
		key := strings.ToLower(e.Setting)
		for _, of := range []string{".env.", ".file.", ".arg."} { // of one of several parts
			if _, own, ok := strings.Cut(key, of); ok {
				key = "." + own
			}
		}
		key = key[strings.IndexByte(key, '.')+1:]
		if _, pointer, ok := strings.Cut(key, "#"); ok {
			key = pointer[strings.LastIndexByte(pointer, '/')+1:] // a parser names the last member, with dots or without
		}
		for _, form := range []string{key, strings.ReplaceAll(key, "-", "_"), strings.ReplaceAll(key, "_", "-")} {
			if form != "" && strings.Contains(all, form) {
				return true
			}
		}
	}
	return false
}
