// Package gateway judges the sample system behind a gateway, nginx: who made each answer, and what becomes of gateways that
// fail badly.
package gateway

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/suites/program"
)

const lab = "testdata/orders/gateway.yaml"

// nginx skips the test where there is none; in CI that is a failure.
func nginx(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("nginx"); err == nil {
		return
	}
	if os.Getenv("FAILWELL_CI") != "" {
		t.Fatal("there is no nginx")
	}
	t.Skip("there is no nginx (apt-get install nginx-light)")
}

// The whole catalogue holds behind a gateway, and every answer says who made it.
func TestTheHopIsNamed(t *testing.T) {
	nginx(t)
	p := program.Build(t)
	r, run := p.Judge(t, nil, lab, "--no-skips")
	if r.Code != 0 || len(run.Results) < 400 {
		t.Errorf("exit %d, %d cases\n%s", r.Code, len(run.Results), r.Out)
	}
	program.Hops(t, run)
}

// What a dependency said is told from what the system says, though both come through the gateway.
func TestAnAnswerPassedThrough(t *testing.T) {
	nginx(t)
	p := program.Build(t)
	_, run := p.Judge(t, []string{"ORDERS_BUGS=upstream-page-passed"}, lab, "--labs", "1", "--only", "upstream/html@payments:rates*")
	answers := 0
	for _, c := range run.Results {
		for _, e := range c.Subject.Judged(exchange.Faulty) {
			answers++
			if e.Hop != "payments" {
				t.Errorf("%s: %d made by %q, want payments", c.ID, e.Status(), e.Hop)
			}
		}
	}
	if answers == 0 {
		t.Error("nothing was asked")
	}
}

// Gateways that fail badly are caught, by the check that it takes.
func TestBadGateways(t *testing.T) {
	nginx(t)
	p := program.Build(t)
	for _, bad := range []struct {
		name, check, only string
		change            []string // old, new, old, new ...
	}{
		{"pages of its own", "shape", "gateway/down@hop:get-order", []string{"error_page 502 @502;", ""}},
		{"no time limit", "within", "gateway/slow@hop:get-order*", []string{"proxy_read_timeout 800ms;", "proxy_read_timeout 60s;"}},
		{"sends again what is not idempotent", "resent", "gateway/reply-lost@hop:cancel-order", []string{
			"proxy_next_upstream off;", "proxy_next_upstream error timeout non_idempotent;",
			"server $hop.addr max_fails=0;", "server $hop.addr max_fails=0; server $hop.addr max_fails=0;"}},
		{"rewrites errors", "relayed", "gateway/passes-errors-on@hop:get-order*", []string{"proxy_next_upstream off;", "proxy_intercept_errors on; proxy_next_upstream off;"}},
		{"covers failures up", "success", "gateway/down@hop:get-order", []string{"error_page 502 @502;", "error_page 502 =200 /gateway/sorry;",
			"location / {", "location = /gateway/sorry { default_type application/json; return 200 '{}'; } location / {"}},
		{"loses the trace", "trace", "gateway/down@hop:get-order", []string{`"status":502,"trace_id":"$$trace"`, `"status":502`}},
		{"less patient than the system", "status", "gateway/slow-within-limit@hop:get-order", []string{"proxy_read_timeout 800ms;", "proxy_read_timeout 100ms;"}},
		{"does not log", "logged", "gateway/down@hop:get-order", []string{"access_log /dev/stdout line;", "access_log off;"}},
	} {
		t.Run(bad.name, func(t *testing.T) {
			r, run := p.Judge(t, nil, changed(t, bad.change), "--labs", "2", "--only", bad.only)
			if failing := program.Failing(run); r.Code != 1 || !slices.Contains(failing, bad.check) {
				t.Errorf("exit %d, failing checks %v, want 1 and %s among them\n%s%s", r.Code, failing, bad.check, r.Out, r.Err)
			}
		})
	}
}

// changed writes the lab anew, with a gateway whose configuration is changed.
func changed(t *testing.T, change []string) string {
	t.Helper()
	home := filepath.Join(program.Root(t), "testdata", "orders")
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(home, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	conf := read("gateway/nginx.conf")
	for pair := range slices.Chunk(change, 2) {
		if !strings.Contains(conf, pair[0]) {
			t.Fatalf("the configuration has no %q", pair[0])
		}
		conf = strings.ReplaceAll(conf, pair[0], pair[1])
	}
	dir := t.TempDir()
	yaml := strings.NewReplacer("gateway/nginx.conf", "nginx.conf", "dir: .", "dir: "+home, "stubs/", home+"/stubs/",
		"schema.sql", home+"/schema.sql", "seed.sql", home+"/seed.sql").Replace(read("gateway.yaml"))
	for name, text := range map[string]string{"nginx.conf": conf, "failwell.yaml": yaml} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
