package report

import (
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
)

// Question is something that only the team knows, with the requests that it is about.
type Question struct {
	Text     string
	Line     string // what to write at the request, where one line answers it
	Requests []string
}

// Questions lists what the team is asked: once for each request and dependency, whatever was done to it, and the same words for
// several requests once.
func (r Run) Questions() []Question {
	type about struct{ request, on string }
	asked, order := map[about]check.Verdict{}, []about(nil)
	for _, c := range r.Results {
		v, ok := question(c)
		if !ok {
			continue
		}
		key := about{request: c.Request, on: v.Reason}
		if v.Ask != nil {
			key.on = v.Ask.On
		}
		before, known := asked[key]
		if !known {
			order = append(order, key)
		}
		if !known || v.Ask != nil && before.Ask.Would == contract.Open && v.Ask.Would == contract.Degraded {
			asked[key] = v // what is degraded may also be as in calm
		}
	}
	var all []Question
	for _, key := range order {
		text := Plain(asked[key].Reason)
		i := slices.IndexFunc(all, func(q Question) bool { return q.Text == text })
		if i < 0 {
			i, all = len(all), append(all, Question{Text: text})
			if a := asked[key].Ask; a != nil {
				all[i].Line = a.Line
			}
		}
		all[i].Requests = insert(all[i].Requests, key.request)
	}
	return all
}

// questions shows them.
func (p *paper) questions(r Run) {
	all := r.Questions()
	if len(all) == 0 {
		return
	}
	p.line("%s", plural(len(all), "question", "questions"))
	for _, q := range all {
		p.entry("", strings.Join(q.Requests, ", ")+": "+q.Text)
	}
}
