package check

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/observe"
)

// Ask is what only the team knows, with the line of the lab that answers it. Questions about one request and one dependency are
// asked once, whatever was done to it.
type Ask struct {
	On    string        `json:"on,omitempty"` // what is broken
	Would contract.Away `json:"would"`        // the policy that it has to all appearance
	Line  string        `json:"line"`         // what to write at the request
}

// question asks the team what only it knows: whether an answer of less may be given.
func (s Subject) question(e exchange.Exchange) Verdict {
	less := "has another body than in calm"
	if lacks := s.lacking(e); len(lacks) > 0 {
		less = "lacks " + some(lacks)
	}
	a := s.ask(contract.Degraded)
	return unclear("it stayed %d without %s, and %s. Is that right? then write at the request: %s", e.Status(), a.On, less, a.Line).asks(a)
}

// askAboutCache asks whether what answers in place of a dependency is meant to.
func (s Subject) askAboutCache(e exchange.Exchange) Verdict {
	a := s.ask(contract.Open)
	return unclear("it stayed %d without %s, the same as in calm: answered from a cache? If it may be, write at the request: %s; else let each call miss it, as with query: {n: $uuid}", e.Status(), a.On, a.Line).asks(a)
}

// ask is the question that a policy for what is broken would answer.
func (s Subject) ask(would contract.Away) Ask {
	reached := func(on string) bool { return slices.Contains(s.Learnt.Reaches, on) }
	broken := slices.DeleteFunc(slices.Clone(s.On), func(on string) bool { return !reached(on) && slices.ContainsFunc(s.On, reached) })
	var uses []string
	for _, one := range broken {
		uses = append(uses, fmt.Sprintf("%s: {when-away: %s}", one, would))
	}
	return Ask{On: strings.Join(broken, " and "), Would: would, Line: "uses: {" + strings.Join(uses, ", ") + "}"}
}

// some lists the first of many names.
func some(names []string) string {
	const most = 3
	if more := len(names) - most; more > 0 {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", more)
	}
	return strings.Join(names, ", ")
}

// lacking names what an answer lacks of what calm has: members that are not there, that are null, and lists that are shorter.
func (s Subject) lacking(e exchange.Exchange) []string {
	var was, got any
	calm := s.Judged(exchange.Calm)
	if len(calm) == 0 || calm[0].Response == nil || json.Unmarshal(bodyOf(calm[0]), &was) != nil || json.Unmarshal(bodyOf(e), &got) != nil {
		return nil
	}
	var all []string
	missing("", was, got, &all)
	slices.Sort(all)
	return slices.Compact(all)
}

// missing adds what one value has at a place and another has not.
func missing(at string, was, got any, all *[]string) {
	name := "the whole body"
	if at != "" {
		name = "`" + strings.ReplaceAll(at[1:], "/", ".") + "`"
	}
	switch x := was.(type) {
	case map[string]any:
		if y, ok := got.(map[string]any); ok {
			for k := range x {
				missing(at+"/"+observe.EscapePointer(k), x[k], y[k], all)
			}
			return
		}
	case []any:
		if y, ok := got.([]any); ok && len(y) >= len(x) {
			for i := range x {
				missing(at, x[i], y[i], all)
			}
			return
		} else if ok {
			name = "a part of " + strings.Replace(name, "the whole body", "the list", 1)
		}
	case nil:
		return
	default:
		if got != nil {
			return // another value, but one
		}
	}
	*all = append(*all, name)
}

// onHousekeeping tells whether all that was struck are calls that a driver makes of its own accord: nothing that the request needs was
// taken away.
func (s Subject) onHousekeeping(e exchange.Exchange) bool {
	hits := e.Struck()
	return len(hits) > 0 && !slices.ContainsFunc(hits, func(h fault.Hit) bool { return !h.Call.Housekeeping })
}
