package docker

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/system"
)

var _ system.Made = Container{}

// Container is a system that is a container. Env, Cmd, Entrypoint and the files that Files names are templates: they may use
// the names of the Setup, and $dir, the directory in the container that holds Files.
//
// It has the environment of its image, what it inherits, EnvFile and Env, the later over the earlier. It sees the fakes of
// its lab and the other parts, by their names, and nothing else.
type Container struct {
	Image      string            `json:"image" decode:"short" doc:"the image" example:"registry.example.com/orders:1.4"`
	Build      *Build            `json:"build" doc:"how to make the image from a Dockerfile" example:"{context: ., dockerfile: Dockerfile}"`
	Pull       string            `json:"pull" doc:"missing: an image that is not here is pulled; never: it is not" default:"never" example:"missing"`
	Entrypoint []string          `json:"entrypoint" doc:"entrypoint" default:"that of the image" example:"[/app/server]"`
	Cmd        []string          `json:"cmd" doc:"command" default:"that of the image" example:"[--port, $system.port]"`
	Env        map[string]string `json:"env" doc:"environment, beside that of the image" example:"{PORT: $system.port, DATABASE_URL: $db.url}"`
	EnvFile    string            `json:"env-file" doc:"a file of NAME=value lines, taken as they are" example:".env.ci"`
	Inherit    []string          `json:"inherit" doc:"variables that come from the environment of failwell" example:"[LICENSE_KEY]"`
	Listen     Listen            `json:"listen" doc:"the port that the image listens at, where it cannot be told: one number, or one for each name" default:"the only one that the image exposes" example:"8080"`
	Extra      []string          `json:"ports" doc:"names of further ports: $system.NAME.port is one, NAME:/path asks it" example:"[admin]"`
	Files      map[string]string `json:"files" doc:"files to write before the start: path in the container, and the template it is made of" example:"{/etc/nginx/nginx.conf: nginx.tmpl.conf}"`
	Mounts     map[string]string `json:"mounts" doc:"absolute paths in the container, and what of this machine they show, read only" example:"{/data: testdata/data}"`
	User       string            `json:"user" doc:"the user, as in docker run" default:"that of the image" example:"1000:1000"`
	Dir        string            `json:"dir" doc:"working directory" default:"that of the image" example:"/app"`
	Memory     Size              `json:"memory" doc:"limit of memory" default:"none" example:"256m"`
	CPUs       float64           `json:"cpus" doc:"limit of processors" default:"none" example:"0.5"`
	OpenFiles  int               `json:"open-files" doc:"how many descriptors a process may have" default:"that of the engine" example:"64"`
	Tmpfs      map[string]Size   `json:"tmpfs" doc:"directories in memory, and how much fits into each" example:"{/tmp: 16m}"`
	ReadOnly   bool              `json:"read-only" doc:"true: the root file system is read only" default:"false" example:"true"`
	Outside    bool              `json:"outside" doc:"true: it may reach what is neither a dependency nor a part of the lab" default:"false" example:"true"`
	Logs       []string          `json:"logs" doc:"which streams are its log; both are read" default:"stdout and stderr" example:"[stdout]"`
	Stop       system.Stop       `json:"stop" doc:"how the container is asked to end" default:"{signal: TERM, within: 5s}" example:"{signal: INT, within: 10s}"`
	Ways       Ground            `json:"-"` // where the fakes run, and what else can be reached

	program *system.Process      // what is to be built and put into an image; nil: Image or Build
	beside  map[string]Container // the parts of its system that are containers
}

// Build is how an image is made from a Dockerfile. It is made again when something in the context has changed.
type Build struct {
	Context    string            `json:"context" doc:"the directory that the build sees" default:"." example:".."`
	Dockerfile string            `json:"dockerfile" doc:"the Dockerfile, in the context" default:"Dockerfile" example:"deploy/Dockerfile"`
	Target     string            `json:"target" doc:"the stage to build" default:"the last one" example:"runtime"`
	Args       map[string]string `json:"args" doc:"build arguments" example:"{VERSION: test}"`
}

// About describes the way to bring up a system.
func (Container) About() decode.About {
	return decode.About{
		Doc:     "A container that sees the dependencies and the other parts of its lab by their names, and nothing else.",
		Example: `{image: orders:1.4, listen: 8080}`,
	}
}

// Ports lists the further ports.
func (c Container) Ports() []string { return c.Extra }

