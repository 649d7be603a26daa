package cases

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/failwell/failwell/fakes/servers"
	"github.com/failwell/failwell/suites/program"
)

// debianModules is where .ci/servers puts Debian's modules for a Node that is not Debian's.
const debianModules = "/var/cache/failwell/node/usr/share/nodejs"

// Env is the environment in which the systems of the cases find what they are made of.
func Env() []string {
	return []string{"NODE_PATH=" + strings.Join([]string{os.Getenv("NODE_PATH"), debianModules, "/usr/share/nodejs"}, ":")}
}

// Needs skips a test for want of what the language of a case needs; in CI that is a failure.
func Needs(t *testing.T, folder string) {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(program.Root(t), "testdata", "cases", folder, "failwell.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(src), "server: installed") {
		if err := (servers.Postgres{}).Installed(); err != nil {
			missing(t, err)
		}
	}
	for program, try := range map[string][]string{
		"node, ":   {"node", "-e", "require('express'); require('pg')"},
		"gunicorn": {"/usr/bin/python3", "-c", "import flask, gunicorn, psycopg2, redis, requests"},
		"python3":  {"python3", "-c", "import http.server"},
		"ruby":     {"/usr/bin/ruby", "-rsinatra/base", "-rpg", "-e", ""},
	} {
		if !strings.Contains(string(src), program) {
			continue
		}
		cmd := exec.Command(try[0], try[1:]...)
		cmd.Env = append(os.Environ(), Env()...)
		if out, err := cmd.CombinedOutput(); err != nil {
			missing(t, fmt.Errorf("%s: %w: %.300s", folder, err, out))
		}
	}
}

func missing(t *testing.T, what error) {
	t.Helper()
	if os.Getenv("FAILWELL_CI") != "" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// Around starts what a case wants to find beside itself.
func Around(t *testing.T, folder string) {
	t.Helper()
	switch folder {
	case "05-redis-down-401", "26-gate-peers", "31-connect-hangs", "32-optional-cache":
		start(t, "127.0.0.1:22501", exec.Command("redis-server", "--port", "22501", "--bind", "127.0.0.1", "--save", "", "--dir", t.TempDir()))
		send(t, "127.0.0.1:22501", "SET session:abc123 ann\r\n", "+OK")
	case "27-bypassed-gate":
		start(t, "127.0.0.1:22510", exec.Command("python3", filepath.Join(program.Root(t), "testdata", "cases", folder, "side.py")))
	case "truth-t11":
		account(t)
	}
}

// start runs a server until the test ends. One that listens there already is taken as it is.
func start(t *testing.T, addr string, cmd *exec.Cmd) {
	t.Helper()
	if c, err := net.DialTimeout("tcp", addr, time.Second); err == nil {
		_ = c.Close()
		return
	}
	if err := cmd.Start(); err != nil {
		missing(t, err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for began := time.Now(); time.Since(began) < 10*time.Second; time.Sleep(20 * time.Millisecond) {
		if c, err := net.DialTimeout("tcp", addr, time.Second); err == nil {
			_ = c.Close()
			return
		}
	}
	t.Fatalf("%v does not listen on %s", cmd.Args, addr)
}

func send(t *testing.T, addr, text, want string) {
	t.Helper()
	c, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(2 * time.Second))
	got := make([]byte, len(want))
	if _, err := fmt.Fprint(c, text); err == nil {
		_, err = c.Read(got)
		if err != nil || string(got) != want {
			t.Fatalf("%q got %q, %v", text, got, err)
		}
	}
}

// account gives the case of a given database its server: a relay at the address that its lab says, before one of our own.
func account(t *testing.T) {
	t.Helper()
	if err := (servers.Postgres{}).Installed(); err != nil {
		missing(t, err)
	}
	backend, err := servers.Postgres{User: "shop", Password: "hunter2real", Database: "app"}.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = backend.Stop(context.Background()) })
	l, err := net.Listen("tcp", "127.0.0.1:28320")
	if errors.Is(err, syscall.EADDRINUSE) {
		return // somebody's own is there
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go relay(l, backend.Addr())
}

// relay carries connections to addr until the listener is closed.
func relay(l net.Listener, addr string) {
	for {
		from, err := l.Accept()
		if err != nil {
			return
		}
		to, err := net.Dial("tcp", addr)
		if err != nil {
			_ = from.Close()
			continue
		}
		for _, way := range [][2]net.Conn{{from, to}, {to, from}} {
			go func() {
				_, _ = io.Copy(way[0], way[1])
				_ = way[0].Close()
			}()
		}
	}
}
