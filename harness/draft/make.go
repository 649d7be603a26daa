package draft

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// The sorts of file that a draft is made from.
const (
	openAPIFile = "OpenAPI"
	composeFile = "compose"
	dockerFile  = "Dockerfile"
	envFile     = "variables"
	graphqlFile = "GraphQL"
	harFile     = "HAR"
)

// usual are the names under which a directory has such files, the first that is there before the others.
var usual = [][]string{
	{"openapi.yaml", "openapi.yml", "openapi.json", "api/openapi.yaml", "docs/openapi.yaml", "docs/openapi.json", "swagger.yaml", "swagger.json"},
	{"schema.graphql", "schema.graphqls", "graphql/schema.graphql"},
	{"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"},
	{".env.example", ".env.sample", ".env.ci", ".env"},
}

// Nothing is the error of a directory that has nothing a draft can be made from.
type Nothing struct{ Dir string }

func (n Nothing) Error() string {
	return fmt.Sprintf("%s has nothing to begin with: no OpenAPI document, compose file, Dockerfile, GraphQL schema or .env, and no program that failwell knows how to start; "+
		"name one: failwell init FILE, or the address of a running API: failwell init http://127.0.0.1:8080", n.Dir)
}

// Make reads the inputs, which are files and addresses, for a lab in a directory; without any it looks for what the directory has. What
// is read wrong is an error with the name of its file.
func Make(ctx context.Context, dir string, inputs []string) (*Draft, error) {
	d := &Draft{}
	found := len(inputs) == 0
	if found {
		inputs = present(dir)
	}
	for _, input := range inputs {
		if strings.HasPrefix(input, "http://") || strings.HasPrefix(input, "https://") {
			d.Sources = append(d.Sources, input)
			if err := d.running(ctx, input); err != nil {
				return nil, err
			}
			continue
		}
		if err := d.file(dir, input); err != nil {
			return nil, err
		}
	}
	if d.system.url == "" || d.system.own {
		d.code(dir)
	}
	if d.system.container == nil && d.system.run == nil && found && has(dir, "Dockerfile") {
		if err := d.file(dir, filepath.Join(dir, "Dockerfile")); err != nil {
			return nil, err
		}
	}
	if len(d.Sources) == 0 && d.system.run == nil {
		return nil, Nothing{dir}
	}
	d.data(dir)
	return d, nil
}

// present are the usual files of a directory.
func present(dir string) []string {
	var all []string
	for _, names := range usual {
		if i := slices.IndexFunc(names, func(n string) bool { return has(dir, filepath.FromSlash(n)) }); i >= 0 {
			all = append(all, filepath.Join(dir, filepath.FromSlash(names[i])))
		}
	}
	return all
}

// file reads one file by what it holds.
func (d *Draft) file(dir, path string) error {
	src, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	shown := path
	if below, err := filepath.Rel(dir, path); err == nil && filepath.IsLocal(below) {
		shown = filepath.ToSlash(below)
	}
	d.Sources = append(d.Sources, shown)
	switch sortOf(path, src) {
	case openAPIFile:
		return d.openAPI(path, src)
	case composeFile:
		return d.compose(path, src)
	case dockerFile:
		d.dockerfile(shown, src)
		return nil
	case envFile:
		d.environment(src)
		return nil
	case graphqlFile:
		d.graphql = shown
		return nil
	case harFile:
		return d.har(path, src)
	}
	return fmt.Errorf("%s: this is no OpenAPI document, compose file, Dockerfile, GraphQL schema, HAR or file of variables", path)
}

// sortOf tells the sort of a file, by its name and by what it holds; empty: none that a draft can be made from.
func sortOf(path string, src []byte) string {
	base, ext := filepath.Base(path), filepath.Ext(path)
	begins := func(word string) bool {
		return bytes.HasPrefix(src, []byte(word)) || bytes.Contains(src, []byte("\n"+word)) || bytes.Contains(src, []byte("\""+strings.TrimSuffix(word, ":")+"\""))
	}
	switch {
	case strings.HasPrefix(base, "Dockerfile"), strings.HasPrefix(base, "Containerfile"), ext == ".dockerfile":
		return dockerFile
	case strings.HasPrefix(base, ".env"), ext == ".env":
		return envFile
	case ext == ".graphql", ext == ".graphqls", ext == ".gql":
		return graphqlFile
	case ext == ".har", ext == ".json" && begins("entries:") && begins("log:"):
		return harFile
	case begins("openapi:"), begins("swagger:"):
		return openAPIFile
	case begins("services:"):
		return composeFile
	}
	return ""
}

// data finds what makes the tables of a PostgreSQL: the SQL of the directory.
func (d *Draft) data(dir string) {
	var files []string
	for _, pattern := range []string{"schema.sql", "db/schema.sql", "sql/schema.sql", "init.sql", "db/init.sql", "migrations/*.up.sql", "migrations/[0-9]*.sql", "db/migrations/*.up.sql", "seed.sql", "db/seed.sql", "sql/seed.sql"} {
		found, _ := filepath.Glob(filepath.Join(dir, filepath.FromSlash(pattern))) // the patterns are well formed
		for _, path := range found {
			below, err := filepath.Rel(dir, path)
			if below = filepath.ToSlash(below); err == nil && !strings.HasSuffix(below, ".down.sql") && !slices.Contains(files, below) {
				files = append(files, below)
			}
		}
	}
	for i, x := range d.dependencies {
		if x.kind != "postgres" {
			continue
		}
		d.dependencies[i].prepare = files
		if d.system.container != nil && x.server == "installed" {
			d.dependencies[i].server = "{image: postgres:17}"
		}
		if len(files) == 0 {
			d.dependencies[i].todo = "how its tables come to be, such as prepare: [{run: [" + migration(dir) + "], env: {DATABASE_URL: $" + x.name + ".direct.url}}]"
		}
	}
}

// migration is the command of the tool for migrations that a directory uses.
func migration(dir string) string {
	switch {
	case has(dir, "alembic.ini"):
		return "alembic, upgrade, head"
	case has(dir, "prisma"):
		return "npx, prisma, migrate, deploy"
	case has(dir, "manage.py"):
		return "python3, manage.py, migrate"
	}
	return "make, migrate"
}