// Describe says the names to which a Container itself gives values, that its files may have absolute paths, since they are in
// the container only, and that its image may have a HEALTHCHECK.
func (c Container) Describe() system.Traits {
	return system.Traits{Names: []string{"bin", "dir"}, AbsoluteFiles: true, HealthCheck: c.program == nil}
}

// Inside is the port that the container itself listens on, where that is not for the lab to choose.
func (c Container) Inside(port string) (int, bool) {
	number, fixed := c.Listen[cmp.Or(port, "main")]
	return number, fixed
}

// Ground is where the fakes of a container's lab are.
func (c Container) Ground() lab.Ground { return c.Ways }

// Settings lists what can be edited. Files that cannot be read are left out; Start says why.
func (c Container) Settings() []system.Setting {
	t, _ := c.templates()
	for _, name := range c.Inherit {
		delete(t.Env, name)
	}
	return t.Settings()
}

// Make makes the image, or sees that it is here. It needs no networks, and can be done while these are made.
func (c Container) Make(ctx context.Context, s system.Setup) error {
	e, err := open(ctx)
	if err == nil {
		_, err = c.image(ctx, e, s)
	}
	if err != nil {
		return fmt.Errorf("start system: %w", err)
	}
	return nil
}

// Start makes the image if it has to, and a container of it. It does not wait for readiness.
func (c Container) Start(ctx context.Context, s system.Setup) (system.Instance, error) {
	i, err := c.start(ctx, s)
	if err != nil {
		return nil, fmt.Errorf("start system: %w", err)
	}
	return i, nil
}

func (c Container) start(ctx context.Context, s system.Setup) (*instance, error) {
	e, err := open(ctx)
	if err != nil {
		return nil, err
	}
	e.own = c.Ways.Program
	at, err := siteOf(s)
	if err != nil {
		return nil, err
	}
	image, err := c.image(ctx, e, s)
	if err != nil {
		return nil, err
	}
	s.Edits = c.condition(s.Edits)
	r, err := c.recipe(image, at)
	if err != nil {
		return nil, err
	}
	t, err := c.templates()
	if err != nil {
		return nil, err
	}
	if c.Listen, err = c.listens(ctx, e, image, t, cmp.Or(s.Own, "system")); err != nil {
		return nil, err
	}
	i := &instance{of: c, setup: s, templates: t, ports: map[string]int{}}
	neighbours, err := c.neighbours(ctx, e, s)
	if err != nil {
		return nil, err
	}
	i.setup.Names = c.inside(s, neighbours)
	if err := c.publish(s, &r, i.ports); err != nil {
		return nil, err
	}
	rendered, err := i.render(s.Edits)
	if err != nil {
		return nil, err
	}
	if err := r.resolve(ctx, at, hosts(s.Names)); err != nil {
		return nil, err
	}
	r.part, r.aliases = cmp.Or(s.Own, "system"), []string{cmp.Or(s.Own, "system")}
	r.env, r.files, r.closed = rendered.Env, c.placed(rendered), rendered.Unreadable()
	r.entrypoint, r.cmd = c.command(rendered.Args)
	i.laid = r.files
	i.box, err = e.run(ctx, r)
	return i, err
}

// recipe is all of a container that no name stands in.
func (c Container) recipe(image string, at site) (recipe, error) {
	r := recipe{
		image: image, user: c.User, dir: c.Dir, readOnly: c.ReadOnly, networks: []string{at.control, at.data}, ports: map[int]int{},
		limits: limits{memory: c.Memory, cpus: c.CPUs, files: c.OpenFiles, tmpfs: c.Tmpfs}, within: cmp.Or(c.Stop.Within, 5*time.Second),
		stopSignal: c.Stop.Signal,
	}
	if c.Ways.Outside {
		r.networks[0] = at.outside
	}
	r.inward = !c.Ways.Outside
	if r.stopSignal != "" {
		r.stopSignal = "SIG" + strings.TrimPrefix(strings.ToUpper(r.stopSignal), "SIG")
	}
	for _, log := range c.Logs {
		if log != "stdout" && log != "stderr" {
			return r, &system.Unable{What: fmt.Sprintf("the log file %s is inside the container; let the system log to stdout there", log)}
		}
	}
	for _, inside := range slices.Sorted(maps.Keys(c.Mounts)) {
		from, err := filepath.Abs(c.Mounts[inside])
		if err != nil {
			return r, err
		}
		r.binds = append(r.binds, from+":"+inside+":ro")
	}
	return r, nil
}

