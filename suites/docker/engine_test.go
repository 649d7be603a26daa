package docker_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/failwell/failwell/suites/program"
)

// oldEngine is an engine that speaks an API of 2016.
func oldEngine(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Api-Version", "1.24")
		w.Header().Set("Ostype", "linux")
		w.Header().Set("Content-Type", "application/json")
		switch {
		case strings.HasSuffix(r.URL.Path, "/_ping"):
			_, _ = w.Write([]byte("OK"))
		case strings.HasSuffix(r.URL.Path, "/version"):
			_, _ = w.Write([]byte(`{"Version":"1.12.6","ApiVersion":"1.24","Os":"linux"}`))
		case strings.HasSuffix(r.URL.Path, "/info"):
			_, _ = w.Write([]byte(`{"ServerVersion":"1.12.6","OSType":"linux","Architecture":"x86_64"}`))
		default:
			http.Error(w, `{"message":"page not found"}`, http.StatusNotFound)
		}
	}))
	t.Cleanup(s.Close)
	return "tcp://" + s.Listener.Addr().String()
}

// closed is an address where nobody listens.
func closed(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	return "tcp://" + l.Addr().String()
}

// An engine that cannot be used is said in one line, with what helps, and is a mistake of whoever asked for it.
func TestAnEngineThatCannotBeUsed(t *testing.T) {
	p := failwell(t)
	for name, c := range map[string]struct {
		at   string
		want []string
	}{
		"nobody there": {closed(t), []string{"no Docker engine answers at tcp://127.0.0.1:", "start one, or say by DOCKER_HOST where it is"}},
		"too old":      {oldEngine(t), []string{"is too old: it speaks API 1.24, failwell needs 1.40 (Docker 19.03) or newer; update the engine"}},
		"no socket":    {"unix:///nowhere/docker.sock", []string{"no Docker engine answers at unix:///nowhere/docker.sock", "start one"}},
	} {
		t.Run(name, func(t *testing.T) {
			env := []string{"DOCKER_HOST=" + c.at}
			r := p.Run(t, env, "run", "testdata/orders", "--host", "docker")
			doctor := p.Run(t, env, "doctor")
			t.Logf("%s", r.Err)
			if r.Code != 2 || r.Out != "" || strings.Count(r.Err, "\n") != 1 || doctor.Code != 0 {
				t.Errorf("exit %d, want 2 and one line\n%s%s", r.Code, r.Out, r.Err)
			}
			for _, w := range c.want {
				if !strings.Contains(r.Err, w) || !strings.Contains(doctor.Out, w) {
					t.Errorf("run or doctor do not say %q:\n%s\n%s", w, r.Err, doctor.Out)
				}
			}
		})
	}
}

// boxed is the lab of the sample with a container as its system.
func boxed(t *testing.T, container string) string {
	t.Helper()
	root := filepath.Join(program.Root(t), "testdata", "orders")
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(root)); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "failwell.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const process = "  process: {build: [go, build, -o, $bin, .], run: [$bin], dir: .}"
	changed := strings.Replace(string(text), process, "  container: "+container, 1)
	if changed == string(text) {
		t.Fatal("the lab of the sample has another process")
	}
	if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// An image that is not here is said in one line; it is pulled only when that was allowed, and never says so too.
func TestAnImageThatIsNotHereIsPulledOnlyWhenAllowed(t *testing.T) {
	engine(t)
	p := failwell(t)
	const name = "127.0.0.1:1/failwell/nothing:here" // a registry where nobody listens
	plain, missing := boxed(t, "{image: '"+name+"'}"), boxed(t, "{image: '"+name+"', pull: missing}")
	notHere, notPulled := "the image "+name+" is not here: docker pull "+name, "the image "+name+" is not here and cannot be pulled: "
	for what, c := range map[string]struct {
		args []string
		want string
	}{
		"by default":           {[]string{plain}, notHere},
		"--pull never":         {[]string{plain, "--pull", "never"}, notHere},
		"--pull missing":       {[]string{plain, "--pull", "missing"}, notPulled},
		"the lab allows it":    {[]string{missing}, notPulled},
		"never is the last":    {[]string{missing, "--pull", "never"}, notHere},
		"a server, missing":    {[]string{"testdata/orders", "--set", "dependencies.db.server={image: '" + name + "'}", "--pull", "missing"}, notPulled},
		"a server, by default": {[]string{"testdata/orders", "--set", "dependencies.db.server={image: '" + name + "'}"}, notHere},
		"a word that is none":  {[]string{plain, "--pull", "always"}, `--pull is missing or never, not "always"`},
	} {
		t.Run(what, func(t *testing.T) {
			for _, command := range []string{"run", "calm"} {
				r := p.Run(t, nil, append([]string{command}, c.args...)...)
				lines := strings.Split(strings.TrimSpace(r.Err), "\n")
				if last := lines[len(lines)-1]; r.Code != 2 || !strings.Contains(last, c.want) || len(lines) > 2 {
					t.Errorf("%s: exit %d, want 2 and %q\n%s", command, r.Code, c.want, r.Err)
				}
			}
		})
	}
}
