package draft

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// service is what a draft takes of a service of the Compose specification.
type service struct {
	Image       string    `yaml:"image"`
	Build       yaml.Node `yaml:"build"`
	Command     yaml.Node `yaml:"command"`
	Environment yaml.Node `yaml:"environment"`
	EnvFile     yaml.Node `yaml:"env_file"`
	Ports       yaml.Node `yaml:"ports"`
	Expose      yaml.Node `yaml:"expose"`
	DependsOn   yaml.Node `yaml:"depends_on"`
	Healthcheck struct {
		Test yaml.Node `yaml:"test"`
	} `yaml:"healthcheck"`

	name string
	line int
}

// compose takes the service that is the API as the system, and what its environment points at as dependencies.
func (d *Draft) compose(path string, src []byte) error {
	var file struct {
		Services yaml.Node `yaml:"services"`
	}
	if err := yaml.Unmarshal([]byte(interpolated(string(src))), &file); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	var services []service
	for i := 0; i+1 < len(file.Services.Content); i += 2 {
		s := service{name: file.Services.Content[i].Value, line: file.Services.Content[i].Line}
		if err := file.Services.Content[i+1].Decode(&s); err != nil {
			return fmt.Errorf("%s:%d: service %s: %w", path, s.line, s.name, err)
		}
		services = append(services, s)
	}
	if len(services) == 0 {
		return fmt.Errorf("%s: it has no services", path)
	}
	app := api(services)
	for _, s := range services {
		if app == nil || s.name != app.name {
			d.servedBy(path, s)
		}
	}
	if app != nil {
		d.contain(*app)
		for _, v := range app.variables(filepath.Dir(path)) {
			d.composed(services, v[0], v[1])
		}
	}
	return nil
}

var placeholder = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)(?::?[-?]([^}]*))?\}`)

// interpolated fills in the defaults of variables. Their values on this machine may be secrets and are not read.
func interpolated(src string) string {
	return placeholder.ReplaceAllStringFunc(src, func(m string) string {
		p := placeholder.FindStringSubmatch(m)
		if strings.Contains(m, "-"+p[2]+"}") {
			return p[2]
		}
		return "from-" + word(p[1])
	})
}

// api is the service that is asked: what is built and publishes a port before what is only published; nil: there are only servers.
func api(services []service) *service {
	best, most := -1, 0
	for i, s := range services {
		if _, stored := imageOf(s.Image); stored {
			continue
		}
		points := 0
		if s.Build.Kind != 0 {
			points += 4
		}
		if len(s.Ports.Content)+len(s.Expose.Content) > 0 {
			points += 2
		}
		if slices.Contains([]string{"api", "app", "web", "server", "backend", "service"}, s.name) {
			points += 2
		}
		if len(s.DependsOn.Content) > 0 {
			points++
		}
		if points > most {
			best, most = i, points
		}
	}
	if best < 0 {
		return nil
	}
	return &services[best]
}

// imageOf finds the server that an image holds: postgres:17-alpine, bitnami/redis.
func imageOf(image string) (server, bool) {
	name, _, _ := strings.Cut(image[strings.LastIndexByte(image, '/')+1:], ":")
	return serverOf(func(s server) bool { return slices.Contains(s.words, strings.ToLower(name)) })
}

// servedBy takes a service as a dependency, when it is a server.
func (d *Draft) servedBy(path string, s service) {
	known, ok := imageOf(s.Image)
	if !ok {
		if s.Image != "" && s.port() != "" {
			return // it is taken when the environment of the API points at it
		}
		d.leave("%s:%d: %s, which is neither the API nor a server that failwell knows", path, s.line, s.name)
		return
	}
	x := d.depend(word(s.name), known.kind)
	x.server = "{image: " + text(s.Image) + "}"
	if known.kind != "postgres" {
		fields := []field{{name: "image", value: text(s.Image)}, {name: "port", value: known.port}}
		if env := s.variables(filepath.Dir(path)); len(env) > 0 {
			var all []field
			for _, v := range env {
				all = append(all, field{name: text(v[0]), value: quoted(escaped(v[1]))})
			}
			fields = append(fields, field{name: "env", value: flow(all)})
		}
		x.server = flow(fields)
	}
	if known.name == "kafka" {
		x.todo = "a broker tells its clients its own address: advertise $" + x.name + ".addr, or the calls go past the gate"
	}
}

// contain makes the service the system.
func (d *Draft) contain(s service) {
	c := &d.system
	c.fromCompose = true
	if s.Build.Kind == 0 {
		c.container = append(c.container, field{name: "image", value: text(s.Image)})
	} else {
		c.container = append(c.container, field{name: "build", value: building(s.Build)})
	}
	if cmd := words(s.Command); len(cmd) > 0 {
		c.container = append(c.container, field{name: "cmd", value: list(cmd)})
	}
	if port := s.port(); port != "" {
		c.container = append(c.container, field{name: "listen", value: port})
		c.listens = true
	}
	for _, part := range words(s.Healthcheck.Test) {
		for _, token := range strings.Fields(part) {
			if u, err := url.Parse(strings.Trim(token, `"'`)); err == nil && local(u) {
				d.ready = u.Path
			}
		}
	}
}

