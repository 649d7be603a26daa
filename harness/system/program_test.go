package system

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/exchange"
)

// TestMain lets the test binary be the program under test too: PROGRAM says which.
func TestMain(m *testing.M) {
	switch os.Getenv("PROGRAM") {
	case "":
		os.Exit(m.Run())
	case "serve":
		fmt.Println("serving")
		fmt.Fprintln(os.Stderr, http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), http.HandlerFunc(hello)))
		os.Exit(1)
	case "master":
		forkAndServe()
	case "worker":
		serveForked()
	case "owner":
		own(os.Getenv("ROOT"), os.Getenv("DIR"))
	}
}

func hello(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hello") }

// own starts a process with a grandchild, tells their numbers, and waits to be killed.
func own(root, dir string) {
	s, err := openState(root, "killed")
	if err != nil {
		panic(err)
	}
	_ = s.AddFolder(dir + "/data")
	p := Process{Run: []string{"sh", "-c", "sleep 300 & echo $$$$ $!; wait"}}
	i, err := p.Start(context.Background(), Setup{Dir: dir, State: s})
	if err != nil {
		panic(err)
	}
	await(context.Background(), time.Millisecond, func() bool { return len(i.Logs(0)) > 0 })
	fmt.Println(i.Logs(0)[0].Text)
	select {}
}

// sh is a process that runs a shell script.
func sh(script string) Process { return Process{Run: []string{"sh", "-c", script}} }

// start starts a system and stops it after the test.
func start(t *testing.T, s System, setup Setup) Instance {
	t.Helper()
	if setup.Dir == "" {
		setup.Dir = t.TempDir()
	}
	if setup.Own == "" {
		setup.Own = "system"
	}
	i, err := s.Start(t.Context(), setup)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := i.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return i
}

// ended waits for the end of an instance that ends by itself.
func ended(t *testing.T, i Instance) exchange.Exit {
	t.Helper()
	select {
	case <-i.(Ended).Done():
	case <-time.After(10 * time.Second):
		t.Fatalf("still runs; it said:\n%s", said(i))
	}
	exit, ok := i.Exited()
	if !ok {
		t.Fatal("has ended, but Exited is false")
	}
	return exit
}

func said(i Instance) string {
	var all []string
	for _, line := range i.Logs(0) {
		all = append(all, line.Text)
	}
	return strings.Join(all, "\n")
}

// eventually waits for a condition.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if !await(ctx, time.Millisecond, holds) {
		t.Fatal("not within 10 s: " + what)
	}
}

func lives(pid int) bool {
	m, ok := processAt(pid)
	return ok && m.state != 'Z'
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %#v, want %#v", what, got, want)
	}
}
