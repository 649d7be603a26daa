package system

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// runner is a way to bring up a system that says hello, and one that dies with code 1 and the last line "no luck".
type runner struct {
	hello, dead System
}

func runners() map[string]runner {
	process := runner{
		hello: Process{Run: []string{os.Args[0]}, Env: map[string]string{"PROGRAM": "serve", "PORT": "$system.port"}},
		dead:  sh("echo starting; echo no luck >&2; exit 1"),
	}
	function := runner{
		hello: FuncLogs(func(_ context.Context, _ Setup, log io.Writer) (http.Handler, error) {
			fmt.Fprintln(log, "serving")
			return http.HandlerFunc(hello), nil
		}),
		dead: Func(func(context.Context, Setup) (http.Handler, error) { return nil, errors.New("no luck") }),
	}
	group := func(r runner) runner {
		return runner{
			hello: Group{Entry: "app", Parts: []Part{{"other", function.hello}, {"app", r.hello}}},
			dead:  Group{Entry: "app", Parts: []Part{{"app", function.hello}, {"other", r.dead}}},
		}
	}
	return map[string]runner{
		"process": process, "func": function, "group of processes": group(process), "group of funcs": group(function),
	}
}

// ports fills in the names of the ports.
func ports(t *testing.T, s System) Setup {
	t.Helper()
	p := Ports{Dir: t.TempDir()}
	names, release, err := p.TakeAll(t.Context(), PortNames(s))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(release)
	return Setup{Names: names}
}

func answers(i Instance) bool {
	r, err := http.Get(i.URL("") + "/")
	if err != nil {
		return false
	}
	defer r.Body.Close()
	body, _ := io.ReadAll(r.Body)
	return string(body) == "hello"
}

func TestRunnersServeAndStop(t *testing.T) {
	for name, r := range runners() {
		t.Run(name, func(t *testing.T) {
			i := start(t, r.hello, ports(t, r.hello))
			eventually(t, "an answer", func() bool { return answers(i) })
			eventually(t, "the first line", func() bool { return strings.Contains(said(i), "serving") })
			lines := i.Logs(0)
			equal(t, "lines after the last", len(i.Logs(lines[len(lines)-1].N+1)), 0)
			if exit, ok := i.Exited(); ok {
				t.Errorf("exited with %+v while it runs", exit)
			}
			for range 2 {
				if err := i.Stop(t.Context()); err != nil {
					t.Error(err)
				}
			}
			if answers(i) {
				t.Error("answers although it was stopped")
			}
			if exit, ok := i.Exited(); ok {
				t.Errorf("ended by itself with %+v although it was stopped", exit)
			}
			select {
			case <-i.(Ended).Done():
			default:
				t.Error("stopped, but not done")
			}
		})
	}
}

func TestRunnersReportAnEarlyDeath(t *testing.T) {
	for name, r := range runners() {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			i := start(t, r.dead, ports(t, r.dead))
			exit := ended(t, i)
			equal(t, "exit code", exit.Code, 1)
			if said := said(i); !strings.Contains(said, "no luck") {
				t.Errorf("its lines are %q", said)
			}
			if took := time.Since(began); took > 2*time.Second {
				t.Errorf("took %v to learn of a death", took)
			}
		})
	}
}

func TestRunnersStopAtOnceWhenTheContextHasEnded(t *testing.T) {
	for name, r := range runners() {
		t.Run(name, func(t *testing.T) {
			i := start(t, r.hello, ports(t, r.hello))
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if err := i.Stop(ctx); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestURLAttaches(t *testing.T) {
	i := start(t, URL{Base: "http://127.0.0.1:1/", Ports: map[string]string{"admin": "http://127.0.0.1:3"}}, Setup{})
	equal(t, "main", i.URL(""), "http://127.0.0.1:1")
	equal(t, "admin", i.URL("admin"), "http://127.0.0.1:3")
	equal(t, "logs", len(i.Logs(0)), 0)
}
