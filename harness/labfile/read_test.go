package labfile

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/standard"
	"github.com/failwell/failwell/harness/system"
)

// everything is a lab file that says all that can be said.
const everything = `
version: 1
system:
  parts:
    app:
      process: {build: [go, build, -o, $bin, .], run: [$bin, --config, $dir/etc/app.yml, --peer, $gw.url], dir: app}
      env: {PORT: $system.port, ADMIN: $system.admin.port, DB: $db.url, KEY: $jwt-key.file, KEYS: $keys.dir, ALSO: "${db.host}:$db.port"}
      env-file: .env.ci
      inherit: [BUGS]
      ports: [admin]
      files: {etc/app.yml: app.tmpl.yml}
      logs: [stdout, log/app.log]
      stop: {signal: TERM, group: true, within: 5s}
    gw: {process: {run: [gw, --to, $app.addr-is-unknown]}}
  entry: gw
  ready: {get: "app.admin:/readyz", within: 10s, follows: [db]}
  live: {get: /livez}
  deadline: 2s
  limit: 8s
dependencies:
  db:
    kind: postgres
    server: stub
    stubs: stubs/db.yaml
    isolate: values
    prepare: [{run: [migrate, $db.direct.url], env: {DATABASE_URL: $db.direct.url}, dir: app}, {sql: seed.sql, as: superuser}]
  payments: {kind: http, stubs: stubs/payments.yaml, credential: own}
  queue: {kind: tcp, forward: "127.0.0.1:5672", role: optional, flush: between-phases, unbroken: only at night}
secrets:
  jwt-key: {value: s3cr3t-key}
  api-key: {value: s3cr3t-too, role: optional, unbroken: costs $2 a call}
  keys/one.pem: s3cr3t-file
before:
  signup: {post: /signup, json: {id: $uuid}, tolerate: [409]}
  login: {post: /login, json: {user: ann, password: x}, capture: {token: /token}}
  again: {get: /me, header: {authorization: "Basic $login.token"}}
  use: ping
defaults: {header: {Authorization: Bearer $login.token}}
requests:
  ping: {get: "app.admin:/ping", expect: 200, unbroken: needs $nothing}
  get-order: {get: /orders/1001, expect: {status: [200, 204], has: "text", at: {/id: 1001}}, query: {a: $uuid}, maps: {404: 404}}
  create-order:
    {post: /orders, json: {sku: A-1, quantity: 2}, header: {Idempotency-Key: $case.key}, keyed: true, expect: 201, uses: {queue: optional},
     effect: {on: db, sql: "select count(*) from orders where idem_key = '$case.key'", patience: 15s}}
  cancel-order:
    before: [{create-order: {capture: {order: /id}}}, {get: /orders/$order, capture: {tag: ETag}}]
    post: /orders/$order/cancel
    header: {If-Match: $tag, AUTHORIZATION: none}
contract:
  profile: strict
  errors: problem+json
  trace: {header: X-Request-Id, body: /trace_id, logs: true}
  override: {store/slow: {prefer: [504]}, "cache/*": {role: optional, prefer: calm}}
  waive: [{check: status, request: "c*-order", saw: 200, because: "asynchronous", until: 2027-06-30}]
  raise: {shape: major}
  gate: critical
  heal-within: 7s
scenarios: [failwell/**/*.yaml]
`

func everythingElse() map[string]string {
	return map[string]string{
		".env.ci":              "A=b",
		"app.tmpl.yml":         "port: $system.port\nadmin: $system.admin.port\nkey: $jwt-key.value\nprice: $$5\n",
		"app/main.go":          "",
		"stubs/db.yaml":        "statements: [{sql: select 1, rows: [[1]], columns: [{a: int4}]}]",
		"stubs/payments.yaml":  "routes: [{method: POST, path: /charges}]",
		"seed.sql":             "select '$nothing'",
		"failwell/a.yaml":      "{why: a, given: [{slow: {on: db, by: 3s}}], when: {request: ping}}",
		"failwell/b/c/d.yaml":  "{why: d, given: [{slow: {on: db, by: 3s}}], when: {request: ping}}",
		"failwell/b/.old.yaml": "not read",
	}
}

