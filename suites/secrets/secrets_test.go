// Package secrets plants a secret in every place where one can be, and looks for it in everything that leaves the program.
package secrets

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/leak"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/suites/program"
)

// planted are the secrets of testdata/secretive, by where they are.
var planted = map[string]string{
	"declared":          `pl&in/secret+PASS"word%99`,
	"given in a dsn":    "g1ven/db-Passw0rd",
	"given in a URL":    "up5tream-given-pw",
	"literal in an env": "literalpass12345",
	"captured token":    "eyJhbGciOiJub25lIn0.T0k3n+login/98765==",
	"cookie":            "5id-c00kie-55aa77bb99",
	"literal header":    "lit-Ap1-K3y-778899",
	"generated":         leak.Mint("1", "0", "pool", "password"),
}

// spelt are the ways in which a text may be written so that it is read back at sight, each to be found as it is.
func spelt(text string) []string {
	quoted, _ := json.Marshal(text)
	bare := strings.TrimSuffix(strings.TrimPrefix(string(quoted), `"`), `"`)
	h := hex.EncodeToString([]byte(text))
	all := []string{text, url.QueryEscape(text), url.PathEscape(text), url.QueryEscape(url.QueryEscape(text)), bare, strings.ReplaceAll(text, `"`, `\"`),
		html.EscapeString(text), h, strings.ToUpper(h)}
	for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for pad := range 3 {
			b := e.EncodeToString([]byte("xx"[:pad] + text))
			all = append(all, b[(pad*8+5)/6:(pad+len(text))*8/6])
		}
	}
	return all
}

// nothingIn asks that no secret is in a text.
func nothingIn(t *testing.T, where, text string) {
	t.Helper()
	for name, secret := range planted {
		for _, s := range spelt(secret) {
			if at := strings.Index(text, s); at >= 0 {
				t.Errorf("%s: the secret %q is there as %s: ...%s...", where, name, s, text[max(0, at-60):min(len(text), at+len(s)+20)])
			}
		}
	}
}

// tame asks that a text has nothing by which a terminal is told to do something.
func tame(t *testing.T, where, text string) {
	t.Helper()
	if at := strings.IndexAny(text, "\x1b\x07\r\u009b\u202e"); at >= 0 {
		t.Errorf("%s: a control character reaches the terminal: %q", where, text[max(0, at-20):min(len(text), at+20)])
	}
}