// building is the context of a build, or all that the file says about it.
func building(n yaml.Node) string {
	if n.Kind == yaml.ScalarNode {
		return "{context: " + text(n.Value) + "}"
	}
	var b struct {
		Context, Dockerfile, Target string
	}
	_ = n.Decode(&b)
	fields := []field{{name: "context", value: text(orDot(b.Context))}}
	if b.Dockerfile != "" {
		fields = append(fields, field{name: "dockerfile", value: text(b.Dockerfile)})
	}
	if b.Target != "" {
		fields = append(fields, field{name: "target", value: text(b.Target)})
	}
	return flow(fields)
}

func orDot(s string) string {
	if s == "" {
		return "."
	}
	return s
}

// port is the first that the service has in its container.
func (s service) port() string {
	for _, n := range append(slices.Clone(s.Ports.Content), s.Expose.Content...) {
		var long struct {
			Target string `yaml:"target"`
		}
		p := n.Value
		if n.Decode(&long) == nil && long.Target != "" {
			p = long.Target
		}
		p, _, _ = strings.Cut(p[strings.LastIndexByte(p, ':')+1:], "/")
		if plainNumber(p) {
			return p
		}
	}
	return ""
}

// variables are those of env_file, and over them those of environment, in the order of the file.
func (s service) variables(dir string) [][2]string {
	var all [][2]string
	set := func(k, v string) {
		if i := slices.IndexFunc(all, func(x [2]string) bool { return x[0] == k }); i >= 0 {
			all[i][1] = v
			return
		}
		all = append(all, [2]string{k, v})
	}
	for _, name := range words(s.EnvFile) {
		src, _ := os.ReadFile(filepath.Join(dir, name)) // one that is not there sets nothing
		for _, line := range strings.Split(string(src), "\n") {
			if k, v, ok := strings.Cut(strings.TrimSpace(line), "="); ok && settingName.MatchString(k) {
				set(k, strings.Trim(v, `"'`))
			}
		}
	}
	for i, n := range s.Environment.Content {
		if s.Environment.Kind == yaml.MappingNode {
			if i%2 == 0 {
				set(n.Value, s.Environment.Content[i+1].Value)
			}
		} else if k, v, ok := strings.Cut(n.Value, "="); ok {
			set(k, v)
		}
	}
	return all
}

// composed takes a variable of the API, whose value may speak of another service by its name.
func (d *Draft) composed(services []service, name, v string) {
	host, port := hostOf(v)
	i := slices.IndexFunc(services, func(s service) bool { return s.name == host })
	if i < 0 {
		d.setting(name, v, true)
		return
	}
	s := services[i]
	u, err := url.Parse(strings.TrimPrefix(v, "jdbc:"))
	if _, ok := imageOf(s.Image); !ok {
		kind := "tcp"
		if err == nil && strings.HasPrefix(u.Scheme, "http") || s.Build.Kind != 0 || s.port() == "" {
			kind = "http"
		}
		x := d.depend(word(s.name), kind)
		if s.Build.Kind != 0 || s.port() == "" {
			x.stubs = "stubs/" + x.name + ".yaml"
		} else {
			x.server = flow([]field{{name: "image", value: text(s.Image)}, {name: "port", value: s.port()}})
		}
	}
	x := d.depend(word(s.name), "")
	switch {
	case v == host:
		d.set(setting{name: name, value: "$" + x.name + ".host"})
	case v == host+":"+port:
		d.set(setting{name: name, value: "$" + x.name + ".addr"})
	case err == nil && x.kind == "http":
		d.set(setting{name: name, value: text("$" + x.name + ".url" + escaped(strings.TrimSuffix(u.Path, "/")))})
	case err == nil:
		d.set(setting{name: name, value: d.pointed(x, v, u)})
	default:
		d.set(setting{name: name, value: literal(v), note: "TODO: put the parts of $" + x.name + " in its place"})
	}
}

// hostOf is the host and port in an address: db, db:5432, postgres://user@db:5432/app.
func hostOf(v string) (host, port string) {
	v = strings.TrimPrefix(v, "jdbc:")
	if u, err := url.Parse(v); err == nil && u.Host != "" {
		return u.Hostname(), u.Port()
	}
	host, port, _ = strings.Cut(v, ":")
	return host, port
}

// words are the texts of a list, or of one text by its spaces.
func words(n yaml.Node) []string {
	if n.Kind == yaml.ScalarNode {
		return strings.Fields(n.Value)
	}
	var all []string
	for _, c := range n.Content {
		if c.Kind == yaml.ScalarNode {
			all = append(all, c.Value)
		}
	}
	return all
}

// list is a list of texts in flow style.
func list(all []string) string {
	var parts []string
	for _, s := range all {
		parts = append(parts, literal(s))
	}
	return "[" + strings.Join(parts, ", ") + "]"
}
