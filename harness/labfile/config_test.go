package labfile

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/postgres"
	"github.com/failwell/failwell/harness/leak"
	"github.com/failwell/failwell/harness/standard"
)

// TestCredentials holds that each lab has credentials of its own, equal for equal seeds.
func TestCredentials(t *testing.T) {
	f := mustRead(t)
	password := func(o Options) (string, []leak.Canary) {
		c, err := f.Config(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		return c.Fakes["db"].Server.(postgres.Stub).Password, c.Canaries
	}
	first, canaries := password(Options{Lab: 0, Seed: "1"})
	again, _ := password(Options{Lab: 0, Seed: "1"})
	other, _ := password(Options{Lab: 1, Seed: "1"})
	seeded, _ := password(Options{Lab: 0, Seed: "2"})
	if first != again || first == other || first == seeded {
		t.Errorf("passwords %q, again %q, of another lab %q, with another seed %q", first, again, other, seeded)
	}
	want := leak.Canary{Token: first, Kind: leak.KindSecret, Where: "db password"}
	if !slices.Contains(canaries, want) {
		t.Errorf("no %+v among %+v", want, canaries)
	}
}

// TestUnavailable holds that a server that is not here can be told from a mistake.
func TestUnavailable(t *testing.T) {
	cat := standard.Catalog()
	entry := cat.Fakes["postgres"]
	entry.Make = func(fakes.Options) (fakes.Dependency, error) {
		return fakes.Dependency{}, &fakes.Unavailable{What: "no postgres on this machine"}
	}
	cat.Fakes["postgres"] = entry
	files := map[string]string{fileName: "{version: 1, system: {url: 'http://127.0.0.1:1'}, dependencies: {db: {kind: postgres}}, requests: {a: {get: /}}}"}
	f, err := read(inMemory(files), fileName, cat, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Config(t.Context(), Options{})
	if unavailable := (*fakes.Unavailable)(nil); !errors.As(err, &unavailable) || !strings.HasPrefix(err.Error(), fileName+":1:") {
		t.Errorf("got %v", err)
	}
}

// What somebody else runs is shared by all labs; the first one makes its data.
func TestShared(t *testing.T) {
	dsn := "{dsn: 'postgres://u:p@127.0.0.1:1/d'}"
	for lab, want := range map[string][]string{
		"{version: 1, system: {url: 'http://127.0.0.1:1'}, dependencies: {q: {kind: tcp, forward: '127.0.0.1:2'}}, requests: {a: {get: /}}}":                                               {"the system at http://127.0.0.1:1", "what q forwards to"},
		"{version: 1, system: {process: {run: [a, $db.url, $system.port]}}, dependencies: {db: {kind: postgres, server: " + dsn + ", prepare: [{run: [true]}]}}, requests: {a: {get: /}}}": {"the server of db"},
		"{version: 1, system: {process: {run: [a, $db.url, $system.port]}}, dependencies: {db: {kind: postgres, server: stub}}, requests: {a: {get: /}}}":                                  nil,
	} {
		f, err := read(inMemory(map[string]string{fileName: lab}), fileName, standard.Catalog(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Shared(); !slices.Equal(got, want) {
			t.Errorf("%s\nshares %q, want %q", lab, got, want)
		}
		for nth := range 2 {
			c, err := f.Config(t.Context(), Options{Lab: nth})
			if err != nil {
				t.Fatal(err)
			}
			if want := strings.Contains(lab, "prepare") && nth == 0; (len(c.Prepare) > 0) != want {
				t.Errorf("lab %d prepares %v, want %t", nth, c.Prepare, want)
			}
		}
	}
}
