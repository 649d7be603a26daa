package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// headline says in plain words what is wrong.
func headline(g Group, speaker Result) string {
	sig := sign(speaker)
	on := strings.Join(g.Dependencies, ", ")
	e := pick(speaker, Headline(speaker))
	switch g.Check {
	case "alive":
		return "dead: the process ends when " + on + " fails"
	case "healed":
		return "never heals: it goes on failing after " + on + " is back"
	case "answered":
		if e.Failure == exchange.NoAnswer {
			return "no answer: the calls to " + sig.place + " are waited for without a time-out"
		}
		return "no answer: the connection just ends when " + on + " fails"
	case "within":
		return "late: the calls to " + sig.place + " take longer than callers are promised"
	case "success", "start":
		if e.Status()/100 == 2 {
			return fmt.Sprintf("wrong success: %d although %s failed", e.Status(), on)
		}
	case "leak":
		return "leak: internal text in the answer, at " + sig.place
	case "log-secret":
		return "leak: a secret in the log"
	case "blame":
		return fmt.Sprintf("wrong blame: the caller gets %d though %s failed", e.Status(), on)
	case "unaffected":
		return "blast radius: routes that do not use " + on + " suffer with it"
	case "liveness":
		return "blast radius: liveness follows " + on
	case "status":
		return fmt.Sprintf("%d where %s is owed", e.Status(), orWord(owed(speaker), "another status"))
	case "complete":
		return "incomplete: the answer breaks off, or is not what it says"
	case "shape":
		return "alien body: this error has not the shape of the others"
	case "trace":
		return "error answers carry no trace id, or two"
	case "logged":
		return "failures are not in the log, or without their cause"
	case "retry-after":
		return "503 or 429 without a usable Retry-After"
	}
	return short(orWord(g.Check, "no verdict")+": "+classOf(Headline(speaker), speaker.Subject), 160)
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
		return all + " log the same error: " + short(sig.log.String(), 120)
	}
	switch sig.family {
	case "hang":
		return all + " wait in the same place: " + sig.place
	case "leak":
		return all + " show it at the same place of the answer: " + sig.place
	case "status", "blame", "success":
		return all + " get the same answer: " + short(strings.Join(nonEmpty(sig.status(g), sig.shape()), " "), 120)
	case "healed":
		return all + " go on failing after the same dependency: " + sig.place
	}
	return all + " break the same rule in the same way"
}

// status and shape read the parts of a signature back.
func (s signature) status(g Group) string {
	if s.family == "status" {
		return s.place
	}
	if i := strings.IndexFunc(g.Came, func(r rune) bool { return r < '0' || r > '9' }); i == 3 {
		return g.Came[:3]
	}
	return ""
}

func (s signature) shape() string {
	for _, p := range s.parts {
		if strings.HasPrefix(p, "{") || strings.HasPrefix(p, "[") {
			return p
		}
	}
	return ""
}

// came says in a few words what came of an exchange.
func came(e exchange.Exchange) string {
	switch {
	case e.Failure == exchange.NoAnswer:
		return "no answer in " + round(e.Took)
	case e.Failure != "":
		return short(string(e.Failure)+" "+e.Detail, 200)
	case e.Response == nil:
		return ""
	}
	words := []string{strconv.Itoa(e.Status()), e.Response.MediaType(), string(bodyOf(e))}
	if e.Response.BodyErr != "" {
		words = append(words, "and broke off: "+e.Response.BodyErr)
	}
	return short(strings.Join(nonEmpty(words...), " "), 240)
}

// owed says what the contract owes for the cause.
func owed(r Result) string {
	if r.Subject == nil || r.Subject.Row == nil {
		return ""
	}
	var words []string
	for _, w := range append(append([]string(nil), r.Subject.Row.Prefer...), r.Subject.Row.Accept...) {
		words = insert(words, strings.Replace(w, "+RA", " + Retry-After", 1))
	}
	return strings.Join(words, " or ")
}

// round writes a duration with as many digits as a person reads.
func round(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return d.String()
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	case d < time.Minute:
		return d.Round(10 * time.Millisecond).String()
	}
	return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
}

// given says a fault in the words of the file: its kind, what it is on, and its parameters.
func given(s fault.Spec) string {
	words := []string{s.Kind}
	for _, f := range s.Params.Fields() {
		switch {
		case f.Key.Text() == "on":
			words = append([]string{f.Value.Text() + ":"}, words...)
		case f.Value.Text() != "":
			words = append(words, f.Key.Text()+" "+f.Value.Text())
		default:
			text, _ := f.Value.MarshalJSON()
			words = append(words, f.Key.Text()+" "+string(text))
		}
	}
	return short(strings.Join(words, " "), 200)
}

// question is the verdict of a case that asks the team something.
func question(r Result) (string, bool) {
	for _, v := range r.Verdicts {
		if text, ok := strings.CutPrefix(v.Reason, "question: "); ok && v.Outcome == check.Inconclusive {
			return Plain(text), true
		}
	}
	return "", false
}
