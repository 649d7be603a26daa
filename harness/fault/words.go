package fault

import (
	"fmt"
	"strings"
)

// Words says an injection in a few words, such as "refused db", "hang db commit" or "deadlock db". They name cases that have
// no scenario: different injections of one kind of fault have different words.
func (in Injection) Words() string {
	var all []string
	add := func(words ...string) {
		all = append(all, strings.Join(strings.Fields(strings.Join(words, " ")), " "))
	}
	for _, l := range in.Links {
		state := string(l.State)
		if l.State == Open {
			state = string(l.Existing) + " connections of"
		}
		add(state, l.On, atStart(l.Start))
	}
	for _, r := range in.Rules {
		add(effect(r.Effect), r.On, r.Op, r.Text, place(r.Effect), atStart(r.Start))
	}
	for _, e := range in.Edits {
		add(e.Op, e.Setting)
	}
	for _, a := range in.Acts {
		add(a.Do, a.On)
	}
	return strings.Join(all, ", ")
}

func effect(e Effect) string {
	span, _ := e.Delay.MarshalText()
	switch {
	case e.Say.Name != "":
		return e.Say.Name
	case e.Say.Status != "":
		return fmt.Sprintf("%s %s", e.Verb, e.Say.Status)
	case e.Verb == Pass && !e.Delay.IsZero():
		return "delay " + string(span)
	case e.Lost:
		return string(e.Verb) + " lost"
	}
	return string(e.Verb)
}

// place says where an effect takes place, when that is not at the request.
func place(e Effect) string {
	if e.At == "" || e.At == Request || e.Say.Name != "" {
		return ""
	}
	return "at " + string(e.At)
}

func atStart(start bool) string {
	if start {
		return "at start"
	}
	return ""
}
