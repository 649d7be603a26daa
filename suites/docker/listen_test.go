package docker_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness"
	"github.com/failwell/failwell/harness/docker"
	"github.com/failwell/failwell/harness/system"
)

// exposing is a container of the probe in an image FROM scratch with these lines, which listens at 8000, as its lab says nothing
// of.
func exposing(t *testing.T, lines string) docker.Container {
	t.Helper()
	c := probe(t)
	dockerfile := "FROM scratch\nCOPY probe /probe\nENV PORT=8000\n" + lines + "CMD [\"/probe\"]\n"
	lay(t, filepath.Join(c.Build.Context, "Dockerfile"), dockerfile)
	return docker.Container{Build: &docker.Build{Context: c.Build.Context}}
}

// A container listens where its image says, when that is one port and the lab does not say otherwise.
func TestTheOnlyPortThatAnImageExposes(t *testing.T) {
	for what, c := range map[string]docker.Container{
		"the only one":        exposing(t, "EXPOSE 8000\n"),
		"the only one of TCP": exposing(t, "EXPOSE 8000/tcp 53/udp\n"),
	} {
		t.Run(what, func(t *testing.T) {
			if status, answer := tells(t, lab(t, c), "", "env", "PORT"); status != 200 || answer != "8000" {
				t.Errorf("got %d %q", status, answer)
			}
		})
	}
	t.Run("the lab tells another one", func(t *testing.T) {
		c := exposing(t, "EXPOSE 8000\n")
		c.Env = map[string]string{"PORT": "$system.port"}
		l := lab(t, c)
		if status, answer := tells(t, l, "", "env", "PORT"); status != 200 || answer != l.Names()["system.port"] {
			t.Errorf("got %d %q", status, answer)
		}
	})
	t.Run("the lab says which", func(t *testing.T) {
		c := exposing(t, "EXPOSE 7000 8000\n")
		c.Listen = docker.Listen{"main": 8000}
		if status, answer := tells(t, lab(t, c), "", "env", "PORT"); status != 200 || answer != "8000" {
			t.Errorf("got %d %q", status, answer)
		}
	})
}

// A part finds another one at the port where that listens.
func TestAPartListensWhereItsImageSays(t *testing.T) {
	app, front := exposing(t, "EXPOSE 8000\n"), probe(t)
	front.Env["APP"] = "$app.url/port"
	on := docker.Ground{Fakes: docker.InProgram}
	group, _ := docker.On(system.Group{Entry: "front", Parts: []system.Part{{Name: "app", System: app}, {Name: "front", System: front}}}, on)
	l := lab(t, group)
	if _, answer := tells(t, l, "", "env", "APP"); answer != "http://app:8000/port" {
		t.Errorf("the front is told %q", answer)
	}
	if status, answer := tells(t, l, "", "get", "http://app:8000/port"); status != 200 || answer != "PORT" {
		t.Errorf("the front finds %d %q", status, answer)
	}
}

// Where it is not clear, the message says what to write, with the ports that come into question.
func TestNoOnlyPort(t *testing.T) {
	for lines, want := range map[string]string{
		"":                         "exposes no port: say where it listens, such as system.container.listen: 8000, or tell it, such as env: {PORT: $system.port}",
		"EXPOSE 8000 9000 443\n":   "exposes the ports 443, 8000 and 9000: say at which of them it answers requests, such as system.container.listen: 443",
		"EXPOSE 53/udp\n":          "exposes no port: say where it listens, such as system.container.listen: 8000, or tell it, such as env: {PORT: $system.port}",
		"EXPOSE 8000\nEXPOSE 81\n": "exposes the ports 81 and 8000: say at which of them it answers requests, such as system.container.listen: 81",
	} {
		l, err := harness.Start(t.Context(), alone(exposing(t, lines)))
		if err == nil {
			_ = l.Close()
		}
		if said := message(err); !strings.HasPrefix(said, "start system: the image failwell/build:") || !strings.HasSuffix(said, want) {
			t.Errorf("%q: got %s, want %s", lines, said, want)
		}
		nothingLeft(t, os.Getpid())
	}
}
