package system

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/failwell/failwell/harness/fault"
)

var sample = Templates{
	Env: map[string]string{
		"DATABASE_URL": "$db.url", "JWT_KEY_FILE": "$jwt-key.file", "TOKEN": "x-${jwt-key.value}", "POOL": "10", "KEYS": "$ring.dir",
	},
	Args: []string{"app", "--db=$db.url", "--key", "$jwt-key.value", "-v", "serve"},
	Files: map[string]string{
		"app.json": `{"db": {"url": "$db.url", "pool": 10}, "key": "$jwt-key.value", "on": true, "hosts": ["$db.url", "b"]}`,
		"app.yml":  "# comment\ndb:\n  url: $db.url # here\n  flag: yes\nkey: $jwt-key.value\n",
		"app.env":  "URL=$db.url\nKEY=\"$jwt-key.value\"\nserver.port = 8080\n",
	},
}

func render(t *testing.T, edits ...fault.Edit) (Rendered, error) {
	t.Helper()
	return sample.Render(Setup{
		Names:   map[string]string{"db.url": "postgres://u:p@127.0.0.1:20001/orders?x=1"},
		Secrets: map[string]string{"jwt-key": "s3cr3t-KEY", "ring/a.pem": "aaa", "ring/b.pem": "bbb", "unused": "x"},
		Edits:   edits,
	}, "/run/app")
}

// at finds a part of a Rendered as the table below names it.
func at(t *testing.T, r Rendered, where string) string {
	t.Helper()
	kind, name, _ := strings.Cut(where, " ")
	name, key, ofKey := strings.Cut(name, "#")
	switch kind {
	case "env":
		if value, ok := r.Env[name]; ok {
			return value
		}
	case "args":
		return strings.Join(r.Args, " ")
	case "file":
		f, ok := r.Files[name]
		if !ok {
			break
		}
		if f.Unreadable {
			return "UNREADABLE"
		}
		if !ofKey {
			return f.Text
		}
		return valueAt(t, name, f.Text, key)
	}
	return "ABSENT"
}

func valueAt(t *testing.T, name, text, pointer string) string {
	t.Helper()
	var v any
	err := yaml.Unmarshal([]byte(text), &v)
	if strings.HasSuffix(name, ".json") {
		err = json.Unmarshal([]byte(text), &v)
	}
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		m, _ := v.(map[string]any)
		var ok bool
		if v, ok = m[token]; !ok {
			return "ABSENT"
		}
	}
	return fmt.Sprintf("%v", v)
}

func TestEdits(t *testing.T) {
	const closed = "postgres://u:p@127.0.0.1:2/orders?x=1"
	for _, c := range []struct{ setting, op, where, want string }{
		{"env.DATABASE_URL", "missing", "env DATABASE_URL", "ABSENT"},
		{"env.DATABASE_URL", "empty", "env DATABASE_URL", ""},
		{"env.DATABASE_URL", "malformed", "env DATABASE_URL", "::not a url"},
		{"env.DATABASE_URL", "wrong", "env DATABASE_URL", closed},
		{"env.DATABASE_URL", "wrong", "args", "app --db=postgres://u:p@127.0.0.1:20001/orders?x=1 --key s3cr3t-KEY -v serve"},
		{"env.POOL", "malformed", "env POOL", "12x"},
		{"arg.1", "missing", "args", "app --key s3cr3t-KEY -v serve"},
		{"arg.1", "wrong", "args", "app --db=" + closed + " --key s3cr3t-KEY -v serve"},
		{"arg.3", "missing", "args", "app --db=postgres://u:p@127.0.0.1:20001/orders?x=1 -v serve"},
		{"jwt-key", "missing", "env TOKEN", "ABSENT"},
		{"jwt-key", "missing", "env JWT_KEY_FILE", "/run/app/secrets/jwt-key/jwt-key"},
		{"jwt-key", "missing", "args", "app --db=postgres://u:p@127.0.0.1:20001/orders?x=1 -v serve"},
		{"jwt-key", "missing", "file secrets/jwt-key/jwt-key", "ABSENT"},
		{"jwt-key", "missing", "file files/app.json#/key", "ABSENT"},
		{"jwt-key", "missing", "file files/app.json#/db/pool", "10"},
		{"jwt-key", "missing", "file files/app.yml#/key", "ABSENT"},
		{"jwt-key", "missing", "file files/app.env", "URL=postgres://u:p@127.0.0.1:20001/orders?x=1\nserver.port = 8080\n"},
		{"jwt-key", "empty", "env TOKEN", "x-"},
		{"jwt-key", "malformed", "file secrets/jwt-key/jwt-key", "s3cr3\n\x01t-KEY"},
		{"jwt-key", "unreadable", "file secrets/jwt-key/jwt-key", "UNREADABLE"},
		{"jwt-key", "unreadable", "env TOKEN", "x-s3cr3t-KEY"},
		{"ring", "missing", "file secrets/ring/a.pem", "ABSENT"},
		{"ring", "unreadable", "file secrets/ring/b.pem", "UNREADABLE"},
		{"ring", "missing", "env KEYS", "/run/app/secrets/ring"},
		{"file.app.json", "missing", "file files/app.json", "ABSENT"},
		{"file.app.json", "empty", "file files/app.json", ""},
		{"file.app.json", "unreadable", "file files/app.json", "UNREADABLE"},
		{"file.app.json#/db/url", "missing", "file files/app.json#/db/url", "ABSENT"},
		{"file.app.json#/db/url", "wrong", "file files/app.json#/db/url", closed},
		{"file.app.json#/db/pool", "malformed", "file files/app.json#/db/pool", "12x"},
		{"file.app.json#/on", "wrong", "file files/app.json#/on", "false"},
		{"file.app.json#/db", "missing", "file files/app.json#/db", "ABSENT"},
		{"file.app.json#/hosts/0", "missing", "file files/app.json#/hosts", "[b]"},
		{"file.app.yml#/db/url", "missing", "file files/app.yml", "# comment\ndb:\n  flag: yes\nkey: s3cr3t-KEY\n"},
		{"file.app.yml#/db/url", "empty", "file files/app.yml#/db/url", ""},
		{"file.app.env#/KEY", "empty", "file files/app.env",
			"URL=postgres://u:p@127.0.0.1:20001/orders?x=1\nKEY=\"\"\nserver.port = 8080\n"},
		{"file.app.env#/server/port", "malformed", "file files/app.env",
			"URL=postgres://u:p@127.0.0.1:20001/orders?x=1\nKEY=\"s3cr3t-KEY\"\nserver.port = 12x\n"},
	} {
		t.Run(c.setting+" "+c.op+" at "+c.where, func(t *testing.T) {
			r, err := render(t, fault.Edit{Setting: c.setting, Op: c.op})
			if err != nil {
				t.Fatal(err)
			}
			equal(t, c.where, at(t, r, c.where), c.want)
			again, _ := render(t, fault.Edit{Setting: c.setting, Op: c.op})
			if !reflect.DeepEqual(r, again) {
				t.Error("the same edit gave something else")
			}
		})
	}
}

