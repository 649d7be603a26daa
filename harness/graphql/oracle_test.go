package graphql_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	reference "github.com/graphql-go/graphql"

	"github.com/failwell/failwell/harness/graphql"
)

// executed is the answer of the reference executor, as it is sent.
func executed(t *testing.T, w world, source any) (body []byte, data any) {
	t.Helper()
	body, err := json.Marshal(reference.Execute(reference.ExecuteParams{Schema: w.served, AST: w.ast, Root: source}))
	if err != nil {
		t.Fatal(err)
	}
	var answer struct{ Data any }
	if err := json.Unmarshal(body, &answer); err != nil {
		t.Fatal(err)
	}
	return body, answer.Data
}

// judged lists everything that is found in an answer, given the whole data of calm.
func judged(op graphql.Operation, body []byte, whole any) []string {
	a, breaches := graphql.ReadAnswer(body)
	breaches = slices.Concat(breaches, op.Conforms(a), op.Paths(a), op.Nulls(a))
	var all []string
	for _, b := range breaches {
		all = append(all, b.Rule+" "+b.At+": "+b.Reason)
	}
	calm := graphql.Answer{Data: whole, HasData: true}
	for _, l := range op.Lost(a, calm, calm) {
		all = append(all, fmt.Sprintf("lost %s %s: %s for %s", l.Kind, l.At, l.Is, l.Was))
	}
	return all
}

// What an executor of another hand makes of random data in which random fields fail is what the oracle says, and nothing is found in it.
func TestOracleAgreesWithAnExecutor(t *testing.T) {
	trees, failing, toTheRoot := 0, 0, 0
	for seed := range uint64(500) {
		w := newWorld(t, rand.New(rand.NewPCG(seed, 1)))
		for range 20 {
			whole, source, failed := w.tree()
			body, data := executed(t, w, source)
			if want := w.op.After(whole, failed); !cmp.Equal(want, data) {
				t.Fatalf("seed %d, %v failed:\n%s\n%s", seed, failed, w.document, cmp.Diff(want, data))
			}
			if found := judged(w.op, body, whole); len(found) > 0 {
				t.Fatalf("seed %d, %v failed:\n%s\n%s\n%q", seed, failed, w.document, body, found)
			}
			trees++
			if len(failed) > 0 {
				failing++
			}
			if data == nil {
				toTheRoot++
			}
		}
	}
	t.Logf("%d trees, %d with failed fields, of which %d lost all of the data", trees, failing, toTheRoot)
	if failing < trees/2 || toTheRoot == 0 || toTheRoot > trees/2 {
		t.Error("the trees are not what they should be")
	}
}

// parsed is an answer whose parts can be changed.
type parsed struct {
	Data   any              `json:"data"`
	Errors []map[string]any `json:"errors,omitempty"`
}

// mistakes are what executors do wrong; false: there is nothing in this answer that shows it.
func mistakes(op graphql.Operation) map[string]func(a *parsed, whole any) bool {
	return map[string]func(a *parsed, whole any) bool{
		"nulls everything for one nullable field": func(a *parsed, _ any) bool {
			lost := a.Data != nil && len(a.Errors) > 0
			a.Data = nil
			return lost
		},
		"leaves null where none may be": func(a *parsed, whole any) bool {
			data, ok := a.Data.(map[string]any)
			for _, f := range op.Root[0].Fields {
				if ok && f.Type.NonNull() && len(a.Errors) > 0 {
					data[f.Key] = nil
					return true
				}
			}
			return false
		},
		"paths by the names of fields": func(a *parsed, _ any) bool {
			for _, e := range a.Errors {
				path := e["path"].([]any)
				for _, f := range op.Root[0].Fields {
					if path[0] == f.Key && f.Name != f.Key {
						path[0] = f.Name
						return true
					}
				}
			}
			return false
		},
		"drops what did not fail": func(a *parsed, _ any) bool {
			data, ok := a.Data.(map[string]any)
			for _, key := range slices.Sorted(maps.Keys(data)) {
				told := slices.ContainsFunc(a.Errors, func(e map[string]any) bool { return e["path"].([]any)[0] == key })
				if ok && data[key] != nil && !told {
					data[key] = nil
					return true
				}
			}
			return false
		},
		"two errors for one place": func(a *parsed, _ any) bool {
			if len(a.Errors) == 0 {
				return false
			}
			a.Errors = append(a.Errors, a.Errors[0])
			return true
		},
		"errors without a path": func(a *parsed, _ any) bool {
			if len(a.Errors) == 0 {
				return false
			}
			delete(a.Errors[0], "path")
			return true
		},
		"counts from 1": func(a *parsed, whole any) bool {
			for _, e := range a.Errors {
				path := e["path"].([]any)
				for i, step := range path {
					n, isIndex := step.(float64)
					list, ok := at(whole, path[:i]).([]any)
					if isIndex && ok && int(n) == len(list)-1 && at(a.Data, path[:i]) != nil {
						path[i] = n + 1
						return true
					}
				}
			}
			return false
		},
	}
}

// at is the value at a path; nil where there is none.
func at(v any, path []any) any {
	for _, step := range path {
		switch x := v.(type) {
		case map[string]any:
			v = x[step.(string)]
		case []any:
			if i := int(step.(float64)); i < len(x) {
				v = x[i]
			} else {
				return nil
			}
		default:
			return nil
		}
	}
	return v
}

// Each mistake of an executor is found in every answer that shows it.
func TestMistakesOfExecutorsAreFound(t *testing.T) {
	shown := map[string]int{}
	for seed := range uint64(100) {
		w := newWorld(t, rand.New(rand.NewPCG(seed, 2)))
		for range 20 {
			whole, source, _ := w.tree()
			body, _ := executed(t, w, source)
			for name, mistake := range mistakes(w.op) {
				var a parsed
				if err := json.Unmarshal(body, &a); err != nil {
					t.Fatal(err)
				}
				if !mistake(&a, whole) {
					continue
				}
				shown[name]++
				wrong, _ := json.Marshal(a)
				if len(judged(w.op, wrong, whole)) == 0 {
					t.Fatalf("%s was not found, seed %d\n%s\n%s\n%s", name, seed, w.document, body, wrong)
				}
			}
		}
	}
	t.Log(shown)
	for name := range mistakes(graphql.Operation{Root: graphql.Selection{{}}}) {
		if shown[name] < 50 {
			t.Errorf("%s was shown but %d times", name, shown[name])
		}
	}
}
