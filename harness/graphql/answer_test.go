package graphql_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/graphql"
)

// heroes is the schema behind the examples of the specification (7.1.2); heroName is nullable or not.
func heroes(t testing.TB, name string) graphql.Operation {
	t.Helper()
	s := read(t, `type Query { hero: Hero } type Hero { name: String friends: [Friend] } type Friend { id: ID! name: `+name+` }`)
	written, err := s.Parse("ops.graphql", []byte(`{ hero { name heroFriends: friends { id name } } }`), nil)
	if err != nil {
		t.Fatal(err)
	}
	return written[0].Operation
}

// rules lists the rules that an answer breaks.
func rules(op graphql.Operation, body string) []string {
	a, all := graphql.ReadAnswer([]byte(body))
	all = slices.Concat(all, op.Conforms(a), op.Paths(a), op.Nulls(a))
	var words []string
	for _, b := range all {
		words = append(words, strings.TrimSpace(b.Rule+" "+b.At))
		if b.Reason == "" || !strings.HasPrefix(b.Cite, "GraphQL specification ") {
			words = append(words, fmt.Sprintf("a breach says nothing: %+v", b))
		}
	}
	return words
}

const (
	r2d2  = `{"hero":{"name":"R2-D2","heroFriends":[{"id":"1000","name":"Luke Skywalker"},{"id":"1002","name":null},{"id":"1003","name":"Leia Organa"}]}}`
	notes = `{"message":"Name for character with ID 1002 could not be fetched.","locations":[{"line":6,"column":7}],"path":["hero","heroFriends",1,"name"]}`
)

