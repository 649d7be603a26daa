package scenario

import (
	"slices"
	"testing"

	"github.com/failwell/failwell/harness/fault"
)

func TestTables(t *testing.T) {
	for _, tc := range []struct {
		texts, want []string
	}{
		{[]string{"select 1 from users where id = $1"}, nil},
		{[]string{"select * from users u join sessions s on s.user_id = u.id", "select 1 from users"}, []string{"users", "sessions"}},
		{[]string{`INSERT INTO "audit"."log" (a) SELECT a FROM only events`, "update users set a = 1"}, []string{"audit.log", "events", "users"}},
		{[]string{"select 1 from orders", "select 1 from orders_archive"}, []string{"orders_archive"}},
		{[]string{"select 1 from (select 2) x", "delete from a", "select now() from b, pg_class", "select * from generate_series(1, 2)"}, []string{"a", "b"}},
		{[]string{"begin", "commit"}, nil},
	} {
		var calls []fault.Call
		for _, text := range tc.texts {
			calls = append(calls, fault.Call{On: "db", Text: text}, fault.Call{On: "other", Text: "select 1 from elsewhere"})
		}
		if got := tables(calls, "db"); !slices.Equal(got, tc.want) {
			t.Errorf("%q: %q, want %q", tc.texts, got, tc.want)
		}
	}
}
