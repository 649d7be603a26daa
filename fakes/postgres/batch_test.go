package postgres

import (
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/failwell/failwell/harness/fault"
)

// A COMMIT that fails in the same batch as its BEGIN ends the transaction, as one that a server refuses does.
func TestCommitThatFailsInTheBatchOfItsBegin(t *testing.T) {
	both(t, func(l *lab) {
		for _, mode := range modes[1:] {
			c := l.connect("&default_query_exec_mode=" + mode)
			l.arm(opCommit, effectReply("serialization"))
			b := &pgx.Batch{}
			b.Queue("begin")
			b.Queue("update orders set quantity = 7 where id = $1", 1)
			b.Queue("commit")
			l.wantCode(c.SendBatch(l.Context(), b).Close(), "40001")
			l.wantState(c, 'I')
			if n := l.changed(); l.backend.Stateful() && n != "0" {
				l.Errorf("%s: %s rows changed by what was not committed", mode, n)
			}
			l.heal()
			l.batch(c)
		}
	})
}

// A FETCH and an EXECUTE are known by the text of what they carry out.
func TestFetchAndExecuteCarryTheirText(t *testing.T) {
	l := realLab(t)
	for _, mode := range []string{"simple_protocol", "exec"} {
		c, seen := l.connect("&default_query_exec_mode="+mode), int64(len(l.hits(0)))
		for _, sql := range []string{"begin", `declare "Lines" cursor for select id from orders`, `fetch forward 2 from "Lines"`, "commit",
			"prepare one (int) as select sku from orders where id = $1", "execute ONE(1)"} {
			_, err := c.Exec(l.Context(), sql)
			l.must(err)
		}
		l.arm("", effectReply("deadlock"), func(r *fault.Rule) { r.Text = "select sku from orders" })
		_, err := c.Exec(l.Context(), "execute one(1)")
		l.wantCode(err, "40P01")
		l.heal()
		const want = `fetch forward 2 from "Lines"; declare "Lines" cursor for select id from orders`
		if !slices.ContainsFunc(l.hits(seen), func(h fault.Hit) bool { return h.Call.Text == want }) {
			t.Errorf("%s: no call %s", mode, want)
		}
	}
}
