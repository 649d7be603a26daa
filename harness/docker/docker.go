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
	"os"
	"strings"
	"sync"
	"sync/atomic"

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
	own      string // Ground.Program
	host     string // where it listens
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
		return nil, absent(err)
	}
	done := new(atomic.Int64)
	provider.SetClient(counting{provider.Client(), done})
	e := &engine{APIClient: provider.Client(), provider: provider, host: provider.Client().DaemonHost(), done: done}
	info, err := e.Info(ctx, client.InfoOptions{})
	if err != nil {
		return nil, absent(err)
	}
	if info.Info.OSType != "linux" {
		return nil, &system.Unable{What: fmt.Sprintf("the Docker engine at %s runs %s containers; failwell needs one for linux", e.host, info.Info.OSType)}
	}
	e.arch, e.cpus, e.memory = architecture(info.Info.Architecture), info.Info.NCPU, info.Info.MemTotal
	return e, nil
}

func absent(err error) error {
	why, _, _ := strings.Cut(err.Error(), "\n")
	return &system.Unable{What: "no Docker engine answers: " + why + " (start one, or say where it is by DOCKER_HOST)"}
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

// quiet settles what testcontainers reads once, before its first call, unless the user has done so: failwell removes what it
// starts by itself, talks to a local engine's containers by loopback, and has a session of its own for each process.
var quiet = sync.OnceFunc(func() {
	log.SetDefault(log.NewNoopLogger())
	defaults := map[string]string{"TESTCONTAINERS_RYUK_DISABLED": "true", "TESTCONTAINERS_SESSION_ID": fmt.Sprintf("failwell-%d", os.Getpid())}
	if host := os.Getenv("DOCKER_HOST"); host == "" || strings.HasPrefix(host, "unix://") {
		defaults["TESTCONTAINERS_HOST_OVERRIDE"] = "127.0.0.1"
	}
	for name, value := range defaults {
		if _, set := os.LookupEnv(name); !set {
			_ = os.Setenv(name, value)
		}
	}
})