func mustRead(t *testing.T, set ...string) *File {
	t.Helper()
	files := everythingElse()
	files[fileName] = strings.Replace(everything, "$app.addr-is-unknown", "$app.port", 1)
	f, err := read(inMemory(files), fileName, standard.Catalog(), set)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestEverything(t *testing.T) {
	f := mustRead(t)
	c, err := f.Config(t.Context(), Options{Lab: 1, Seed: "7", Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Check(f.Scenarios()); err != nil {
		t.Error(err)
	}
	var ids, requests []string
	for _, s := range f.Scenarios() {
		ids = append(ids, s.ID)
	}
	for _, q := range c.Requests {
		requests = append(requests, q.Name)
	}
	group := c.System.(system.Group)
	app := group.Parts[0].System.(system.Process)
	for _, same := range []struct{ what, got, want any }{
		{"ids", ids, []string{"failwell/a", "failwell/b/c/d"}},
		{"requests", requests, []string{"ping", "get-order", "create-order", "cancel-order"}},
		{"known requests", f.Known().Requests, requests},
		{"entry", group.Entry, "gw"},
		{"dir", app.Dir, "/lab/app"},
		{"env-file", app.EnvFile, "/lab/.env.ci"},
		{"files", app.Files, map[string]string{"etc/app.yml": "/lab/app.tmpl.yml"}},
		{"stop", app.Stop.Within, 5 * time.Second},
		{"ready", c.Ready.Get + " " + strings.Join(c.Ready.Follows, ","), "app.admin:/readyz db"},
		{"live", c.Live, "/livez"},
		{"deadline", c.Deadline, 2 * time.Second},
		{"limit", c.Limit, 8 * time.Second},
		{"heal-within", c.HealWithin, 7 * time.Second},
		{"roles", c.Roles, map[string]contract.Role{"queue": contract.Optional}},
		{"unbroken", []string{c.Unbroken["queue"], c.Unbroken["db"], c.Secrets["api-key"].Unbroken, c.Requests[0].Unbroken, c.Requests[1].Unbroken},
			[]string{"only at night", "", "costs $2 a call", "needs $nothing", ""}},
		{"own", c.Own, []string{"payments"}},
		{"secrets", len(c.Secrets), 3},
		{"prepared in", c.Prepare[0].Dir, "/lab/app"},
		{"script", c.Prepare[1].Script + " " + c.Prepare[1].As, "select '$nothing' superuser"},
		{"signup header", c.Before[0].Request.Header, map[string]string(nil)},
		{"again header", c.Before[2].Request.Header, map[string]string{"authorization": "Basic $login.token"}},
		{"use", c.Before[3].Use, "ping"},
		{"default header", c.Requests[0].Header, map[string]string{"Authorization": "Bearer $login.token"}},
		{"own header", c.Requests[3].Header, map[string]string{"If-Match": "$tag", "AUTHORIZATION": "none"}},
		{"step header", c.Requests[3].Before[1].Request.Header, map[string]string{"Authorization": "Bearer $login.token"}},
		{"gate", f.Gate(), contract.Critical},
		{"profile", f.Profile(), contract.Strict},
		{"raise", c.Contract.Raise, map[string]contract.Impact{"shape": contract.Major}},
		{"expires", c.Contract.Waive[0].Expires.Format(time.DateOnly), "2027-07-01"},
		{"seed", c.Seed, "7"},
	} {
		if !reflect.DeepEqual(same.got, same.want) {
			t.Errorf("%s: got %v, want %v", same.what, same.got, same.want)
		}
	}
	if row, ok := c.Contract.Table.Owed(contract.Key{Cause: "store/slow"}); !ok || row.Prefer[0] != "504" {
		t.Errorf("the override is not what is owed: %+v", row)
	}
}

func TestUnknownInPart(t *testing.T) {
	files := everythingElse()
	files[fileName] = everything
	_, err := read(inMemory(files), fileName, standard.Catalog(), nil)
	if err == nil || !strings.Contains(err.Error(), "unknown name $app.addr-is-unknown; $app has admin.port, admin.url, port, url") {
		t.Error(err)
	}
}
