package docker_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness"
	"github.com/failwell/failwell/harness/docker"
	"github.com/failwell/failwell/harness/labfile"
	"github.com/failwell/failwell/harness/standard"
)

// migrating reads a lab with a database whose data a container makes.
func migrating(t *testing.T, server, step string) (harness.Config, *noted) {
	t.Helper()
	cat := standard.Catalog()
	for name, kind := range docker.Kinds() {
		cat.Systems[name] = kind
	}
	cat.Fakes = docker.Fakes(cat.Fakes)
	file := lay(t, filepath.Join(t.TempDir(), "failwell.yaml"), `version: 1
system: {process: {run: [python3, -m, http.server, --bind, 127.0.0.1, $system.port]}}
dependencies:
  db:
    kind: postgres
    server: `+server+`
    prepare:
      - `+step+`
requests: {all: {get: /}}
`)
	f, err := labfile.Read(file, cat, nil)
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := f.Config(t.Context(), labfile.Options{Seed: "1", Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	db := cfg.Fakes["db"]
	watched := &noted{Server: db.Server}
	db.Server = watched
	cfg.Fakes["db"] = db
	return cfg, watched
}

// A container makes the data of a server in another one, wherever the system and the fakes run.
func TestAContainerPreparesTheData(t *testing.T) {
	image := postgres(t)
	step := "container: {image: '" + image + `', env: {URL: $db.direct.url}, entrypoint: [sh, -c], cmd: ["psql \"$$URL\" -c \"create table migrated (n int)\""]}`
	cfg, server := migrating(t, "{image: '"+image+"'}", step)
	l, err := harness.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	owner, err := server.backend.(fakes.Scripted).Query(t.Context(), "select tableowner from pg_tables where tablename = 'migrated'")
	if err != nil || owner != l.Names()["db.user"] {
		t.Errorf("the table is that of %q: %v", owner, err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	nothingLeft(t, os.Getpid())

	for _, where := range ways {
		t.Run(string(where), func(t *testing.T) {
			cfg := orders(t, where, "dependencies.db.server={image: '"+image+"'}",
				"dependencies.db.prepare=[{sql: schema.sql}, {container: {image: '"+image+"', cmd: [psql, $db.direct.url, -c, 'insert into orders (id, sku, quantity, status) values (1001, 1, 1, $$$$paid$$$$)']}}]")
			l := start(t, cfg)
			for _, seen := range l.Facts().Requests {
				if seen.Name == "get-order" && !seen.Calm {
					t.Error("the row that the container made is not there")
				}
			}
		})
	}
}

// A step that does not succeed ends the run, and says where it stands and what it said last.
func TestAContainerThatCannotPrepareTheData(t *testing.T) {
	image := postgres(t)
	for name, is := range map[string]struct{ server, step, want string }{
		"fails": {"{image: '" + image + "'}", "container: {image: '" + image + "', cmd: [psql, $db.direct.url, -c, select nonsense]}",
			"failwell.yaml:8:9: prepare db: it ended with code 1; its last lines:\n    ERROR:  column \"nonsense\" does not exist"},
		"no image": {"{image: '" + image + "'}", "container: failwell/nothing:here",
			"failwell.yaml:8:9: prepare db: image failwell/nothing:here is not here: docker pull"},
		"on this machine": {"installed", "container: {image: '" + image + "', cmd: [psql, $db.direct.url]}",
			"failwell.yaml:8:9: prepare db: $db.direct.url is an address of this machine's loopback"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, _ := migrating(t, is.server, is.step)
			_, err := harness.Start(t.Context(), cfg)
			if err == nil || !strings.Contains(err.Error(), is.want) {
				t.Errorf("got %v\nwant %s", err, is.want)
			}
			if unready := (*harness.Unready)(nil); errors.As(err, &unready) {
				t.Error("the system was started")
			}
			nothingLeft(t, os.Getpid())
		})
	}
}
