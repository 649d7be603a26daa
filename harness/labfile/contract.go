package labfile

import (
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/lab"
)

// terms are what the file says about the contract.
type terms struct {
	Profile    *decode.Node  `json:"profile" doc:"how much is judged: floor, standard or strict" default:"floor" example:"standard"`
	Errors     *decode.Node  `json:"errors" doc:"the form of error bodies: problem+json (RFC 9457), or learn" default:"learn" example:"problem+json"`
	Trace      *decode.Node  `json:"trace" doc:"where the system says its trace id" example:"{header: X-Request-Id, body: /trace_id, logs: true}"`
	Override   *decode.Node  `json:"override" doc:"what is owed in place of the table, by causes or globs of causes" example:"{store/slow: {prefer: [504]}}"`
	Waive      *decode.Node  `json:"waive" doc:"findings that are accepted, each with a reason" example:"[{check: status, request: command-*, saw: 200, because: asynchronous}]"`
	Raise      *decode.Node  `json:"raise" doc:"other impacts for the failures of a check" example:"{leak: critical}"`
	Gate       *decode.Node  `json:"gate" doc:"minimum impact that fails the run" default:"by the profile: major, minor, note" example:"minor"`
	HealWithin time.Duration `json:"heal-within" doc:"how soon the system must answer again after a fault is lifted" default:"5s" example:"10s"`
	Pos        decode.Pos    `json:"-" decode:"pos"`
}

func (r *reader) readContract(t terms) {
	table, err := contract.Built()
	r.bad.Join(err, t.Pos)
	r.Contract = lab.Contract{
		Table:   table.With(r.rows(t.Override, table)...),
		Profile: contract.Profile(r.word(t.Profile, "profile", words(contract.Profiles())...)),
		Errors:  r.word(t.Errors, "shape of errors", "learn", "problem+json"),
		Trace:   r.trace(t.Trace),
		Waive:   r.waivers(t.Waive),
		Raise:   map[string]contract.Impact{},
	}
	for _, f := range r.entries(t.Raise, "raise") {
		r.knownCheck(f.Key)
		r.Contract.Raise[f.Key.Text()] = contract.Impact(r.word(f.Value, "impact", impacts...))
	}
	r.gate = contract.Impact(r.word(t.Gate, "impact", impacts...))
	r.healWithin = t.HealWithin
}

// trace is where the system says its trace id.
func (r *reader) trace(n *decode.Node) check.Trace {
	var t check.Trace
	if n == nil {
		return t
	}
	r.bad.Join(n.Into(&t), n.Pos())
	for _, key := range []string{"sent", "header"} {
		if field := n.Get(key); field != nil && !httpguts.ValidHeaderFieldName(field.Text()) {
			r.bad.Add(field.Pos(), "want the name of a header field such as X-Request-Id, not %q", field.Text())
		}
	}
	if body := n.Get("body"); body != nil && !strings.HasPrefix(t.Body, "/") {
		r.bad.Add(body.Pos(), "want a JSON Pointer such as /trace_id, not %q", t.Body)
	}
	return t
}

var impacts = words([]contract.Impact{contract.Critical, contract.Major, contract.Minor, contract.Note})

func words[S ~string](all []S) []string {
	var texts []string
	for _, s := range all {
		texts = append(texts, string(s))
	}
	return texts
}

// rows are what the lab owes in place of the table.
func (r *reader) rows(n *decode.Node, table contract.Table) []contract.Row {
	var rows []contract.Row
	for _, f := range r.entries(n, "override") {
		row, cause := contract.Row{}, f.Key.Text()
		known := slices.ContainsFunc(table.Causes(), func(c string) bool { ok, _ := path.Match(cause, c); return ok })
		if !known {
			r.bad.Add(f.Key.Pos(), "unknown cause %q%s", cause, decode.DidYouMean(cause, table.Causes()))
		}
		if twice := f.Value.Get("causes"); twice != nil {
			r.bad.Add(twice.Pos(), "the cause stands before the colon already")
			continue
		}
		if f.Value.Kind() != decode.Map {
			r.bad.Add(f.Value.Pos(), "want what is owed, such as {prefer: [503], accept: [504]}")
			continue
		}
		fields := append(slices.Clone(f.Value.Fields()), decode.Field{Key: decode.NewScalar(f.Key.Pos(), "causes"), Value: f.Key})
		r.bad.Join(decode.NewMap(f.Value.Pos(), fields...).Into(&row), f.Value.Pos())
		r.role(f.Value.Get("role"))
		r.away(f.Value.Get("when-away"), f.Value.Get("role"))
		r.bad.Join(row.Check(), f.Value.Pos())
		if row.Source == "" {
			row.Source = "the contract of this lab"
		}
		rows = append(rows, row)
	}
	return rows
}

// waivers are the checks that are switched off.
func (r *reader) waivers(n *decode.Node) []lab.Waiver {
	if n != nil && n.Kind() != decode.List {
		r.bad.Add(n.Pos(), "want a list of {check: NAME, because: REASON}, not %s", n.Kind())
	}
	var all []lab.Waiver
	for _, item := range n.Items() {
		var w lab.Waiver
		r.bad.Join(item.Into(&w), item.Pos())
		if because := item.Get("because"); because != nil && strings.TrimSpace(w.Because) == "" {
			r.bad.Add(because.Pos(), "because is empty: say why this is not judged")
		}
		if item.Get("check") != nil {
			r.knownCheck(item.Get("check"))
		}
		if until := item.Get("until"); until != nil {
			day, err := time.ParseInLocation(time.DateOnly, w.Until, time.Local)
			if err != nil {
				r.bad.Add(until.Pos(), "want a day such as 2027-06-30, not %q", w.Until)
			}
			w.Expires = day.AddDate(0, 0, 1) // the day itself counts
		}
		if glob := item.Get("request"); glob != nil {
			r.matches(glob)
		}
		if glob := item.Get("case"); glob != nil {
			r.bad.Join(decode.Glob(w.Case).Check(), glob.Pos())
			w.Pos = glob.Pos()
		}
		all = append(all, w)
	}
	return all
}

// matches notes that a glob matches no request.
func (r *reader) matches(glob *decode.Node) {
	if err := decode.Glob(glob.Text()).Check(); err != nil {
		r.bad.Join(err, glob.Pos())
		return
	}
	var all []string
	for _, q := range r.Requests {
		if decode.Glob(glob.Text()).Matches(q.Name) {
			return
		}
		all = append(all, q.Name)
	}
	if r.Open() {
		return
	}
	r.bad.Add(glob.Pos(), "no request is called %q%s", glob.Text(), decode.DidYouMean(glob.Text(), all))
}

func (r *reader) knownCheck(n *decode.Node) {
	if all := r.catalog.CheckNames(); !slices.Contains(all, n.Text()) {
		r.bad.Add(n.Pos(), "unknown check %q%s", n.Text(), decode.DidYouMean(n.Text(), all))
	}
}
