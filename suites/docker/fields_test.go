package docker_test

import (
	"context"
	"hash/crc32"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/harness"
	"github.com/failwell/failwell/harness/docker"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/standard"
	"github.com/failwell/failwell/harness/system"
)

// recipes are two images of the probe: the second alone has a health check, and is told who built it.
const recipes = `FROM scratch AS plain
COPY probe /probe
CMD ["/probe"]

FROM scratch AS checked
ARG BY
ENV BUILT_BY=$BY HEALTHY=/healthy
COPY probe /probe
HEALTHCHECK --interval=1h CMD ["/probe", "health"]
CMD ["/probe"]
`

// probe is a container of the program in suites/docker/probe, which tells what it is given.
func probe(t *testing.T) docker.Container {
	t.Helper()
	engine(t)
	dir := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", filepath.Join(dir, "probe"), "./probe")
	build.Env = append(os.Environ(), "GOOS=linux", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	lay(t, filepath.Join(dir, "Dockerfile"), recipes)
	content, err := os.ReadFile(filepath.Join(dir, "probe"))
	if err != nil {
		t.Fatal(err)
	}
	// An image is known by when its files were changed: all tests are to find the same one.
	changed := time.Unix(int64(crc32.ChecksumIEEE(append(content, recipes...))), 0)
	for _, name := range []string{"probe", "Dockerfile"} {
		if err := os.Chtimes(filepath.Join(dir, name), changed, changed); err != nil {
			t.Fatal(err)
		}
	}
	return docker.Container{Build: &docker.Build{Context: dir, Target: "plain"}, Env: map[string]string{"PORT": "$system.port"}}
}

func lay(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// lab brings up a system without dependencies.
func lab(t *testing.T, s system.System) *harness.Lab {
	t.Helper()
	l, err := harness.Start(t.Context(), alone(s))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		nothingLeft(t, os.Getpid())
	})
	return l
}

func alone(s system.System) harness.Config {
	return harness.Config{System: s, Catalog: standard.Catalog(), IdleFor: time.Millisecond, Ground: docker.Ground{Fakes: docker.InProgram}}
}

// tells asks the probe one question.
func tells(t *testing.T, l *harness.Lab, port, question, of string) (int, string) {
	t.Helper()
	e, err := l.Lab.Do(t.Context(), exchange.Request{Method: "GET", Port: port, Target: "/" + question + "?of=" + url.QueryEscape(of)})
	if err != nil || e.Response == nil {
		t.Fatalf("%s of %s: %s %v", question, of, e.Failure, err)
	}
	return e.Status(), e.Response.Body
}

// A container is given what the lab says, each thing by a field of its own.
func TestWhatAContainerIsGiven(t *testing.T) {
	c := probe(t)
	dir := t.TempDir()
	mounted := filepath.Join(dir, "mounted")
	if err := os.Mkdir(mounted, 0o755); err != nil {
		t.Fatal(err)
	}
	lay(t, filepath.Join(mounted, "note"), "of this machine")
	t.Setenv("PROBE_INHERITED", "from failwell")
	c.Build.Target, c.Build.Args = "checked", map[string]string{"BY": "the suite"}
	c.Extra = []string{"admin"}
	c.Env = map[string]string{"PORT": "$system.port", "ADMIN_PORT": "$system.admin.port", "OVER": "by env", "CONFIG": "$dir/app.conf"}
	c.EnvFile = lay(t, filepath.Join(dir, ".env"), "# a comment\nexport FILED='as it is: $dir'\nOVER=by the file\n")
	c.Inherit = []string{"PROBE_INHERITED"}
	c.Files = map[string]string{
		"app.conf":      lay(t, filepath.Join(dir, "app"), "port=$system.port own=${dir} all=$$1"),
		"/etc/own.conf": lay(t, filepath.Join(dir, "own"), "absolute"),
	}
	c.Mounts = map[string]string{"/mounted": mounted}
	c.User, c.Dir = "4711:4712", "/etc"
	c.Entrypoint, c.Cmd = []string{"/probe", "serve"}, []string{"as", "$system.port"}
	c.OpenFiles, c.Memory, c.CPUs = 64, 48<<20, 0.5
	c.Tmpfs = map[string]docker.Size{"/scratch": 1 << 20}
	l := lab(t, c)
	port := l.Names()["system.port"]
	for _, want := range []struct{ question, of, answer string }{
		{"env", "BUILT_BY", "the suite"},
		{"env", "FILED", "as it is: $dir"},
		{"env", "OVER", "by env"},
		{"env", "PROBE_INHERITED", "from failwell"},
		{"env", "CONFIG", docker.Dir + "/files/app.conf"},
		{"read", docker.Dir + "/files/app.conf", "port=" + port + " own=" + docker.Dir + "/files all=$1"},
		{"read", "/etc/own.conf", "absolute"},
		{"read", "/mounted/note", "of this machine"},
		{"write", "/mounted/new", "!open /mounted/new: read-only file system"},
		{"write", "/etc/own.conf", "!open /etc/own.conf: permission denied"},
		{"user", "", "4711:4712"},
		{"dir", "", "/etc"},
		{"args", "", "/probe serve as " + port},
		{"files", "", "64"},
		{"fill", "/scratch/all", "1048576"},
		{"port", "", "PORT"},
	} {
		status, answer := tells(t, l, "", want.question, want.of)
		if wrong, fails := strings.CutPrefix(want.answer, "!"); fails != (status == 500) || answer != wrong {
			t.Errorf("%s of %s: %d %q, want %q", want.question, want.of, status, answer, want.answer)
		}
	}
	if _, answer := tells(t, l, "admin", "port", ""); answer != "ADMIN_PORT" {
		t.Errorf("the admin port is that of %q", answer)
	}
	limited(t, l)
}

