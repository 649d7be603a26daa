package postgres

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/failwell/failwell/harness/fault"
)

// One value of one row becomes null: a stored one that is no key, and only once.
func TestOneValueIsNull(t *testing.T) {
	both(t, func(l *lab) {
		for _, mode := range modes {
			c := l.connect("&default_query_exec_mode=" + mode)
			l.arm(opQuery, fault.Effect{Verb: fault.Rewrite, At: fault.Reply, Patches: []fault.Patch{{At: "?", Op: "null"}}})
			rows, err := c.Query(l.Context(), "select id, sku from orders order by id")
			l.must(err)
			got, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (s string, err error) {
				var id *int64
				var sku *string
				if err := r.Scan(&id, &sku); err != nil || id == nil {
					return "no id", err
				}
				if sku == nil {
					return "null", nil
				}
				return *sku, nil
			})
			if h := l.struck(); err != nil || len(got) != 3 || got[0] != "null" || got[1] != "B-2" || got[2] != "C-3" || h.Done != fault.Carried {
				l.Errorf("%s: %v %v %+v", mode, got, err, h)
			}
			l.heal()
		}
	})
}

func TestNullable(t *testing.T) {
	value := []byte("x")
	for _, c := range []struct {
		columns []column
		row     [][]byte
		want    int
	}{
		{[]column{{name: "id"}, {name: "sku"}, {name: "owner_id"}}, [][]byte{value, value, value}, 1},
		{[]column{{name: "sku"}, {name: "note"}}, [][]byte{value, nil}, 0},
		{[]column{{name: "note", stored: true}, {name: "count"}}, [][]byte{value, value}, 0},
		{[]column{{name: "count"}}, [][]byte{value}, -1},
		{[]column{{name: "id", stored: true}, {name: "person_id"}}, [][]byte{value, value}, -1},
		{[]column{{name: "note"}}, [][]byte{nil}, -1},
	} {
		if got := nullable(c.columns, c.row); got != c.want {
			t.Errorf("%+v: %d, want %d", c.columns, got, c.want)
		}
	}
}
