package drivers

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/suites/program"
)

// A driver is a way to speak to PostgreSQL: a small program of testdata/drivers that carries out steps with it.
type driver struct {
	name    string
	program []string // within testdata/drivers; a Go program is built first
	needs   []string // succeeds where the program can run
	pooled  bool     // it takes a new connection by itself when one is gone
	waits   bool     // it has no time-out for a statement
}

const (
	debianModules = "/var/cache/failwell/node/usr/share/nodejs" // where .ci/servers puts Debian's modules for a Node that is not Debian's
	jdbc          = "/usr/share/java/postgresql.jar"
)

var drivers = []driver{
	{name: "pgx", program: []string{"./pgx"}, needs: []string{"go", "version"}, pooled: true},
	{name: "lib/pq", program: []string{"./pq"}, needs: []string{"go", "version"}, pooled: true},
	{name: "psycopg2", program: []string{"/usr/bin/python3", "psycopg2/probe.py"}, needs: []string{"/usr/bin/python3", "-c", "import psycopg2"}},
	{name: "node-postgres", program: []string{"node", "node-postgres/probe.js"}, needs: []string{"node", "-e", "require('pg')"}, pooled: true},
	{name: "pgjdbc", program: []string{"java", "-XX:TieredStopAtLevel=1", "-cp", jdbc, "pgjdbc/Probe.java"}, needs: []string{"sh", "-c", "java -version && test -e " + jdbc}},
	{name: "pdo", program: []string{"php", "pdo/probe.php"}, needs: []string{"php", "-r", "exit(extension_loaded('pdo_pgsql') ? 0 : 1);"}, waits: true},
}

// A step is what a driver is asked to do.
type step struct {
	Do       string `json:"do"` // connect run begin commit ping close
	Host     string `json:"host,omitempty"`
	Port     int    `json:"port,omitempty"`
	User     string `json:"user,omitempty"`
	Password string `json:"password,omitempty"`
	Database string `json:"database,omitempty"`
	SQL      string `json:"sql,omitempty"`
	ID       int    `json:"id"`      // the value of $1 in SQL
	Timeout  int    `json:"timeout"` // ms, for drivers that have one
	Query    int    `json:"query"`   // ms, for drivers whose time-out of statements is set when they connect
	Alone    bool   `json:"alone"`   // not for drivers that would only ask the server to cancel
}

// An answer is what a driver showed of a step: class, code, severity, message and fields of its error, the state of the transaction where
// it says so, events beside the answer.
type answer struct {
	said  map[string]string // without what is empty
	value string
	took  time.Duration
}

func (a answer) class() string { return a.said["class"] }

const (
	patience = 12 * time.Second // bounds one step; no time-out of a driver is near it
	startup  = time.Minute      // bounds the start of a program, which may be compiled
)

// A probe is the program of a driver at work.
type probe struct {
	driver
	in      *json.Encoder
	answers chan answer
	stderr  strings.Builder
}

func environment() []string {
	return append(os.Environ(), "NODE_PATH="+strings.Join([]string{os.Getenv("NODE_PATH"), debianModules, "/usr/share/nodejs"}, ":"))
}

// available skips the test where the driver cannot run; in CI that is a failure.
func (d driver) available(t *testing.T) {
	t.Helper()
	cmd := exec.Command(d.needs[0], d.needs[1:]...)
	cmd.Env = environment()
	out, err := cmd.CombinedOutput()
	if err == nil {
		return
	}
	if os.Getenv("FAILWELL_CI") != "" {
		t.Fatalf("%s: %v: %.300s", d.name, err, out)
	}
	t.Skipf("%s: %v: %.300s", d.name, err, out)
}

// start brings the program of a driver up until the test ends.
func (d driver) start(t *testing.T) *probe {
	t.Helper()
	d.available(t)
	dir := filepath.Join(program.Root(t), "testdata", "drivers")
	args := d.program
	if strings.HasPrefix(args[0], "./") {
		build := exec.Command("go", "build", "-o", filepath.Join(t.TempDir(), "probe"), args[0])
		build.Dir = dir
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("build %s: %v\n%s", args[0], err, out)
		}
		args = []string{build.Args[3]}
	}
	p := &probe{driver: d, answers: make(chan answer, 1)}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir, cmd.Env, cmd.Stderr = dir, environment(), &p.stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.in = json.NewEncoder(in)
	p.in.SetEscapeHTML(false)
	go p.listen(out)
	t.Cleanup(func() {
		_ = in.Close()
		ended := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
		defer ended.Stop()
		_ = cmd.Wait()
	})
	p.do(t, step{Do: "close"}, startup, startup, func() {})
	return p
}

func (p *probe) listen(out io.Reader) {
	defer close(p.answers)
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var said map[string]any
		if err := json.Unmarshal(lines.Bytes(), &said); err != nil {
			said = map[string]any{"class": "not a line of the protocol", "message": lines.Text()}
		}
		p.answers <- read(said)
	}
}

// read makes an answer of a line: a member that is empty or null is none, and fields count like members.
func read(line map[string]any) answer {
	a := answer{said: map[string]string{}}
	fields, _ := line["fields"].(map[string]any)
	delete(line, "fields")
	for _, members := range []map[string]any{line, fields} {
		for name, value := range members {
			if text := fmt.Sprint(value); value != nil && text != "" && !(name == "position" && text == "0") {
				a.said[name] = text
			}
		}
	}
	a.value = a.said["value"]
	a.took, _ = time.ParseDuration(a.said["ms"] + "ms")
	delete(a.said, "value")
	delete(a.said, "ms")
	return a
}

// do asks for a step and waits for the answer at most for patience; late is called once when it is longer under way than bound.
func (p *probe) do(t *testing.T, s step, bound, patience time.Duration, late func()) answer {
	t.Helper()
	if err := p.in.Encode(s); err != nil {
		t.Fatalf("%s: %v\n%s", s.Do, err, p.stderr.String())
	}
	held, end := time.NewTimer(bound), time.NewTimer(patience)
	defer held.Stop()
	defer end.Stop()
	for {
		select {
		case a, ok := <-p.answers:
			if !ok {
				t.Fatalf("%s %s: the program of %s has ended\n%s", s.Do, s.SQL, p.name, p.stderr.String())
			}
			return a
		case <-held.C:
			late()
		case <-end.C:
			t.Fatalf("%s %s: %s gives no answer", s.Do, s.SQL, p.name)
		}
	}
}