// limited looks for the limits where the kernel keeps them, in either version of cgroups.
func limited(t *testing.T, l *harness.Lab) {
	t.Helper()
	for name, places := range map[string]map[string]string{
		"memory": {"/sys/fs/cgroup/memory/memory.limit_in_bytes": "50331648", "/sys/fs/cgroup/memory.max": "50331648"},
		"cpus":   {"/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "50000", "/sys/fs/cgroup/cpu.max": "50000 100000"},
	} {
		found := false
		for place, want := range places {
			status, answer := tells(t, l, "", "read", place)
			if found = found || status == 200; status == 200 && answer != want {
				t.Errorf("%s: %s says %s, want %s", name, place, answer, want)
			}
		}
		if !found {
			t.Errorf("%s: no limit is to be found", name)
		}
	}
}

// Nothing can be written into a read-only container but what is tmpfs; failwell's own files are there all the same.
func TestAReadOnlyContainer(t *testing.T) {
	c := probe(t)
	c.ReadOnly, c.Tmpfs = true, map[string]docker.Size{"/scratch": 1 << 20}
	c.Files = map[string]string{"app.conf": lay(t, filepath.Join(t.TempDir(), "app"), "there")}
	l := lab(t, c)
	if status, answer := tells(t, l, "", "write", "/new"); status != 500 || !strings.Contains(answer, "read-only file system") {
		t.Errorf("write: %d %s", status, answer)
	}
	if status, answer := tells(t, l, "", "write", "/scratch/new"); status != 200 {
		t.Errorf("write into tmpfs: %d %s", status, answer)
	}
	if _, answer := tells(t, l, "", "read", docker.Dir+"/files/app.conf"); answer != "there" {
		t.Errorf("the file holds %q", answer)
	}
}

// A file changes in the running container, and changes back.
func TestAFileChangesUnderARunningContainer(t *testing.T) {
	c := probe(t)
	c.Files = map[string]string{"app.conf": lay(t, filepath.Join(t.TempDir(), "app"), "right")}
	site, err := docker.Ground{Fakes: docker.InProgram}.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := site.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	var ports system.Ports
	names, release, err := ports.TakeAll(t.Context(), []string{"system.port"})
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	maps.Copy(names, site.Names)
	i, err := c.Start(t.Context(), system.Setup{Names: names, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = i.Stop(context.Background()) }()
	holds := func(want string) {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), "sh", "-c", "docker cp $(docker ps -q --filter label=failwell.pid="+pid()+" --filter label=failwell.part=system):"+docker.Dir+"/files/app.conf - | tar -xO").Output()
		if err != nil || string(out) != want {
			t.Errorf("the file holds %q, want %q %v", out, want, err)
		}
	}
	holds("right")
	undo, err := i.(system.Editable).Edit(t.Context(), fault.Edit{Setting: "file.app.conf", Op: "empty", Live: true})
	if err != nil {
		t.Fatal(err)
	}
	holds("")
	if err := undo(t.Context()); err != nil {
		t.Fatal(err)
	}
	holds("right")
}

// A container reaches its fakes and its parts, by their names; what else there is only when the lab lets it.
func TestWhatAContainerReaches(t *testing.T) {
	c := probe(t)
	other, err := docker.Server{Image: image(t, c), Port: 8080, Env: map[string]string{"PORT": "8080"}}.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := other.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	out, err := exec.CommandContext(t.Context(), "sh", "-c", "docker inspect -f '{{.NetworkSettings.IPAddress}}' $(docker ps -q --filter label=failwell.pid="+pid()+" --filter label=failwell.part=server)").Output()
	if err != nil {
		t.Fatal(err)
	}
	addr := strings.TrimSpace(string(out)) + ":8080"
	for name, outside := range map[string]bool{"inside": false, "outside": true} {
		t.Run(name, func(t *testing.T) {
			app, front := c, c
			app.Ways.Outside, front.Ways.Outside = outside, outside
			cfg := alone(system.Group{Entry: "front", Parts: []system.Part{{Name: "app", System: app}, {Name: "front", System: front}}})
			cfg.Ground = docker.Ground{Fakes: docker.InProgram, Outside: outside}
			l, err := harness.Start(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := l.Close(); err != nil {
					t.Error(err)
				}
			})
			if status, answer := tells(t, l, "", "get", "http://app:"+l.Names()["app.port"]+"/port"); status != 200 || answer != "PORT" {
				t.Errorf("the other part: %d %s", status, answer)
			}
			if status, answer := tells(t, l, "", "dial", addr); (status == 200) != outside {
				t.Errorf("what is outside: %d %s", status, answer)
			}
		})
	}
}
