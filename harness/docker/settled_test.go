package docker

import (
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/failwell/failwell/harness/system"
)

func TestWhatTheUserHasSettledStays(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		want []string
	}{
		{nil, []string{"TESTCONTAINERS_HOST_OVERRIDE", "TESTCONTAINERS_RYUK_DISABLED", "TESTCONTAINERS_SESSION_ID"}},
		{map[string]string{"TESTCONTAINERS_RYUK_DISABLED": "false"}, []string{"TESTCONTAINERS_HOST_OVERRIDE", "TESTCONTAINERS_SESSION_ID"}},
		{map[string]string{"DOCKER_HOST": "tcp://10.0.0.7:2375"}, []string{"TESTCONTAINERS_RYUK_DISABLED", "TESTCONTAINERS_SESSION_ID"}},
	} {
		got := settled(func(name string) (string, bool) { value, set := c.env[name]; return value, set })
		if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, c.want) {
			t.Errorf("with %v failwell settles %v, want %v", c.env, names, c.want)
		}
	}
	var unable *system.Unable
	if err := unreaped(errors.New("reaper: new reaper: no such image")); !errors.As(err, &unable) {
		t.Errorf("a clean-up container that cannot be started gives %v", err)
	}
}

// The labels do not depend on the clean-up container: everything is made with those of its owner.
func TestEverythingIsLabelledWhenItIsMade(t *testing.T) {
	o := owner{pid: 7, start: "70", boot: "here"}
	req := recipe{image: "x", part: "system", networks: []string{"bridge"}}.request(o)
	if got, ok := ownerOf(req.Labels); !ok || got != o {
		t.Errorf("a container is made with %v", req.Labels)
	}
}
