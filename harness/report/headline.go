package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/failwell/failwell/harness/exchange"
)

// headline says in plain words what is wrong in the cases of a group.
func headline(g Group, speaker Result, cases []Result) string {
	v := Headline(speaker)
	sig := sign(speaker)
	e := pick(speaker, v)
	class := classOf(v, speaker.Subject)
	when := circumstance(g)
	switch g.Check {
	case "alive":
		return "dead: the process ends " + when
	case "healed":
		if strings.HasPrefix(v.Reason, "healed only after") {
			return "heals late: it goes on failing for a while after " + either(g.Dependencies) + " is back"
		}
		if strings.HasPrefix(v.Reason, "afterwards ") {
			return "never heals: later requests fail after " + either(g.Dependencies) + " is back"
		}
		return "never heals: it goes on failing after " + either(g.Dependencies) + " is back"
	case "answered":
		switch e.Failure {
		case exchange.NoAnswer:
			return "no answer: the calls to " + sig.place + " are waited for without a time-out"
		case exchange.Malformed:
			return "no answer: what comes is no HTTP " + when
		}
		return "no answer: the connection just ends " + when
	case "within":
		return "late: the calls to " + sig.place + " take longer than callers are promised"
	case "success":
		switch {
		case strings.Contains(v.Reason, "fails open"):
			return fmt.Sprintf("fail open: %s %s", stati(cases), when)
		case strings.Contains(v.Reason, "another body"):
			return fmt.Sprintf("wrong success: %s with other content than in calm %s", stati(cases), when)
		}
		return fmt.Sprintf("wrong success: %s %s", stati(cases), when)
	case "effect", "once":
		if strings.Contains(v.Reason, " times") {
			return "double effect: one request takes effect several times " + when
		}
		return "false answer: " + v.Reason
	case "leak":
		kinds, _ := leaks(cases)
		return "leak: " + some(kinds, 60) + " in the answer, at " + sig.place
	case "log-secret":
		return "leak: " + strings.Replace(v.Reason, "a secret in the log: ", "the log has a secret: ", 1)
	case "blame":
		return fmt.Sprintf("wrong blame: the caller gets %s %s", stati(cases), when)
	case "unaffected":
		if sig.parts != nil {
			return "blast radius: routes that do not use " + either(g.Dependencies) + " wait with it"
		}
		return "blast radius: routes that do not use " + either(g.Dependencies) + " answer " + sig.place
	case "liveness":
		return "blast radius: liveness says no " + when
	case "attempts":
		return fmt.Sprintf("too many tries: up to %d calls of one kind for one request", most(cases))
	case "relayed":
		return "rewritten by the gateway: " + v.Reason
	case "resent":
		return "sent again by the gateway, though not idempotent " + when
	case "settled":
		return "work goes on after the answer: calls to " + sig.place
	case "status":
		return fmt.Sprintf("%s where %s is owed", stati(cases), orWord(g.Owed, "another status"))
	case "shape":
		return "alien body: " + v.Reason
	case "complete":
		return "broken body: " + v.Reason
	case "trace":
		if _, where, ok := strings.Cut(class, "without "); ok {
			return "error answers without " + where
		}
		return "two trace ids in one answer"
	case "logged":
		if strings.HasPrefix(class, "no log line") {
			return "failures leave no line in the log"
		}
		return "the log does not say why a request failed"
	case "retry-after", "readiness":
		return v.Reason
	}
	return short(orWord(g.Check, "no verdict")+": "+class, 160)
}

// circumstance says under what a group is seen.
func circumstance(g Group) string {
	var on []string
	settings, input := false, false
	for _, w := range g.When {
		family, _, _ := strings.Cut(w, " ")
		switch {
		case family == "settings" || family == "secrets":
			settings = true
		case late(cell{On: family}) >= 0:
			input = true
		default:
			on = insert(on, family)
		}
	}
	switch {
	case len(on) == 0 && settings:
		return "when " + either(g.Dependencies) + " is not right"
	case len(on) == 0:
		return "when the request is wrong"
	case input || len(on) > 3:
		return "whatever fails"
	case settings:
		on = append(on, "a setting")
	}
	return "when " + either(on) + " fails"
}

func either(words []string) string { return strings.Join(words, " or ") }

// stati lists the statuses that cases got.
func stati(cases []Result) string {
	var all []string
	for _, c := range cases {
		if n := pick(c, Headline(c)).Status(); n > 0 {
			all = insert(all, strconv.Itoa(n))
		}
	}
	return either(all)
}

// most is the greatest number that a reason begins with.
func most(cases []Result) int {
	n := 0
	for _, c := range cases {
		digits, _, _ := strings.Cut(Headline(c).Reason, " ")
		if got, err := strconv.Atoi(digits); err == nil {
			n = max(n, got)
		}
	}
	return n
}

// because says why the cases of a group have one cause; a single case needs no reason.
func because(g Group, members []signed) string {
	if len(g.Cases) < 2 {
		return ""
	}
	all := "all " + strconv.Itoa(len(g.Cases))
	if len(g.Cases) == 2 {
		all = "both"
	}
	sig := members[0].sig
	if len(g.Also) > 0 {
		if !slices.ContainsFunc(members, func(m signed) bool { return m.sig.log != sig.log }) {
			return all + " log the same error: " + short(sig.log.String(), 120)
		}
		return "each of them shares its answer or the error in its log with another one"
	}
	switch sig.family {
	case "hang":
		return all + " wait in the same place: " + sig.place
	case "leak":
		return all + " show it at the same place of the answer: " + sig.place
	case "status", "blame", "success":
		return all + " get the same answer" + wrapBare(": ", short(sig.shape(), 60))
	case "healed":
		return all + " go on failing after the same dependency: " + sig.place
	case "unaffected":
		return all + " make other routes suffer in the same way: " + sig.place
	}
	return "" // one rule, broken in one way: the headline says it
}

// shape reads the shape of the answer back from a signature.
func (s signature) shape() string {
	for _, p := range s.parts {
		if strings.HasPrefix(p, "{") || strings.HasPrefix(p, "[") {
			return p
		}
	}
	return ""
}