// publish binds the system's ports to those of this machine that the lab has chosen.
func (c Container) publish(s system.Setup, r *recipe, ports map[string]int) error {
	for _, name := range append([]string{""}, c.Extra...) {
		text, _ := s.Name(portName(name))
		outside, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("the setup has no $%s", portName(name))
		}
		ports[name] = outside
		r.ports[cmp.Or(c.Listen[cmp.Or(name, "main")], outside)] = outside
	}
	return nil
}

func portName(port string) string {
	if port == "" {
		return "system.port"
	}
	return "system." + port + ".port"
}

// inside gives the names as a container is to use them: its own ports as they are inside, other parts by their alias and the
// ports where they listen.
func (c Container) inside(s system.Setup, neighbours map[string]Listen) map[string]string {
	names := maps.Clone(s.Names)
	names["system.host"] = "0.0.0.0" // published on this machine's loopback only
	for name, value := range s.Names {
		owner, isURL := strings.CutSuffix(name, ".url")
		part, further, _ := strings.Cut(owner, ".")
		if isURL && value == "http://127.0.0.1:"+s.Names[owner+".port"] {
			if number, fixed := neighbours[part][cmp.Or(further, "main")]; fixed {
				names[owner+".port"] = strconv.Itoa(number)
			}
			names[name] = "http://" + part + ":" + names[owner+".port"]
		}
	}
	for port, number := range c.Listen {
		if port == "main" {
			port = ""
		}
		names[portName(port)] = strconv.Itoa(number)
	}
	return names
}

// templates gathers all settings of a launch; those that can be read, when there is an error.
func (c Container) templates() (system.Templates, error) {
	t := system.Templates{Env: map[string]string{}, Args: append(slices.Clone(c.Entrypoint), c.Cmd...), Files: map[string]string{}}
	if c.program != nil {
		t.Args = append([]string{programPath}, c.program.Run[1:]...)
	}
	for _, name := range c.Inherit {
		if value, set := os.LookupEnv(name); set {
			t.Env[name] = literal(value)
		}
	}
	fromFile, err := readEnvFile(c.EnvFile)
	for name, value := range fromFile {
		t.Env[name] = literal(value)
	}
	maps.Copy(t.Env, c.Env)
	for target, source := range c.Files {
		text, unread := os.ReadFile(source)
		if unread != nil {
			err = errors.Join(err, fmt.Errorf("file %s: %w", target, unread))
			continue
		}
		t.Files[target] = string(text)
	}
	return t, err
}

// literal is the template of a text that is to stay as it is.
func literal(value string) string { return strings.ReplaceAll(value, "$", "$$") }

// command shares the rendered arguments out. What an edit drops is dropped from the command.
func (c Container) command(args []string) (entrypoint, cmd []string) {
	if c.program != nil {
		return args, nil
	}
	n := min(len(c.Entrypoint), len(args))
	return args[:n], args[n:]
}

// placed gives the rendered files their places in the container.
func (c Container) placed(r system.Rendered) map[string]file {
	out := map[string]file{}
	for name, f := range r.Files {
		at := path.Join(Dir, name)
		if target := strings.TrimPrefix(name, "files"); c.Files[target] != "" {
			at = target // an absolute one
		}
		mode := int64(0o644)
		if f.Unreadable {
			mode = 0
		}
		out[at] = file{f.Text, mode}
	}
	return out
}

// readEnvFile reads lines of NAME=value. Empty lines and those that begin with # do not count, `export` before a name is
// allowed, and quotes around a value come off.
func readEnvFile(name string) (map[string]string, error) {
	variables := map[string]string{}
	if name == "" {
		return variables, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("env-file: %w", err)
	}
	defer func() { _ = f.Close() }()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(lines.Text()), "export "))
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		variable, value, found := strings.Cut(line, "=")
		if variable = strings.TrimSpace(variable); !found || variable == "" {
			return nil, fmt.Errorf("env-file: %s:%d: want NAME=value", name, n)
		}
		variables[variable] = unquoted(strings.TrimSpace(value))
	}
	return variables, lines.Err()
}

func unquoted(value string) string {
	if n := len(value); n >= 2 && value[0] == value[n-1] && (value[0] == '\'' || value[0] == '"') {
		if plain, err := strconv.Unquote(value); err == nil && value[0] == '"' {
			return plain
		}
		return value[1 : n-1]
	}
	return value
}
