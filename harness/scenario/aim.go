package scenario

import (
	"fmt"
	"slices"
	"strings"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/fault"
)

// CheckFaults finds every mistake in faults that no file says: dependencies that there are not, and what their kinds cannot
// do or have no reply for. The words are those for a file.
func (k Known) CheckFaults(in fault.Injection) error {
	var bad decode.Problems
	for _, on := range k.strangers(in) {
		bad.Join(k.stranger(on), decode.Pos{})
	}
	bad.Join(k.unable(in), decode.Pos{})
	return bad.Err()
}

// strangers lists what faults aim at although there is no such dependency.
func (k Known) strangers(in fault.Injection) []string {
	return slices.DeleteFunc(mentioned(in), func(on string) bool {
		_, known := k.Dependencies[on]
		return known || on == "system"
	})
}

// stranger says that there is no such dependency, and which may be meant.
func (k Known) stranger(on string) error {
	return fmt.Errorf("unknown dependency %q%s", on, decode.DidYouMean(on, sorted(k.Dependencies)))
}

// unable finds what the kinds of dependencies cannot do.
func (k Known) unable(in fault.Injection) error {
	var bad decode.Problems
	for _, r := range in.Rules {
		if kind, ok := k.Dependencies[r.On]; ok {
			bad.Join(kind.Check(r), decode.Pos{})
		}
	}
	return bad.Err()
}

// mentioned lists what faults aim at, each once.
func mentioned(in fault.Injection) []string {
	var names []string
	for _, r := range in.Rules {
		names = append(names, r.On)
	}
	for _, l := range in.Links {
		names = append(names, l.On)
	}
	for _, a := range in.Acts {
		names = append(names, a.On)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// cause derives the cause from what the injection does to a dependency's class.
func (k Known) cause(in fault.Injection, kinds map[string]fakes.Kind) (string, error) {
	for _, r := range in.Rules {
		kind := kinds[r.On]
		if c := meant(kind, r.Effect.Say); c != "" {
			return c, nil
		}
		what := string(r.Effect.Verb)
		if r.Effect.Verb == fault.Pass && !r.Effect.Delay.IsZero() {
			what = "delay"
		}
		if c, err := contract.Derive(kind.Class, what); c != "" || err != nil {
			return c, err
		}
	}
	for _, l := range in.Links {
		if c, err := contract.Derive(kinds[l.On].Class, string(l.State)); c != "" || err != nil {
			return c, err
		}
	}
	if len(in.Edits) > 0 {
		e := in.Edits[0]
		class, what := "secret/", e.Op
		if from, _, ok := strings.Cut(e.Setting, "."); ok && (from == "env" || from == "arg" || from == "file") {
			class = "setting/"
		}
		if what == "empty" {
			what = "missing"
		}
		return class + what, nil
	}
	return "", fmt.Errorf("say `cause:`, it cannot be told from the faults (such as store/slow)")
}

// Cause derives the cause of an injection from what it does to which class of dependency.
func (k Known) Cause(in fault.Injection) (string, error) { return k.cause(in, k.Dependencies) }

// meant is the cause that a reply stands for: the one of its name, or, spelled out, the one that all named replies with its
// status share. Empty: it cannot be told.
func meant(kind fakes.Kind, say fault.Saying) string {
	if named, ok := kind.Replies[say.Name]; ok {
		return named.Cause
	}
	cause := ""
	for _, r := range kind.Replies {
		switch {
		case say.Status == "" || r.Status != say.Status:
		case cause != "" && cause != r.Cause:
			return ""
		default:
			cause = r.Cause
		}
	}
	return cause
}
