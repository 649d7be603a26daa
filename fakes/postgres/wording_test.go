package postgres

import (
	"testing"

	"github.com/failwell/failwell/harness/fault"
)

func TestWordsComeFromTheStatement(t *testing.T) {
	for _, c := range []struct{ sql, field, want string }{
		{"insert into t values (1)", "$command", "INSERT"},
		{"with gone as (delete from t returning id) select * from gone", "$command", "DELETE"},
		{"update t set a = 1", "while $doing", "while updating tuple"},
		{"select * from t for no key update", "$doing", "locking tuple"},
		{"select * from t", "$doing", ""},
		{"select * from t where a = $1", "$parameter = '...'", "unnamed portal parameter $1 = '...'"},
		{"select * from t where a = 'x'", "$parameter", ""},
		{"select * from t where a = $1 and b = 'x'", "$value", ""},
		{"select * from t where a = 'x'", "$value", "27"},
		{"/* für */ select a from only t", "$table", "30"},
		{"copy t from stdin", "$table", ""},
		{"insert into t (a, b) values (1, 2)", "$column", "16"},
		{"update t set a = 1", "$column", "14"},
		{"select lower(a) from t", "$function", "8"},
		{"select 1", "$table", ""},
		{"select 1", "costs $usd", "costs $usd"},
	} {
		stmt := newStatement(c.sql)
		e := worded(fault.Effect{Say: fault.Saying{Fields: map[string]string{"hint": c.field, "message": "stays"}}}, stmt.op, stmt)
		got, there := e.Say.Fields["hint"]
		if got != c.want || there != (c.want != "") || e.Say.Fields["message"] != "stays" {
			t.Errorf("%s in %q is %q, want %q", c.field, c.sql, got, c.want)
		}
	}
}
