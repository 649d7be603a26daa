package cli

import (
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/suites/program"
)

var update = flag.Bool("update", false, "write the labs that init makes of testdata/starts anew")

// starts copies one of testdata/starts, without the lab that is wanted of it.
func starts(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(program.Root(t), "testdata", "starts", name))); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "want.yaml")); err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return dir
}

// What init makes of documents of well-known shapes passes check, has no secret of theirs, and is what it was.
func TestInit(t *testing.T) {
	p := program.Build(t)
	for name, file := range map[string]string{"petstore": "", "problems": "", "compose": "", "dotenv": "", "graphql": "", "dockerfile": "", "parcels": "", "har": "browser.har"} {
		t.Run(name, func(t *testing.T) {
			dir := starts(t, name)
			args := []string{"init", dir}
			if file != "" {
				args = []string{"init", filepath.Join(dir, file), "--to", dir}
			}
			r := p.Run(t, nil, args...)
			if r.Code != 0 || !strings.Contains(r.Out, "next: failwell calm "+dir) {
				t.Fatalf("exit %d\n%s%s", r.Code, r.Out, r.Err)
			}
			if r := p.Run(t, nil, "check", dir); r.Code != 0 {
				t.Errorf("check: %s", r.Err)
			}
			lab, err := os.ReadFile(filepath.Join(dir, "failwell.yaml"))
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(lab), "not-copied-anywhere") {
				t.Errorf("a secret was copied:\n%s", lab)
			}
			golden := filepath.Join(program.Root(t), "testdata", "starts", name, "want.yaml")
			if *update {
				if err := os.WriteFile(golden, lab, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want, err := os.ReadFile(golden); err != nil || string(want) != string(lab) {
				t.Errorf("got\n%s\nwant %s (-update writes it)", lab, golden)
			}
			again := p.Run(t, nil, args...)
			if again.Code != 2 || !strings.Contains(again.Err, "failwell.yaml is there already; --force writes over it") {
				t.Errorf("a second time: exit %d\n%s%s", again.Code, again.Out, again.Err)
			}
			if forced := p.Run(t, nil, append(args, "--force")...); forced.Code != 0 {
				t.Errorf("--force: exit %d\n%s", forced.Code, forced.Err)
			}
		})
	}
}

// A running API is asked for its document and its health.
func TestInitOfARunningAPI(t *testing.T) {
	p := program.Build(t)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprint(w, `{"openapi": "3.0.0", "info": {"title": "t", "version": "1"}, "paths": {"/things": {"get": {"responses": {"200": {"description": "all"}}}}}}`)
	})
	mux.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	server := httptest.NewServer(mux)
	defer server.Close()
	dir := t.TempDir()
	r := p.Run(t, nil, "init", server.URL, "--to", dir)
	lab, _ := os.ReadFile(filepath.Join(dir, "failwell.yaml"))
	for _, want := range []string{"url: " + server.URL, "ready: {get: /healthz}", "get-things: {get: /things, expect: 200}"} {
		if r.Code != 0 || !strings.Contains(string(lab), want) {
			t.Errorf("exit %d, want %q in\n%s%s", r.Code, want, lab, r.Err)
		}
	}
}

// A directory that has nothing, and a file that is nothing, end with exit code 2 and say what would do.
func TestInitOfNothing(t *testing.T) {
	p := program.Build(t)
	dir := t.TempDir()
	for name, src := range map[string]string{"notes.txt": "hello", "old.yaml": "swagger: \"2.0\"\ninfo: {title: x, version: 1}\npaths: {}\n", "bare.yaml": "openapi: 3.0.0\ninfo: {title: x, version: \"1\"}\npaths: {}\n", "torn.yaml": "openapi: [3\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(src), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{
		"":          "no OpenAPI document, compose file, Dockerfile",
		"notes.txt": "notes.txt: this is no OpenAPI document",
		"old.yaml":  "old.yaml: want OpenAPI 3.0 or 3.1",
		"bare.yaml": "bare.yaml: it has no paths",
		"torn.yaml": "torn.yaml: ",
		"gone.yaml": "gone.yaml: no such file",
	} {
		r := p.Run(t, nil, "init", filepath.Join(dir, name), "--to", dir)
		if r.Code != 2 || !strings.Contains(r.Err, want) {
			t.Errorf("%s: exit %d, want %q\n%s%s", name, r.Code, want, r.Out, r.Err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "failwell.yaml")); err == nil {
		t.Error("a lab was written all the same")
	}
	cmd := p.Command(t.Context(), t, nil)
	cmd.Dir = t.TempDir()
	if out, err := cmd.Output(); err != nil || !strings.HasPrefix(string(out), "There is no failwell.yaml here: `failwell init` writes one.") {
		t.Errorf("%v\n%s", err, out)
	}
}

// From an OpenAPI document of five routes and a program to the first verdict: no line is edited in between.
func TestFromNothingToAVerdict(t *testing.T) {
	if lacks("python3") {
		t.Skip("no python3 here")
	}
	p := program.Build(t)
	dir := starts(t, "parcels")
	began := time.Now()
	if r := p.Run(t, nil, "init", dir); r.Code != 0 {
		t.Fatalf("init: exit %d\n%s", r.Code, r.Err)
	}
	r, run := p.Judge(t, nil, dir, "--plan", "smoke")
	made := time.Since(began) - r.Took
	first := made + time.Duration(run.Summary.FirstMS)*time.Millisecond
	t.Logf("first verdict after %s; %d cases in %s, exit %d", first, len(run.Results), r.Took, r.Code)
	if r.Code != 1 || run.Summary.FirstMS == 0 || first > time.Minute {
		t.Errorf("exit %d, first verdict after %s\n%s%s", r.Code, first, r.Out, r.Err)
	}
	if !strings.Contains(r.Out, "hang") {
		t.Errorf("its upstream is waited for without a limit, and the run does not say so:\n%s", r.Out)
	}
}