// The examples of the specification, and what differs from them by one thing.
func TestExamplesOfTheSpecification(t *testing.T) {
	nullable, required := heroes(t, "String"), heroes(t, "String!")
	lost := strings.Replace(r2d2, `{"id":"1002","name":null}`, "null", 1)
	for name, c := range map[string]struct {
		op   graphql.Operation
		body string
		want string
	}{
		"example 218, the name may be null":        {nullable, `{"errors":[` + notes + `],"data":` + r2d2 + `}`, ""},
		"example 219, the name may not be null":    {required, `{"errors":[` + notes + `],"data":` + lost + `}`, ""},
		"the parent of a name that may be null":    {nullable, `{"errors":[` + notes + `],"data":` + lost + `}`, "too-much hero.heroFriends[1]"},
		"a null name that may not be":              {required, `{"errors":[` + notes + `],"data":` + r2d2 + `}`, "null hero.heroFriends[1].name, not-null hero.heroFriends[1]"},
		"the whole list":                           {nullable, `{"errors":[` + notes + `],"data":{"hero":{"name":"R2-D2","heroFriends":null}}}`, "too-much hero.heroFriends"},
		"the whole answer":                         {nullable, `{"errors":[` + notes + `],"data":null}`, "too-much data"},
		"a name although it failed":                {nullable, `{"errors":[` + notes + `],"data":` + strings.Replace(r2d2, "null", `"Han"`, 1) + `}`, "not-null hero.heroFriends[1].name"},
		"example 220, extensions":                  {nullable, `{"errors":[` + strings.TrimSuffix(notes, "}") + `,"extensions":{"code":"CAN_NOT_FETCH_BY_ID"}}],"data":` + r2d2 + `}`, ""},
		"example 221, members beside extensions":   {nullable, `{"errors":[` + strings.TrimSuffix(notes, "}") + `,"code":"CAN_NOT_FETCH_BY_ID"}],"data":` + r2d2 + `}`, "error-member errors[0].code"},
		"a request error":                          {nullable, `{"errors":[{"message":"no such field","locations":[{"line":1,"column":3}]}]}`, ""},
		"null where it was null":                   {nullable, `{"data":` + r2d2 + `}`, ""},
		"no JSON":                                  {nullable, `{"data":`, "not-json"},
		"no object":                                {nullable, `[]`, "not-object"},
		"an own member":                            {nullable, `{"data":{"hero":null},"status":500}`, "member status"},
		"data is a list":                           {nullable, `{"data":[]}`, "data data, object data"},
		"errors is no list":                        {nullable, `{"data":{"hero":null},"errors":{"message":"a"}}`, "errors errors"},
		"errors is null":                           {nullable, `{"data":{"hero":null},"errors":null}`, "errors errors"},
		"errors is empty":                          {nullable, `{"data":{"hero":null},"errors":[]}`, "errors-empty errors"},
		"neither":                                  {nullable, `{"extensions":{}}`, "nothing"},
		"data is null without errors":              {nullable, `{"data":null}`, "data-null data"},
		"an error is a text":                       {nullable, `{"errors":["a"]}`, "error errors[0]"},
		"an error without message":                 {nullable, `{"errors":[{"message":7}]}`, "message errors[0]"},
		"a place from 0":                           {nullable, `{"errors":[{"message":"a","locations":[{"line":0,"column":1}]}]}`, "locations errors[0].locations[0]"},
		"no places":                                {nullable, `{"errors":[{"message":"a","locations":[]}]}`, ""},
		"places are null":                          {nullable, `{"errors":[{"message":"a","locations":null,"path":null}]}`, ""},
		"a path is a text":                         {nullable, `{"errors":[{"message":"a","path":"hero"}]}`, "path errors[0].path"},
		"a path with half an index":                {nullable, `{"errors":[{"message":"a","path":["hero",0.5]}]}`, "path errors[0].path[1]"},
		"extensions are a list":                    {nullable, `{"errors":[{"message":"a","extensions":[]}],"extensions":7}`, "extensions errors[0].extensions, extensions extensions"},
		"an error beside data without a path":      {nullable, `{"data":{"hero":null},"errors":[{"message":"a"}]}`, "path-missing"},
		"a path by the name":                       {nullable, `{"data":{"hero":{"name":"a","heroFriends":null}},"errors":[{"message":"a","path":["hero","friends"]}]}`, "path-wrong"},
		"an index out of the list":                 {nullable, `{"errors":[` + strings.Replace(notes, "1,", "3,", 1) + `],"data":` + r2d2 + `}`, "path-wrong"},
		"a path without an index":                  {nullable, `{"errors":[` + strings.Replace(notes, "1,", "", 1) + `],"data":` + r2d2 + `}`, "path-wrong"},
		"one place twice":                          {nullable, `{"errors":[` + notes + `,` + notes + `],"data":` + r2d2 + `}`, "path-twice hero.heroFriends[1].name"},
		"a field that was not selected":            {nullable, `{"data":{"hero":{"name":"a","heroFriends":[],"age":7}}}`, "extra hero.age"},
		"a field that is not there":                {nullable, `{"data":{"hero":{"name":"a"}}}`, "missing hero.heroFriends"},
		"an object in place of a list":             {nullable, `{"data":{"hero":{"name":"a","heroFriends":{}}}}`, "list hero.heroFriends"},
		"a text in place of an object":             {nullable, `{"data":{"hero":"a"}}`, "object hero"},
		"a number in place of a text":              {nullable, `{"data":{"hero":{"name":7,"heroFriends":[]}}}`, "scalar hero.name"},
		"an id that is a number is let pass":       {nullable, `{"data":{"hero":{"name":"a","heroFriends":[{"id":7,"name":null}]}}}`, ""},
		"an id that is no whole number is not one": {nullable, `{"data":{"hero":{"name":"a","heroFriends":[{"id":7.5,"name":null}]}}}`, "scalar hero.heroFriends[0].id"},
	} {
		if got := strings.Join(rules(c.op, c.body), ", "); got != c.want {
			t.Errorf("%s\n%s\ngot  %s\nwant %s", name, c.body, got, c.want)
		}
	}
}

// The values of the built-in scalars, enums and concrete types (3.5, 3.9, 3.10).
func TestConforms(t *testing.T) {
	s := read(t, `type Query { n: Int f: Float b: Boolean e: E any: Any found: [Found!] } enum E { A } scalar Any union Found = One | Two type One { id: ID! n: Int! } type Two { id: ID! t: String! }`)
	op := func(document string) graphql.Operation {
		w, err := s.Parse("ops.graphql", []byte(document), nil)
		if err != nil {
			t.Fatal(err)
		}
		return w[0].Operation
	}
	leaves, typed := op("{ n f b e any }"), op("{ found { is: __typename ... on One { id n } ... on Two { id t } } }")
	untyped := op("query($x: Boolean!) { found { ... on One { id n } ... on Two { id t } } n @skip(if: $x) }")
	for _, c := range []struct {
		op         graphql.Operation
		data, want string
	}{
		{leaves, `{"n":1,"f":1.5,"b":true,"e":"A","any":{"x":[1]}}`, ""},
		{leaves, `{"n":null,"f":null,"b":null,"e":null,"any":null}`, ""},
		{leaves, `{"n":1.5,"f":"1","b":1,"e":"B","any":7}`, "scalar n, scalar f, scalar b, enum e"},
		{leaves, `{"n":2147483648,"f":1,"b":false,"e":"A","any":7}`, "scalar n"},
		{leaves, `{"n":-2147483648,"f":1e300,"b":false,"e":"A","any":7}`, ""},
		{typed, `{"found":[{"is":"One","id":"1","n":1},{"is":"Two","id":"1","t":"a"}]}`, ""},
		{typed, `{"found":[{"is":"One","id":"1","t":"a"}]}`, "missing found[0].n, extra found[0].t"},
		{untyped, `{"found":[{"id":"1","n":1},{"id":"1","t":"a"}]}`, ""},
		{untyped, `{"found":[{"id":"1","t":null}],"n":3}`, "null found[0].t"},
		{untyped, `{"found":[null],"n":null}`, "null found[0]"},
	} {
		if got := strings.Join(rules(c.op, `{"data":`+c.data+`}`), ", "); got != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", c.data, got, c.want)
		}
	}
	var many []string
	for range 50 {
		many = append(many, `{"is":"One","id":"1","n":null}`)
	}
	if got := rules(typed, `{"data":{"found":[`+strings.Join(many, ",")+`]}}`); len(got) != 20 {
		t.Errorf("%d breaches are told", len(got))
	}
}

