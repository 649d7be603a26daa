package reference

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/scenario"
)

// about is what a kind says of itself, if it does.
func about(kind any) decode.About {
	if one, ok := kind.(decode.Telling); ok {
		return one.About()
	}
	return decode.About{}
}

func (s Source) systems() []Entry {
	var all []Entry
	for _, name := range s.Catalog.SystemNames() {
		made, _ := s.Catalog.Systems[name](nil, "") // an empty one: its type is what counts
		told := about(made)
		p := newSheet(told.Doc)
		p.line("example", "system: {"+name+": "+told.Example+"}")
		p.fields("fields", decode.Keys(reflect.TypeOf(made)))
		all = append(all, Entry{"systems", name, sentence(told.Doc), p.String()})
	}
	return all
}

func (s Source) faults() []Entry {
	var all []Entry
	for _, name := range s.Catalog.FaultNames() {
		made, _ := s.Catalog.Faults[name](nil)
		told := about(made)
		p := newSheet(told.Doc)
		p.line("example", told.Example)
		p.fields("fields", decode.Keys(reflect.TypeOf(made)))
		all = append(all, Entry{"faults", name, sentence(told.Doc), p.String()})
	}
	return all
}

func (s Source) fakes() []Entry {
	var all []Entry
	for _, name := range s.Catalog.FakeNames() {
		kind := s.Catalog.Fakes[name].Kind
		p := newSheet(kind.Doc)
		p.line("class", kind.Class)
		p.line("example", fmt.Sprintf("dependencies: {%s: {kind: %s}}", kind.Class, name))
		for _, group := range slices.Sorted(maps.Keys(kind.Groups)) {
			p.line(group, "stands for "+strings.Join(kind.Groups[group], " "))
		}
		for _, op := range kind.Ops {
			for _, at := range fault.Points() {
				if verbs := op.Can[at]; len(verbs) > 0 {
					p.line(op.Name, fmt.Sprintf("at %s: %s", at, joined(verbs)))
				}
			}
		}
		p.line("replies", strings.Join(kind.ReplyNames(), " "))
		all = append(all, Entry{"fakes", name, kind.Doc, p.String()})
	}
	return all
}

func joined[S ~string](words []S) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = string(w)
	}
	return strings.Join(texts, " ")
}

func (s Source) replies() []Entry {
	var all []Entry
	for _, name := range s.Catalog.FakeNames() {
		kind := s.Catalog.Fakes[name].Kind
		for _, reply := range kind.ReplyNames() {
			r := kind.Replies[reply]
			line := strings.Join(slices.DeleteFunc([]string{r.Status, r.Fields["message"]}, func(t string) bool { return t == "" }), " ")
			if line == "" {
				line = r.Source
			}
			p := newSheet("")
			p.line("status", r.Status)
			for _, field := range slices.Sorted(maps.Keys(r.Fields)) {
				p.line(field, r.Fields[field])
			}
			p.line("body", strings.TrimSpace(r.Body))
			p.line("cause", r.Cause)
			p.line("at", string(r.At))
			p.line("calls", strings.Join(r.Ops, " "))
			p.line("source", r.Source)
			p.line("example", fmt.Sprintf("given: [{reply: {on: NAME, name: %s}}]", reply))
			all = append(all, Entry{"replies", name + "." + reply, line + " (" + r.Cause + ")", p.String()})
		}
		for _, reply := range slices.Sorted(maps.Keys(kind.Retired)) {
			all = append(all, Entry{"replies", name + "." + reply, "retired: " + kind.Retired[reply], kind.Retired[reply] + "\n"})
		}
	}
	return all
}

// notMade stands where no built-in scenario makes a cause.
const notMade = "no built-in scenario makes it"

func (s Source) causes() []Entry {
	var all []Entry
	made := scenario.OfCause(s.Scenarios)
	for _, cause := range s.Table.Causes() {
		row, ok := s.Table.Owed(contract.Key{Cause: cause})
		if !ok {
			continue
		}
		p := newSheet("")
		p.line("expected", strings.Join(row.Prefer, ", "))
		p.line("as good", strings.Join(row.Accept, ", "))
		p.line("never", strings.Join(row.Never, ", "))
		p.line("with", strings.Join(row.Header, ", "))
		p.line("why", row.Source)
		p.line("floor", row.Floor)
		for _, one := range made[cause] {
			p.line("scenario", one.ID+": "+one.Why)
		}
		line := fmt.Sprintf("expected %s", strings.Join(row.Prefer, " or "))
		if len(made[cause]) == 0 {
			p.line("scenario", fmt.Sprintf("%s; one of your own may say `cause: %s`", notMade, cause))
			line += "; " + notMade
		}
		all = append(all, Entry{"causes", cause, line, p.String()})
	}
	return all
}

func profiles() []Entry {
	var all []Entry
	for _, profile := range contract.Profiles() {
		p := newSheet(profile.Doc())
		p.line("gate", fmt.Sprintf("a failure of impact %s or worse fails the run", profile.Gate()))
		p.line("example", fmt.Sprintf("contract: {profile: %s}", profile))
		all = append(all, Entry{"profiles", string(profile), sentence(profile.Doc()), p.String()})
	}
	return all
}

func (s Source) scenarios() []Entry {
	var all []Entry
	for _, one := range s.Scenarios {
		p := newSheet(one.Why)
		p.line("event", one.Event)
		p.line("cause", one.Cause)
		p.line("labels", strings.Join(one.Labels, ", "))
		p.line("needs", strings.Join(one.Needs, ", "))
		var given []string
		for _, f := range one.Given {
			text, err := f.Params.MarshalJSON()
			if err == nil {
				given = append(given, f.Kind+" "+string(text))
			}
		}
		p.line("faults", strings.Join(given, ", "))
		p.line("file", one.Pos.File)
		p.line("run", fmt.Sprintf("failwell run --only '%s@*'", one.ID))
		all = append(all, Entry{"scenarios", one.ID, one.Why, p.String()})
	}
	slices.SortFunc(all, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
	return all
}
