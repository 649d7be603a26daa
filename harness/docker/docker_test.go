package docker

import (
	"archive/tar"
	"errors"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/system"
)

func TestExitCodes(t *testing.T) {
	for code, want := range map[int]exchange.Exit{
		0: {}, 1: {Code: 1}, 127: {Code: 127}, 137: {Code: -1, Signal: "KILL"}, 143: {Code: -1, Signal: "TERM"}, 255: {Code: 255},
	} {
		if got := exitOf(code, false); got != want {
			t.Errorf("%d: %+v", code, got)
		}
	}
}

func TestOnlyTheDeadAreDead(t *testing.T) {
	me, err := self()
	if err != nil {
		t.Fatal(err)
	}
	other := me
	other.start += "1"
	elsewhere := me
	elsewhere.boot = "another"
	for _, c := range []struct {
		what  string
		who   owner
		local bool
		want  bool
	}{
		{"this process", me, true, false}, {"one that had its number before", other, true, true},
		{"one before this machine was started", elsewhere, true, true}, {"one of another machine", elsewhere, false, false},
	} {
		if got := c.who.isDead(c.local); got != c.want {
			t.Errorf("%s: dead is %v", c.what, got)
		}
		if got, ok := ownerOf(c.who.labels(nil)); !ok || got != c.who {
			t.Errorf("%s: its labels give %+v", c.what, got)
		}
	}
	if _, ok := ownerOf(map[string]string{"org.testcontainers": "true"}); ok {
		t.Error("took somebody else's for ours")
	}
}

func TestFilesAreArchivedWithTheirDirectories(t *testing.T) {
	archive, err := archived(map[string]file{"/failwell/files/a/b": {"text", 0o644}, "/etc/app.yml": {"x", 0}}, "/")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int64{}
	for r := tar.NewReader(archive); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		got[h.Name] = h.Mode
	}
	want := map[string]int64{"failwell/": 0o755, "failwell/files/": 0o755, "failwell/files/a/": 0o755, "failwell/files/a/b": 0o644, "etc/app.yml": 0}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestNamesInsideAContainer(t *testing.T) {
	c := Container{Listen: map[string]int{"main": 80}}
	got := c.inside(system.Setup{Own: "system", Names: map[string]string{
		"system.port": "20001", "system.url": "http://127.0.0.1:20001", "app.port": "20002", "app.url": "http://127.0.0.1:20002",
		"api.port": "20004", "api.url": "http://127.0.0.1:20004", "api.admin.port": "20005", "api.admin.url": "http://127.0.0.1:20005",
		"db.url": "postgres://db:20003/app",
	}}, map[string]Listen{"api": {"main": 8000}, "app": nil})
	for name, want := range map[string]string{"system.port": "80", "app.url": "http://app:20002", "db.url": "postgres://db:20003/app",
		"api.url": "http://api:8000", "api.port": "8000", "api.admin.url": "http://api:20005"} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
}

func TestOnlyWhatIsBuiltCanBePacked(t *testing.T) {
	var unable *system.Unable
	if _, err := FromProcess(system.Process{Run: []string{"python3", "app.py"}}); !errors.As(err, &unable) {
		t.Errorf("got %v", err)
	}
	if err := alone([]byte("#!/bin/sh\n")); !errors.As(err, &unable) {
		t.Errorf("a script gave %v", err)
	}
	shared, err := os.ReadFile("/bin/sh")
	if err == nil && alone(shared) == nil {
		t.Log("the shell of this machine is static")
	}
}

func TestAContainerIsReadFromALabFile(t *testing.T) {
	const text = `
image: orders:1.2
cmd: [serve, --port, $system.port]
listen: {main: 8080}
memory: 64m
cpus: 0.5
tmpfs: {/tmp: 16m}
read-only: true
env: {DATABASE_URL: $db.url}
env-file: .env
stop: {signal: INT, within: 3s}
`
	n, err := decode.Parse("failwell.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	made, err := Kinds()["container"](n, "/lab")
	if err != nil {
		t.Fatal(err)
	}
	c := made.(Container)
	if c.Image != "orders:1.2" || c.Memory != 64<<20 || c.Tmpfs["/tmp"] != 16<<20 || c.EnvFile != "/lab/.env" || c.Listen["main"] != 8080 {
		t.Errorf("got %+v", c)
	}
	var names []string
	for _, s := range c.Settings() {
		names = append(names, s.Name)
	}
	if want := []string{"env.DATABASE_URL", "arg.2"}; !reflect.DeepEqual(names, want) {
		t.Errorf("its settings are %v, want %v", names, want)
	}
}

func TestWhereAContainerListensIsReadFromALabFile(t *testing.T) {
	for text, want := range map[string]Listen{
		"8000": {"main": 8000}, "{main: 8000, admin: 9000}": {"main": 8000, "admin": 9000}, "{admin: 9000}": {"admin": 9000},
	} {
		c, err := listening(t, text)
		if err != nil || !reflect.DeepEqual(c.Listen, want) {
			t.Errorf("%s: %v, %v", text, c.Listen, err)
		}
	}
	for text, want := range map[string]string{
		"0":              "failwell.yaml:1:24: want a port of 1 to 65535 for main, not 0",
		"{admin: 65536}": "failwell.yaml:1:24: want a port of 1 to 65535 for admin, not 65536",
		"http":           "failwell.yaml:1:24: want a whole number",
	} {
		if _, err := listening(t, text); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}

func listening(t *testing.T, text string) (Container, error) {
	n, err := decode.Parse("failwell.yaml", []byte("{image: a:1, listen:   "+text+"}"))
	if err != nil {
		t.Fatal(err)
	}
	made, err := Kinds()["container"](n, "/lab")
	return made.(Container), err
}