func TestEditsThatMakeNoSense(t *testing.T) {
	for _, e := range []fault.Edit{
		{Setting: "env.DATABASE_URL", Op: "unreadable"},
		{Setting: "env.NOBODY", Op: "missing"},
		{Setting: "arg.0", Op: "missing"},
		{Setting: "arg.9", Op: "missing"},
		{Setting: "file.none.yml", Op: "missing"},
		{Setting: "file.app.json", Op: "wrong"},
		{Setting: "file.app.json#/none", Op: "missing"},
		{Setting: "unused", Op: "missing"},
		{Setting: "nobody", Op: "missing"},
	} {
		_, err := render(t, e)
		if unable := (*Unable)(nil); !errors.As(err, &unable) || !unable.NotApplicable {
			t.Errorf("%+v: got %v", e, err)
		}
	}
	if _, err := render(t, fault.Edit{Setting: "env.POOL", Op: "mising"}); err == nil || !strings.Contains(err.Error(), `"missing"`) {
		t.Errorf("got %v", err)
	}
}

func TestAGivenValueOverrides(t *testing.T) {
	r, err := render(t, fault.Edit{Setting: "jwt-key", Op: "wrong", Value: "mine"}, fault.Edit{Setting: "env.NEW", Op: "wrong", Value: "1"})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "secret", r.Env["TOKEN"], "x-mine")
	equal(t, "variable", r.Env["NEW"], "1")
}

func TestSettings(t *testing.T) {
	var got []string
	for _, s := range sample.Settings() {
		got = append(got, fmt.Sprintf("%s secret=%s dep=%s", s.Name, s.Secret, s.Dependency))
	}
	want := []string{
		"env.DATABASE_URL secret= dep=db", "env.JWT_KEY_FILE secret=jwt-key dep=", "env.KEYS secret=ring dep=",
		"env.POOL secret= dep=", "env.TOKEN secret=jwt-key dep=",
		"arg.1 secret= dep=db", "arg.3 secret=jwt-key dep=",
		"file.app.env secret=jwt-key dep=db",
		"file.app.json secret=jwt-key dep=db", "file.app.json#/db/url secret= dep=db", "file.app.json#/key secret=jwt-key dep=",
		"file.app.json#/hosts/0 secret= dep=db",
		"file.app.yml secret=jwt-key dep=db", "file.app.yml#/db/url secret= dep=db", "file.app.yml#/key secret=jwt-key dep=",
		"jwt-key secret=jwt-key dep=", "ring secret=ring dep=",
	}
	equal(t, "settings", strings.Join(got, "\n"), strings.Join(want, "\n"))
}
