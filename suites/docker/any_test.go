package docker_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/harness"
	"github.com/failwell/failwell/harness/docker"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/labfile"
	"github.com/failwell/failwell/harness/standard"
	"github.com/failwell/failwell/harness/system"
)

// redis makes the image of a server from what is installed here, and gives its name.
func redis(t *testing.T) string {
	t.Helper()
	engine(t)
	const image = "failwell/redis:suite"
	if exec.CommandContext(t.Context(), "docker", "image", "inspect", image).Run() == nil {
		return image
	}
	out, err := exec.CommandContext(t.Context(), "../../testdata/images/redis.sh", image).CombinedOutput()
	if err != nil {
		missing(t, "make an image of Redis: "+err.Error()+"\n"+string(out))
	}
	return image
}

// with reads a lab whose one dependency has a server in a container.
func with(t *testing.T, dependency string) (harness.Config, error) {
	t.Helper()
	cat := standard.Catalog()
	cat.Fakes = docker.Fakes(cat.Fakes)
	f, err := labfile.Read(lay(t, t.TempDir()+"/failwell.yaml", `version: 1
system: {process: {run: [sleep]}}
dependencies: {cache: `+dependency+`}
requests: {hit: {get: /}}
`), cat, nil)
	if err != nil {
		return harness.Config{}, err
	}
	return f.Config(t.Context(), labfile.Options{Seed: "1", Dir: t.TempDir()})
}

// counter counts its requests in Redis, on a connection for each.
func counter(_ context.Context, s system.Setup) (http.Handler, error) {
	count := func() (string, error) {
		c, err := net.DialTimeout("tcp", s.Names["cache.addr"], time.Second)
		if err != nil {
			return "", err
		}
		defer c.Close()
		_ = c.SetDeadline(time.Now().Add(time.Second))
		if _, err := fmt.Fprintf(c, "INCR hits\r\n"); err != nil {
			return "", err
		}
		answer, err := bufio.NewReader(c).ReadString('\n')
		if err == nil && !strings.HasPrefix(answer, ":") {
			err = fmt.Errorf("it said %q", answer)
		}
		return answer, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n, err := count()
		if err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		fmt.Fprint(w, n)
	}), nil
}

// Any server that listens at a port is a real dependency: its connections and turns are broken by the gate, itself by acts.
func TestAnyServerInAContainer(t *testing.T) {
	cfg, err := with(t, "{kind: tcp, server: {image: '"+redis(t)+"', port: 6379, env: {A: b}, cmd: [redis-server, --protected-mode, 'no', --maxclients, '77']}}")
	if err != nil {
		t.Fatal(err)
	}
	cfg.System, cfg.Limit, cfg.IdleFor = system.Func(counter), 3*time.Second, time.Millisecond
	l := start(t, cfg)
	for do, f := range map[string]fault.Fault{
		"refused": fault.Refuse{On: "cache"}, "slow": fault.Slow{Scope: fault.Scope{On: "cache"}, By: fault.Span{X: 3}}, "kill": fault.Acts{On: "cache", Do: "kill"}, "pause": fault.Acts{On: "cache", Do: "pause"},
	} {
		t.Run(do, func(t *testing.T) { run(t, l, "hit", "upstream/refused", 503, f) })
	}
	e, err := l.Lab.Do(t.Context(), exchange.Request{Method: "GET", Target: "/"})
	if err != nil || e.Status() != 200 || !strings.HasPrefix(e.Response.Body, ":") {
		t.Errorf("got %+v %v", e.Response, err)
	}
	out, err := exec.CommandContext(t.Context(), "sh", "-c", "docker inspect -f '{{.Config.Cmd}} {{.Config.Env}}' $(docker ps -q --filter label=failwell.pid="+pid()+" --filter label=failwell.part=server)").Output()
	if err != nil || !strings.Contains(string(out), "--maxclients 77]") || !strings.Contains(string(out), "A=b") {
		t.Errorf("it runs with %s %v", out, err)
	}
}

// The fakes and the server each in a container: the gate reaches the server there.
func TestAnyServerBehindFakesInAContainer(t *testing.T) {
	c := probe(t)
	cfg, err := with(t, "{kind: http, server: {image: '"+image(t, c)+"', port: 8080, env: {PORT: '8080'}}}")
	if err != nil {
		t.Fatal(err)
	}
	c.Ways = docker.Ground{Fakes: docker.InContainer}
	cfg.System, cfg.Limit, cfg.IdleFor = c, 5*time.Second, time.Millisecond
	l, err := harness.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		nothingLeft(t, os.Getpid())
	})
	if status, answer := tells(t, l, "", "get", l.Names()["cache.url"]+"/port"); status != 200 || answer != "PORT" {
		t.Errorf("got %d %q", status, answer)
	}
}

func TestServersThatCannotBe(t *testing.T) {
	for dependency, want := range map[string]string{
		"{kind: tcp, server: {image: 'redis:7'}}":                   "say where redis:7 listens in its container: server: {image: redis:7, port: NUMBER}",
		"{kind: postgres, server: {image: 'postgres:17', port: 1}}": "how an image of PostgreSQL is started is known; say its name alone",
	} {
		if _, err := with(t, dependency); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "failwell.yaml:3:") {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// A server that ends before it is ready says how and what it said, at once.
func TestAServerThatDoesNotStart(t *testing.T) {
	c := probe(t)
	for do, want := range map[string]string{"exit": " ended with code 3 before it was ready; its last lines:\n", "eat": " was killed: out of memory (limit 16 MiB) before it was ready; its last lines:\n"} {
		began := time.Now()
		b, err := docker.Server{Image: image(t, c), Cmd: []string{"/probe", do}, Port: 8080, Memory: 16 << 20}.Start(t.Context())
		if err == nil {
			_ = b.Stop(t.Context())
		}
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "first to stdout") || time.Since(began) > 20*time.Second {
			t.Errorf("%s: after %v: %v", do, time.Since(began), err)
		}
		nothingLeft(t, os.Getpid())
	}
}
