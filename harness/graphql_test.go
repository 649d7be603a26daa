package harness_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	reference "github.com/graphql-go/graphql"
	"github.com/graphql-go/graphql/gqlerrors"

	"github.com/failwell/failwell/harness"
	"github.com/failwell/failwell/harness/gotest"
	"github.com/failwell/failwell/harness/match"
)

// fields are what the service of the test serves: rates needs an upstream, name nothing.
const fields = "type Query { rates: Float name: String! }"

// rated is a GraphQL service; forgetful, it gives no code, no path and an empty name beside what fails.
func rated(t *testing.T, forgetful bool) *harness.Lab {
	t.Helper()
	rates := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "1.5") })
	return gotest.Lab(t, harness.Config{
		Fakes: harness.Fakes{"rates": harness.HTTP(rates)},
		System: harness.Func(func(_ context.Context, s harness.Setup) (http.Handler, error) {
			schema, err := served(s.URL("rates"))
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				var ask struct{ Query, OperationName string }
				_ = json.NewDecoder(r.Body).Decode(&ask)
				result := reference.Do(reference.Params{Schema: schema, RequestString: ask.Query, OperationName: ask.OperationName, Context: r.Context()})
				if data, ok := result.Data.(map[string]any); ok && forgetful && len(result.Errors) > 0 {
					result.Errors, data["name"] = []gqlerrors.FormattedError{{Message: "no"}}, ""
				}
				w.Header().Set("Content-Type", "application/json")
				_ = json.NewEncoder(w).Encode(result)
			}), err
		}),
		Roles:   map[string]harness.Role{"rates": harness.Essential},
		IdleFor: 20e6,
	})
}

// served is the schema with its resolvers.
func served(upstream string) (reference.Schema, error) {
	return reference.NewSchema(reference.SchemaConfig{Query: reference.NewObject(reference.ObjectConfig{Name: "Query", Fields: reference.Fields{
		"name": {Type: reference.NewNonNull(reference.String), Resolve: func(reference.ResolveParams) (any, error) { return "rated", nil }},
		"rates": {Type: reference.Float, Resolve: func(p reference.ResolveParams) (any, error) {
			ask, err := http.NewRequestWithContext(p.Context, http.MethodGet, upstream, nil)
			if err != nil {
				return nil, err
			}
			resp, err := http.DefaultClient.Do(ask)
			if err != nil || resp.StatusCode != http.StatusOK {
				return nil, coded{errors.New("the rates cannot be had")}
			}
			defer func() { _ = resp.Body.Close() }()
			var rate float64
			_, err = fmt.Fscan(resp.Body, &rate)
			return rate, err
		}},
	}})})
}

// coded is an error with a code.
type coded struct{ error }

func (coded) Extensions() map[string]any { return map[string]any{"code": "UPSTREAM_UNAVAILABLE"} }

// Operations are tried as any request is, and their answers are judged by the schema.
func TestOperations(t *testing.T) {
	operations, err := harness.Operations("/graphql", fields, "query Both { rates name }", nil)
	if err != nil {
		t.Fatal(err)
	}
	both, fault := operations[0], harness.Replies{Scope: harness.On("rates"), Saying: harness.Named("unavailable")}
	matchers := map[string]*match.Matcher{"graphql": match.AnswerGraphQL(), "code": match.HaveErrorCode("UPSTREAM_UNAVAILABLE"),
		"rest": match.KeepTheRest(), "status": match.HaveStatus(200), "well": match.FailWell()}
	for _, forgetful := range []bool{false, true} {
		subject, err := rated(t, forgetful).Try(t.Context(), both, fault)
		if err != nil {
			t.Fatal(err)
		}
		for name, m := range matchers {
			want := !forgetful || name == "status"
			if ok, err := m.Match(subject); ok != want || err != nil {
				t.Errorf("forgetful %t, %s: %t %v, want %t\n%s", forgetful, name, ok, err, want, m.FailureMessage(subject))
			}
		}
	}
	if _, err := harness.Operations("/graphql", fields, "query Both { rate name }", nil); err == nil || !strings.Contains(err.Error(), `document:1:14: Cannot query field "rate" on type "Query". Did you mean "rates" or "name"?`) {
		t.Error(err)
	}
}
