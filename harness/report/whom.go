package report

import (
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/check"
)

// system is how faults name the system under test itself, where it is one process.
const system = "system"

// theSystem is how people call it.
const theSystem = "the system"

// aims are the names under which the fault of a case may be known to other cases of the same cause, what the case itself says first.
// A setting is also the secret, or the dependency, that it holds; what strikes a dependency while the system is in want is also that dependency,
// or else the want.
func aims(r Result) []string {
	all := []string{joinedOn(r.On)}
	var taps map[string]string
	if r.Subject != nil {
		taps = r.Subject.Declared.Taps
	}
	var others, own []string
	for _, on := range r.On {
		on = orWord(carried(r, on), on)
		if on == system || isPart(taps, on) {
			own = append(own, on)
		} else {
			others = append(others, on)
		}
	}
	for _, some := range [][]string{others, own} {
		if on := joinedOn(some); on != "" && !slices.Contains(all, on) {
			all = append(all, on)
		}
	}
	return all
}

// carried is the secret that a setting holds, or the dependency whose address it does; "" for anything else.
func carried(r Result, setting string) string {
	if r.Subject == nil {
		return ""
	}
	return r.Subject.Carries[setting]
}

func isPart(taps map[string]string, on string) bool {
	for _, part := range taps {
		if part == on {
			return true
		}
	}
	return false
}

// joinedOn is one name for several things that are broken together.
func joinedOn(names []string) string {
	names = slices.Clone(names)
	slices.Sort(names)
	return strings.Join(slices.Compact(names), "+")
}

// whom names for people what the faults of cases aim at: dependencies, secrets and settings; the system itself only where nothing else is
// struck, or where it is in want in each of the cases of a finding about it.
func whom(cases []Result, f check.Finding) []string {
	var names, settings []string
	wanting := 0
	for _, c := range cases {
		all := aims(c)
		want := len(all) > 2 || all[len(all)-1] == system
		if wanting += orNone(want, 1); f.Itself && want {
			continue
		}
		for _, on := range c.On {
			switch {
			case carried(c, on) != "":
				settings = insert(settings, on)
			case on != system || len(all) == 1:
				names = insert(names, on)
			}
		}
	}
	if f.Itself && wanting == len(cases) && len(names)+len(settings) == 0 {
		return []string{theSystem}
	}
	if len(names) == 0 {
		names = settings
	}
	for i, name := range names {
		if name == system {
			names[i] = theSystem
		}
	}
	return names
}