func lab(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("python3"); err != nil {
		if os.Getenv("FAILWELL_CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	return filepath.Join(program.Root(t), "testdata", "secretive")
}

// given is the change by which the lab reaches an upstream that somebody else runs, with a user and a password.
func given(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(s.Close)
	return "dependencies.given.forward=http://svc:" + planted["given in a URL"] + "@" + s.Listener.Addr().String()
}

func TestNoSecretLeaves(t *testing.T) {
	dir, p, out, upstream := lab(t), program.Build(t), t.TempDir(), given(t)
	args := []string{"run", dir, "--labs", "2", "--only", "upstream/*", "--set", "secrets.api-key.value=" + planted["declared"], "--set", upstream}
	for _, format := range []string{"terminal", "json", "junit", "html", "markdown", "sarif", "agent", "github"} {
		args = append(args, "--report", format+"="+filepath.Join(out, "report."+format))
	}
	r := p.Run(t, nil, append(args, "--accept-all", "--baseline", filepath.Join(out, "baseline.yaml"))...)
	if r.Code > 1 {
		t.Fatalf("exit %d\n%s%s", r.Code, r.Out, r.Err)
	}
	said := map[string]string{"stdout": r.Out, "stderr": r.Err}
	run := read(t, filepath.Join(out, "report.json"))
	for _, c := range run.Results {
		for _, command := range []string{"show", "curl"} {
			one := p.Run(t, nil, command, c.ID, "--lab", dir)
			said[command+" "+c.ID] = one.Out + one.Err
		}
	}
	calm := p.Run(t, nil, "calm", dir, "--set", upstream)
	said["calm"] = calm.Out + calm.Err
	for where, text := range said {
		nothingIn(t, where, text)
		tame(t, where, text)
	}
	everyFile(t, out)
	everyFile(t, p.Tmp)
	standIns(t, run, said)
}

func read(t *testing.T, name string) report.Run {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	run, err := report.ReadJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// everyFile looks through all files below a directory.
func everyFile(t *testing.T, dir string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		files++
		text, err := os.ReadFile(path)
		nothingIn(t, path, string(text))
		return err
	})
	if err != nil || files == 0 {
		t.Errorf("%s: %d files, %v", dir, files, err)
	}
}

// standIns asks that what was said is still there, with something in the place of each secret, and that leaks are still found.
func standIns(t *testing.T, run report.Run, said map[string]string) {
	t.Helper()
	doc, err := json.Marshal(run)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"api-key", "password of db", "password of given", "SMTP_PASSWORD", "pool password"} {
		if token := leak.Mint("1", "secret", name); !strings.Contains(string(doc), token) {
			t.Errorf("the stand-in of %s is nowhere", name)
		}
	}
	for _, name := range []string{"token", "cookie sid"} {
		if token := "redacted-" + leak.Mint("token", name); !strings.Contains(string(doc), token) {
			t.Errorf("the stand-in of the captured %s is nowhere", name)
		}
	}
	leaks, logged := false, false
	for _, c := range run.Results {
		for _, v := range c.Verdicts {
			leaks = leaks || v.Check == "leak" && v.Outcome == check.Fail
			logged = logged || v.Check == "log-secret" && v.Outcome == check.Fail
		}
		if c.Outcome == check.Fail && !strings.Contains(said["curl "+c.ID], "Authorization: Bearer redacted-") {
			t.Errorf("%s: curl shows no place for the credential: %s", c.ID, said["curl "+c.ID])
		}
	}
	if !leaks || !logged {
		t.Errorf("a leak in an answer is found: %v, a secret in a log: %v", leaks, logged)
	}
}

// A system that dies at once, and a step of prepare that fails, say on stderr what they said, without secrets and escapes.
func TestNoSecretLeavesOnStderr(t *testing.T) {
	dir, p := lab(t), program.Build(t)
	for what, change := range map[string]string{
		"dies":    "system.env.MODE=die",
		"prepare": `dependencies.db.prepare=[{run: [sh, -c, 'echo boom $API $DB "$(printf "\033[2J")"; exit 4'], env: {API: $api-key.value, DB: $db.url}}]`,
	} {
		r := p.Run(t, nil, "run", dir, "--labs", "1", "--set", change, "--set", given(t))
		if r.Code != 2 || !strings.Contains(r.Err, "boom") || !strings.Contains(r.Err, leak.Mint("1", "secret", "api-key")) {
			t.Errorf("%s: exit %d\n%s%s", what, r.Code, r.Out, r.Err)
		}
		nothingIn(t, what, r.Out+r.Err)
		tame(t, what, r.Out+r.Err)
	}
}

// A password that is a common word stays in texts, and `check` says so.
func TestACommonPasswordIsMaskedWhereItStands(t *testing.T) {
	dir, p := lab(t), program.Build(t)
	set := "dependencies.db.server.dsn=postgres://postgres:postgres@127.0.0.1:1/app"
	if r := p.Run(t, nil, "check", dir, "--set", set); r.Code != 0 || !strings.Contains(r.Out, "password of db is a common word") {
		t.Errorf("check, exit %d: %s%s", r.Code, r.Out, r.Err)
	}
	if r := p.Run(t, nil, "check", dir); r.Code != 0 || strings.Contains(r.Out, "common word") {
		t.Errorf("check, exit %d: %s%s", r.Code, r.Out, r.Err)
	}
	r := p.Run(t, nil, "run", dir, "--labs", "1", "--set", set, "--set", given(t), "--set", "system.env.MODE=die")
	if strings.Contains(r.Err, "postgres:postgres@") || !strings.Contains(r.Err, "postgres://postgres:redacted@") {
		t.Errorf("exit %d: %s", r.Code, r.Err)
	}
}
