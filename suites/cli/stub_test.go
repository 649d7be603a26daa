package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/failwell/failwell/suites/program"
)

// A statement that a stub does not know is named where its request is not calm, and there is something to paste.
func TestUnknownStatementIsNamed(t *testing.T) {
	p := program.Build(t)
	dir := lab(t, "", "", nil)
	file := filepath.Join(dir, "stubs", "db.yaml")
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const unknown = "select id, sku, quantity, status from orders order by id limit 50"
	changed := strings.Replace(string(src), unknown, "select 'something else'", 1)
	if changed == string(src) {
		t.Fatalf("the sample's stub has no %q", unknown)
	}
	if err := os.WriteFile(file, []byte(changed), 0o644); err != nil {
		t.Fatal(err)
	}
	calm, run := p.Run(t, nil, "calm", dir), p.Run(t, nil, "run", dir, "--only", "database/refused@db:get-order")
	for _, want := range []string{"! list-orders: 500", "  got 500 application/problem+json {", "db says: 0A000 no stub for: " + unknown,
		"  - sql: \"" + unknown + "\"\n    columns: [{id: int8}, {sku: text}, {quantity: int8}, {status: text}]\n    rows: [["} {
		if !strings.Contains(calm.Out, want) {
			t.Errorf("calm says no %q:\n%s", want, calm.Out)
		}
	}
	if want := "no stub for: " + unknown; !strings.Contains(strings.Join(strings.Fields(run.Out+run.Err), " "), want) {
		t.Errorf("run says no %q:\n%s", want, run.Out+run.Err)
	}
}
