// Package docker brings up systems, servers and rigs in containers of a Docker engine.
//
//	Container.Start -> image (there, pulled, built, or made of a program) -> box (one container) -> lines, exit
//	Ground.Open     -> a network without a way out + one for published ports -> fakes at its gateway, or in a container
//
// Everything carries labels that say which failwell it belongs to. Clean removes what a dead one left.
package docker

import (
	"context"
	"fmt"
	"maps"
	"os"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"

	"github.com/failwell/failwell/harness/system"
)

// engine is a Docker engine that answers.
type engine struct {
	client.APIClient
	provider *testcontainers.DockerProvider
	done     *atomic.Int64
	host     string // where it listens
	version  string
	arch     string // of its containers, as Go calls it
	cpus     int
	memory   int64
}

// Available says in one line why there is no engine to run containers with; nil: there is.
func Available(ctx context.Context) error {
	_, err := open(ctx)
	return err
}

// open finds the engine as the docker command does: DOCKER_HOST, the context in use, the usual socket.
func open(ctx context.Context) (*engine, error) {
	quiet()
	// Without the name of the engine's own network every container would be put into one more, reaper_default, that stays.
	provider, err := testcontainers.NewDockerProvider(testcontainers.WithDefaultBridgeNetwork("bridge"),
		testcontainers.Generic2DockerOptions(testcontainers.WithLogger(log.NewNoopLogger()))[0])
	if err != nil {
		return nil, absent(ctx, err)
	}
	host := provider.Client().DaemonHost()
	if said := os.Getenv("DOCKER_HOST"); said != "" && said != host {
		// testcontainers goes on to the usual socket; nobody who names an engine wants another one.
		return nil, absent(ctx, fmt.Errorf("%s does not answer", said))
	}
	done := new(atomic.Int64)
	provider.SetClient(counting{provider.Client(), done})
	e := &engine{APIClient: provider.Client(), provider: provider, host: host, done: done}
	if _, err := e.Ping(ctx, client.PingOptions{NegotiateAPIVersion: true}); err != nil { // which testcontainers forgives
		return nil, absent(ctx, err)
	}
	info, err := e.Info(ctx, client.InfoOptions{})
	if err != nil {
		return nil, absent(ctx, err)
	}
	if info.Info.OSType != "linux" {
		return nil, &system.Unable{What: fmt.Sprintf("the Docker engine at %s runs %s containers; failwell needs one for linux", e.host, info.Info.OSType)}
	}
	e.version, e.arch, e.cpus, e.memory = info.Info.ServerVersion, architecture(info.Info.Architecture), info.Info.NCPU, info.Info.MemTotal
	return e, nil
}

// absent says in one line why the engine that is asked for cannot be used, and what to do.
func absent(ctx context.Context, err error) error {
	host := "the usual place"
	if direct, unmade := client.New(client.FromEnv); unmade == nil {
		host = direct.DaemonHost()
		ping, refused := direct.Ping(ctx, client.PingOptions{NegotiateAPIVersion: true})
		if errdefs.IsInvalidArgument(refused) {
			return &system.Unable{What: fmt.Sprintf("the Docker engine at %s is too old: it speaks API %s, failwell needs %s (Docker 19.03) or newer; update the engine",
				host, ping.APIVersion, client.MinAPIVersion)}
		}
		if refused != nil {
			err = refused
		}
		_ = direct.Close()
	}
	why, _, _ := strings.Cut(": "+err.Error(), "\n")
	if client.IsErrConnectionFailed(err) {
		why = "" // which says the same once more
	}
	return &system.Unable{What: fmt.Sprintf("no Docker engine answers at %s%s (start one, or say by DOCKER_HOST where it is)", host, why)}
}

// isLocal tells whether the engine runs on this machine, so that what has no living owner here has none anywhere.
func (e *engine) isLocal() bool { return strings.HasPrefix(e.host, "unix://") }

// architecture gives Go's word for the kernel's.
func architecture(machine string) string {
	switch machine {
	case "x86_64":
		return "amd64"
	case "aarch64":
		return "arm64"
	case "armv7l":
		return "arm"
	}
	return machine
}

// quiet settles what testcontainers reads once, before its first call, unless the user has done so.
var quiet = sync.OnceFunc(func() {
	log.SetDefault(log.NewNoopLogger())
	for name, value := range settled(os.LookupEnv) {
		_ = os.Setenv(name, value)
	}
})

// settled are the settings of testcontainers that the user has left open: failwell removes what it starts by itself, talks to
// a local engine's containers by loopback, and has a session of its own for each process.
func settled(env func(string) (string, bool)) map[string]string {
	all := map[string]string{"TESTCONTAINERS_RYUK_DISABLED": "true", "TESTCONTAINERS_SESSION_ID": fmt.Sprintf("failwell-%d", os.Getpid())}
	if host, _ := env("DOCKER_HOST"); host == "" || strings.HasPrefix(host, "unix://") {
		all["TESTCONTAINERS_HOST_OVERRIDE"] = "127.0.0.1"
	}
	maps.DeleteFunc(all, func(name, _ string) bool {
		_, set := env(name)
		return set
	})
	return all
}

// unreaped says what to do when the clean-up container of testcontainers, which the user has asked for, cannot be started.
func unreaped(err error) error {
	if err == nil || !strings.HasPrefix(err.Error(), "reaper:") {
		return err
	}
	why, _, _ := strings.Cut(err.Error(), "\n")
	return &system.Unable{What: "the clean-up container of testcontainers cannot be started; failwell does without it: unset TESTCONTAINERS_RYUK_DISABLED, or pull its image: " + why}
}
