package docker

import (
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/moby/moby/client"
)

// looks are the methods that change no container and no network of ours, or that failwell must not call at all (prune, which
// is about other people's things).
var looks = []string{
	"ContainerAttach", "ContainerCommit", "ContainerDiff", "ContainerExport", "ContainerInspect", "ContainerList", "ContainerLogs", "ContainerPrune",
	"ContainerResize", "ContainerStatPath", "ContainerStats", "ContainerTop", "ContainerWait", "CopyFromContainer",
	"ExecCreate", "ExecInspect", "ExecResize", "NetworkInspect", "NetworkList", "NetworkPrune",
}

// Every method of the engine's client that speaks of containers and networks is counted, or is known to be a look.
func TestEveryOperationCounts(t *testing.T) {
	api := reflect.TypeFor[client.APIClient]()
	counted := 0
	for i := range api.NumMethod() {
		name := api.Method(i).Name
		ours := strings.HasPrefix(name, "Container") || strings.HasPrefix(name, "Network") || strings.HasPrefix(name, "Exec") || strings.HasPrefix(name, "Copy")
		if !ours || slices.Contains(looks, name) {
			continue
		}
		counted++
		if n := operationsOf(name); n != 1 {
			t.Errorf("%s counts for %d operations, want 1", name, n)
		}
	}
	for _, name := range looks {
		if n := operationsOf(name); n != 0 {
			t.Errorf("%s counts for %d operations, want 0", name, n)
		}
	}
	t.Logf("%d methods count", counted)
}

// operationsOf calls a method of the counting client, behind which there is no engine, and gives what was counted.
func operationsOf(name string) (n int64) {
	var done atomic.Int64
	defer func() {
		_ = recover() // nobody is behind it
		n = done.Load()
	}()
	m := reflect.ValueOf(counting{done: &done}).MethodByName(name)
	args := make([]reflect.Value, m.Type().NumIn())
	for i := range args {
		args[i] = reflect.Zero(m.Type().In(i))
	}
	m.Call(args)
	return done.Load()
}
