package draft

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// code looks for how the program of a directory is started, for what variables it reads, and, when no document names its routes, for
// those. All of it is read as text.
func (d *Draft) code(dir string) {
	if d.system.container == nil && d.system.run == nil && (d.system.url == "" || d.system.own) {
		if d.launch(dir); d.system.run != nil {
			d.system.url = ""
		}
	}
	sources, before := read(dir), len(d.settings)+len(d.requests)
	for _, s := range sources {
		for _, m := range variable.FindAllStringSubmatch(s, -1) {
			if name := m[1] + m[2]; !slices.Contains(common, name) {
				d.setting(name, "", false)
			}
		}
	}
	if len(d.requests) == 0 && d.graphql == "" {
		d.routes(sources)
	}
	if len(d.settings)+len(d.requests) > before {
		d.Sources = append(d.Sources, "the sources")
	}
}

// common are variables that every machine has, or that only say how much is said.
var common = []string{"PATH", "HOME", "USER", "PWD", "TMPDIR", "LANG", "TZ", "NODE_ENV", "DEBUG", "CI", "HOST", "HOSTNAME"}

var (
	variable = regexp.MustCompile(`(?:[gG]etenv|LookupEnv|environ|environ\.get|env::var|GetEnvironmentVariable|ENV|ENV\.fetch|process\.env)\s*[(\[]\s*["']([A-Z][A-Z0-9_]*)["']|process\.env\.([A-Z][A-Z0-9_]*)`)
	route    = regexp.MustCompile("(?:\\.(?:get|Get|GET|route|HandleFunc|Handle|MapGet)|@GetMapping)\\(\\s*[\"'`](?:GET )?(/[^\"'`\\s]*)[\"'`]")
	param    = regexp.MustCompile(`\{[^}]*\}|<[^>]*>|:[A-Za-z_]\w*`)
)

// routes takes what the sources say in the way of the usual frameworks.
func (d *Draft) routes(sources []string) {
	for _, s := range sources {
		for _, m := range route.FindAllStringSubmatch(s, -1) {
			path := strings.TrimSuffix(m[1], "{$}")
			if d.health(path) || strings.ContainsAny(path, "*(") || len(d.requests) >= 20 {
				continue
			}
			r := request{name: "get " + param.ReplaceAllString(path, "by-id"), method: "GET", path: escaped(param.ReplaceAllString(path, "1"))}
			if r.path != path {
				r.todo = "an id that exists"
			}
			if path == "/" {
				r.name = "root"
			}
			d.ask(r)
		}
	}
}

var (
	languages = []string{".go", ".py", ".js", ".mjs", ".cjs", ".ts", ".rb", ".java", ".kt", ".cs", ".php", ".rs"}
	foreign   = []string{"node_modules", "vendor", "venv", "dist", "build", "target", "test", "tests", "testdata", "spec", "docs", "__pycache__"}
)

// read gives the sources of a program, without those of others and of tests.
func read(dir string) []string {
	var all []string
	_ = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error { // what cannot be read says nothing
		if err != nil {
			return nil
		}
		name := e.Name()
		if e.IsDir() {
			below, _ := filepath.Rel(dir, path)
			if path != dir && (strings.HasPrefix(name, ".") || slices.Contains(foreign, name) || strings.Count(below, string(filepath.Separator)) > 4) {
				return filepath.SkipDir
			}
			return nil
		}
		info, err := e.Info()
		tests := strings.Contains(name, "_test.") || strings.Contains(name, ".test.") || strings.Contains(name, ".spec.") || strings.HasPrefix(name, "test_")
		if err != nil || !slices.Contains(languages, filepath.Ext(name)) || tests || info.Size() > 1<<20 || len(all) >= 500 {
			return nil
		}
		if src, err := os.ReadFile(path); err == nil {
			all = append(all, string(src))
		}
		return nil
	})
	return all
}

// launch finds how the program is started.
func (d *Draft) launch(dir string) {
	for _, way := range []func(string) bool{d.procfile, d.golang, d.node, d.python} {
		if way(dir) {
			return
		}
	}
}

func has(path ...string) bool {
	_, err := os.Stat(filepath.Join(path...))
	return err == nil
}

func (d *Draft) procfile(dir string) bool {
	src, err := os.ReadFile(filepath.Join(dir, "Procfile"))
	for line := range strings.Lines(string(src)) {
		if web, ok := strings.CutPrefix(line, "web:"); ok && err == nil {
			d.system.run = simple(strings.NewReplacer("${PORT}", "$system.port", "$PORT", "$system.port").Replace(web))
		}
	}
	return d.system.run != nil
}

// simple are the words of a command that needs no shell, and else the shell that runs it.
func simple(command string) []string {
	command = strings.TrimSpace(command)
	if strings.ContainsAny(command, "&|;<>*?()\"'`=") {
		return []string{"sh", "-c", "exec " + command}
	}
	return strings.Fields(command)
}

func (d *Draft) golang(dir string) bool {
	if !has(dir, "go.mod") {
		return false
	}
	mains, _ := filepath.Glob(filepath.Join(dir, "cmd", "*", "main.go"))
	switch {
	case has(dir, "main.go"):
		d.system.build = []string{"go", "build", "-o", "$bin", "."}
	case len(mains) > 0:
		d.system.build = []string{"go", "build", "-o", "$bin", "./cmd/" + filepath.Base(filepath.Dir(mains[0]))}
	default:
		return false
	}
	d.system.run = []string{"$bin"}
	return true
}

func (d *Draft) node(dir string) bool {
	src, err := os.ReadFile(filepath.Join(dir, "package.json"))
	if err != nil {
		return false
	}
	var p struct {
		Main    string
		Scripts map[string]string
	}
	_ = json.Unmarshal(src, &p)
	switch start := p.Scripts["start"]; {
	case strings.HasPrefix(start, "node ") && simple(start)[0] == "node":
		d.system.run = simple(start)
	case start != "":
		d.system.run = []string{"npm", "start", "--silent"}
	case p.Main != "":
		d.system.run = []string{"node", p.Main}
	default:
		return false
	}
	return true
}

var (
	fastapi = regexp.MustCompile(`(?m)^(\w+)\s*=\s*FastAPI\(`)
	flask   = regexp.MustCompile(`(?m)^(\w+)\s*=\s*Flask\(`)
)

func (d *Draft) python(dir string) bool {
	if has(dir, "manage.py") {
		d.system.run = []string{"python3", "manage.py", "runserver", "--noreload", "127.0.0.1:$system.port"}
		return true
	}
	for _, name := range []string{"app", "main", "server", "api", "wsgi", "asgi"} {
		raw, err := os.ReadFile(filepath.Join(dir, name+".py"))
		if err != nil {
			continue
		}
		src := string(raw)
		switch fast := fastapi.FindStringSubmatch(src); {
		case strings.Contains(src, "__main__"):
			d.system.run = []string{"python3", name + ".py"}
		case fast != nil:
			d.system.run = []string{"python3", "-m", "uvicorn", name + ":" + fast[1], "--port", "$system.port"}
		case flask.MatchString(src):
			d.system.run = []string{"python3", "-m", "flask", "--app", name, "run", "--port", "$system.port"}
		default:
			d.system.run = []string{"python3", name + ".py"}
		}
		return true
	}
	return false
}