// What is lost, and what two calm answers do not share.
func TestLost(t *testing.T) {
	s := read(t, `type Query { a: Int t: String list: [Int] o: O many: [O] } type O { n: Int s: String }`)
	w, err := s.Parse("ops.graphql", []byte("{ a t list o { n s } many { n s } }"), nil)
	if err != nil {
		t.Fatal(err)
	}
	const calm = `{"a":5,"t":"x","list":[1,2],"o":{"n":1,"s":"y"},"many":[{"n":1,"s":"y"},{"n":2,"s":"z"}]}`
	failed := func(path string) string { return `{"message":"no","path":` + path + `}` }
	for name, c := range map[string]struct{ again, errors, data, want string }{
		"the same":                         {calm, failed(`["a"]`), strings.Replace(calm, "5", "null", 1), ""},
		"null without an error":            {calm, failed(`["t"]`), strings.NewReplacer("5", "null", `"x"`, "null").Replace(calm), "null a"},
		"another text":                     {calm, failed(`["a"]`), strings.NewReplacer("5", "null", `"x"`, `""`).Replace(calm), "changed t"},
		"another text, which is volatile":  {strings.Replace(calm, `"x"`, `"w"`, 1), failed(`["a"]`), strings.NewReplacer("5", "null", `"x"`, `"v"`).Replace(calm), ""},
		"null, which is volatile":          {strings.Replace(calm, `"x"`, `null`, 1), failed(`["a"]`), strings.NewReplacer("5", "null", `"x"`, `null`).Replace(calm), ""},
		"a smaller number":                 {calm, failed(`["t"]`), strings.NewReplacer(`"x"`, "null", "5", "0").Replace(calm), "changed a"},
		"a larger number, as a time has":   {calm, failed(`["t"]`), strings.NewReplacer(`"x"`, "null", "5", "1005").Replace(calm), ""},
		"a shorter list":                   {calm, failed(`["t"]`), strings.NewReplacer(`"x"`, "null", "[1,2]", "[1]").Replace(calm), "shorter list"},
		"a list that differs by itself":    {strings.Replace(calm, "[1,2]", "[1,2,3]", 1), failed(`["t"]`), strings.NewReplacer(`"x"`, "null", "[1,2]", "[1]").Replace(calm), ""},
		"and that is empty":                {strings.Replace(calm, "[1,2]", "[1,2,3]", 1), failed(`["t"]`), strings.NewReplacer(`"x"`, "null", "[1,2]", "[]").Replace(calm), "shorter list"},
		"a longer list":                    {calm, failed(`["t"]`), strings.NewReplacer(`"x"`, "null", "[1,2]", "[1,2,3]").Replace(calm), ""},
		"gone":                             {calm, failed(`["t"]`), strings.NewReplacer(`"x"`, "null", `"a":5,`, "").Replace(calm), "gone a"},
		"within a list":                    {calm, failed(`["many",0,"s"]`), strings.NewReplacer(`"s":"y"},{"n":2`, `"s":null},{"n":null`).Replace(calm), "null many[1].n"},
		"below what an error nulls":        {calm, failed(`["o","n"]`), strings.Replace(calm, `{"n":1,"s":"y"},"many"`, `{"n":null,"s":"y"},"many"`, 1), ""},
		"null beside an error of no place": {calm, `{"message":"no"}`, strings.Replace(calm, "5", "null", 1), ""},
		"another text beside it":           {calm, `{"message":"no"}`, strings.Replace(calm, `"x"`, `""`, 1), "changed t"},
		"an object that became a text":     {calm, failed(`["a"]`), strings.NewReplacer("5", "null", `{"n":1,"s":"y"},"many"`, `"","many"`).Replace(calm), "changed o"},
	} {
		answer := func(body string) graphql.Answer {
			a, _ := graphql.ReadAnswer([]byte(body))
			return a
		}
		var got []string
		for _, l := range w[0].Lost(answer(`{"errors":[`+c.errors+`],"data":`+c.data+`}`), answer(`{"data":`+calm+`}`), answer(`{"data":`+c.again+`}`)) {
			got = append(got, l.Kind+" "+l.At)
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// bulky is an answer of this many bytes at least, and its operation.
func bulky(b testing.TB, size int) (graphql.Operation, []byte, []byte) {
	s := read(b, `type Query { orders: [Order!]! rates: Int } type Order { id: ID! status: S! total: Float lines: [Line!]! note: String } type Line { sku: String! n: Int! } enum S { OPEN PAID }`)
	w, err := s.Parse("ops.graphql", []byte("{ orders { id status total lines { sku n } note } rates }"), nil)
	if err != nil {
		b.Fatal(err)
	}
	var orders []string
	for n := 0; n < size; {
		o := fmt.Sprintf(`{"id":"%d","status":"OPEN","total":19.5,"lines":[{"sku":"A-1","n":1},{"sku":"B-22","n":3}],"note":"to be left with the neighbours"}`, 1000+len(orders))
		orders, n = append(orders, o), n+len(o)+1
	}
	list := `"data":{"orders":[` + strings.Join(orders, ",") + `],"rates":`
	return w[0].Operation, []byte(`{` + list + `1}}`), []byte(`{"errors":[{"message":"no","path":["rates"]}],` + list + `null}}`)
}

func BenchmarkJudge2MB(b *testing.B) {
	op, calm, body := bulky(b, 2<<20)
	was, _ := graphql.ReadAnswer(calm)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		a, breaches := graphql.ReadAnswer(body)
		breaches = slices.Concat(breaches, op.Conforms(a), op.Paths(a), op.Nulls(a))
		if len(breaches)+len(op.Lost(a, was, was)) > 0 {
			b.Fatal("the answer is right")
		}
	}
}

// formed says by itself whether a body has the response format; it knows nothing of what is fuzzed.
func formed(body []byte) bool {
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil || members == nil {
		return false
	}
	for name := range members {
		if name != "data" && name != "errors" && name != "extensions" {
			return false
		}
	}
	data, hasData := members["data"]
	listed, hasErrors := members["errors"]
	var object map[string]json.RawMessage
	if hasData && json.Unmarshal(data, &object) != nil || !hasData && !hasErrors || hasData && object == nil && !hasErrors {
		return false
	}
	if !hasErrors {
		return true
	}
	var list []map[string]json.RawMessage
	if json.Unmarshal(listed, &list) != nil || len(list) == 0 {
		return false
	}
	for _, e := range list {
		var message *string
		if e == nil || json.Unmarshal(e["message"], &message) != nil || message == nil {
			return false
		}
		for name := range e {
			if !slices.Contains([]string{"message", "locations", "path", "extensions"}, name) {
				return false
			}
		}
		var path []any
		if p, has := e["path"]; has && (json.Unmarshal(p, &path) != nil || path != nil && len(path) == 0) {
			return false
		}
		for _, step := range path {
			n, isNumber := step.(float64)
			if _, isKey := step.(string); !isKey && (!isNumber || n < 0 || n != math.Trunc(n)) {
				return false
			}
		}
	}
	return true
}

// Whatever comes is judged without a panic, and nothing that breaks the response format passes.
func FuzzAnswer(f *testing.F) {
	op := heroes(f, "String!")
	for _, seed := range []string{`{"data":` + r2d2 + `}`, `{"errors":[` + notes + `],"data":null}`, `{"errors":[]}`, `{"data":null}`, `{"errors":[{"message":"a","path":["hero",0]}]}`, `[]`, `{"errors":null,"data":{}}`} {
		f.Add([]byte(seed))
	}
	calm, _ := graphql.ReadAnswer([]byte(`{"data":` + r2d2 + `}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		a, breaches := graphql.ReadAnswer(body)
		op.Conforms(a)
		op.Paths(a)
		op.Nulls(a)
		op.Lost(a, calm, calm)
		op.After(a.Data, [][]any{{"hero", "heroFriends", 1, "name"}})
		graphql.HasErrors(body)
		if len(breaches) == 0 && !formed(body) {
			t.Errorf("%q passes", body)
		}
	})
}
