package docker_test

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/failwell/failwell/harness"
	"github.com/failwell/failwell/harness/docker"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/system"
)

// built is the sample system as an image of its own: a Dockerfile with the program, a fixed port, a read-only file system.
func built(t *testing.T) harness.Config {
	t.Helper()
	cfg := orders(t, docker.InProgram)
	dir := t.TempDir()
	if err := os.Link(sample(t), filepath.Join(dir, "orders")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte("FROM scratch\nARG AT\nCOPY orders /\nENV HOST=$AT\nCMD [\"/orders\"]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	was := cfg.System.(docker.Container)
	cfg.System = docker.Container{
		Build: &docker.Build{Context: dir, Args: map[string]string{"AT": "0.0.0.0"}}, Env: was.Env, Listen: map[string]int{"main": 8080},
		User: "65532:65532", ReadOnly: true, Memory: 64 << 20, CPUs: 1, Tmpfs: map[string]docker.Size{"/tmp": 1 << 20},
		Ways: docker.Ground{Fakes: docker.InProgram},
	}
	return cfg
}

func TestAContainerOfItsOwn(t *testing.T) {
	l := start(t, built(t))
	e, err := l.Lab.Do(t.Context(), exchange.Request{Method: "GET", Target: "/version"})
	if err != nil || e.Status() != 200 {
		t.Errorf("got %d %v", e.Status(), err)
	}
}

// words is a program that says something, and then does what it is told.
const words = `package main

import ("fmt"; "os"; "time")

func main() {
	fmt.Println("first")
	fmt.Fprintln(os.Stderr, "second")
	switch os.Args[1] {
	case "eat":
		for all := [][]byte{}; ; {
			page := make([]byte, 1<<20)
			for i := range page { page[i] = 1 }
			all = append(all, page)
		}
	case "wait":
		time.Sleep(time.Hour)
	}
	fmt.Print("no luck")
	os.Exit(3)
}
`

// bring starts the program in a container.
func bring(t *testing.T, do string) system.Instance {
	t.Helper()
	engine(t)
	dir := t.TempDir()
	for name, text := range map[string]string{"main.go": words, "go.mod": "module words\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := docker.FromProcess(system.Process{Build: []string{"go", "build", "-o", "$bin", "."}, Dir: dir, Run: []string{"$bin", do}})
	if err != nil {
		t.Fatal(err)
	}
	c.Memory = 32 << 20
	site, err := docker.Ground{Fakes: docker.InProgram}.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var ports system.Ports
	names, release, err := ports.TakeAll(t.Context(), []string{"system.port"})
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(names, site.Names)
	i, err := c.Start(t.Context(), system.Setup{Names: names, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		release()
		for range 2 {
			if err := i.Stop(context.Background()); err != nil {
				t.Error(err)
			}
		}
		if err := site.Close(context.Background()); err != nil {
			t.Error(err)
		}
		nothingLeft(t, os.Getpid())
	})
	return i
}

func TestHowAContainerEnds(t *testing.T) {
	for do, want := range map[string]exchange.Exit{"end": {Code: 3}, "eat": {Code: -1, Signal: "KILL", OOM: true, Limit: 32 << 20}} {
		t.Run(do, func(t *testing.T) {
			i := bring(t, do)
			began := time.Now()
			select {
			case <-i.(system.Ended).Done():
			case <-time.After(10 * time.Second):
				t.Fatal("it does not end")
			}
			t.Logf("known after %v", time.Since(began).Round(time.Millisecond))
			if exit, ok := i.Exited(); !ok || exit != want {
				t.Errorf("it ended with %+v, want %+v", exit, want)
			}
			said := map[string][]string{}
			for _, line := range i.Logs(0) {
				said[line.Stream] = append(said[line.Stream], line.Text)
			}
			expected := map[string][]string{"stdout": {"first"}, "stderr": {"second"}}
			if do == "end" {
				expected["stdout"] = append(expected["stdout"], "no luck")
			}
			if !reflect.DeepEqual(said, expected) {
				t.Errorf("it said %v, want %v", said, expected)
			}
		})
	}
}

func TestAContainerThatWasStoppedHasNotEndedByItself(t *testing.T) {
	i := bring(t, "wait")
	if exit, ok := i.Exited(); ok {
		t.Fatalf("it ended with %+v", exit)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := i.Stop(ctx); err != nil {
		t.Fatal(err)
	}
	if exit, ok := i.Exited(); ok {
		t.Errorf("ended by itself with %+v although it was stopped", exit)
	}
	select {
	case <-i.(system.Ended).Done():
	case <-time.After(5 * time.Second):
		t.Error("stopped, but not done")
	}
}
