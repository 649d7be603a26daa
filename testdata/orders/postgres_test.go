package main

import (
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// A realPostgres is a throw-away server that a test may stop and start again.
type realPostgres struct {
	t       *testing.T
	bin     string
	dir     string
	port    string
	login   *syscall.Credential
	process *exec.Cmd
}

// startPostgres starts a server with the tables and the seed in it, or skips the test.
func startPostgres(t *testing.T) *realPostgres {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if len(found) == 0 {
		t.Skip("no PostgreSQL under /usr/lib/postgresql")
	}
	dir, err := os.MkdirTemp("", "orders-pg-") // short: a socket path has a limit
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	p := &realPostgres{t: t, bin: filepath.Dir(found[len(found)-1]), dir: dir, port: freePort(t)}
	if os.Geteuid() == 0 { // the server refuses to run as root
		p.login = credential(t)
		must(t, os.Chown(dir, int(p.login.Uid), int(p.login.Gid)))
	}
	p.run("initdb", "-D", filepath.Join(dir, "data"), "-A", "trust", "-U", "app", "--no-sync")
	p.start()
	t.Cleanup(p.stop)
	p.run("psql", "-q", "-h", "127.0.0.1", "-p", p.port, "-U", "app", "-d", "postgres", "-v", "ON_ERROR_STOP=1",
		"-c", read(t, "schema.sql"), "-c", read(t, "seed.sql"))
	return p
}

func credential(t *testing.T) *syscall.Credential {
	t.Helper()
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			uid, _ := strconv.ParseUint(u.Uid, 10, 32)
			gid, _ := strconv.ParseUint(u.Gid, 10, 32)
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		}
	}
	t.Skip("PostgreSQL refuses root, and there is no other user")
	return nil
}

func (p *realPostgres) command(name string, args ...string) *exec.Cmd {
	c := exec.Command(filepath.Join(p.bin, name), args...)
	c.Dir = p.dir
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
	c.SysProcAttr = &syscall.SysProcAttr{Credential: p.login, Setpgid: true}
	return c
}

func (p *realPostgres) run(name string, args ...string) string {
	p.t.Helper()
	out, err := p.command(name, args...).CombinedOutput()
	if err != nil {
		p.t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

func (p *realPostgres) start() {
	p.t.Helper()
	p.process = p.command("postgres", "-D", filepath.Join(p.dir, "data"), "-h", "127.0.0.1", "-p", p.port, "-k", p.dir, "-F")
	must(p.t, p.process.Start())
	eventually(p.t, 10*time.Second, func() bool {
		return p.command("pg_isready", "-q", "-h", "127.0.0.1", "-p", p.port).Run() == nil
	})
}

// stop ends the server at once, as an administrator would (SIGINT: fast shutdown).
func (p *realPostgres) stop() {
	if p.process != nil {
		p.process.Process.Signal(syscall.SIGINT)
		p.process.Wait()
		p.process = nil
	}
}

func (p *realPostgres) query(sql string) string {
	p.t.Helper()
	return p.run("psql", "-tA", "-h", "127.0.0.1", "-p", p.port, "-U", "app", "-d", "postgres", "-c", sql)
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	must(t, err)
	return string(b)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// eventually waits for a condition and fails when it does not come true.
func eventually(t *testing.T, limit time.Duration, done func() bool) {
	t.Helper()
	end := time.After(limit)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("still not so after %v", limit)
		}
	}
}
