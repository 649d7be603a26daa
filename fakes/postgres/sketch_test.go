package postgres

import (
	"strings"
	"testing"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/fault"
)

// What is sketched can be pasted: it is read, and then the stub knows the statement.
func TestSketch(t *testing.T) {
	for sql, want := range map[string]string{
		"SELECT o.id, sku AS \"Sku\",\n count(*), created_at FROM orders o WHERE note = 'a \"b\" <c>' -- x": `[{id: int8}, {sku: text}, {count: int8}, {created_at: timestamptz}]`,
		"insert into orders (sku) values ($1) returning id, sku":                                            `[{id: int8}, {sku: text}]`,
		"update orders set sku = $1 where id = $2":                                                          "",
	} {
		line := Sketch(fault.Call{Text: sql})
		if !strings.Contains(line, want) || (want == "") == strings.Contains(line, "columns") {
			t.Errorf("%s\n%s", sql, line)
		}
		n, err := decode.Parse("db.yaml", []byte("statements:\n"+line+"\n"))
		if err != nil {
			t.Fatalf("%v\n%s", err, line)
		}
		d, err := Make(fakes.Options{Stubs: n})
		if err != nil {
			t.Fatalf("%v\n%s", err, line)
		}
		b, err := newBook(d.Server.(Stub).Statements)
		if err != nil {
			t.Fatal(err)
		}
		if p, f := b.plan(sql, nil); f != nil || len(p.entries) != 1 {
			t.Errorf("%s: %+v %v", sql, p, f)
		}
	}
}
