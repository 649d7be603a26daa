package draft

import (
	"bytes"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// server is what is known about the servers that speak a scheme, or that an image holds.
type server struct {
	kind, name, port string
	schemes          []string
	words            []string // in the names of images and of variables
}

// known are the servers that systems depend on. What failwell has no kind of its own for is cut and delayed as TCP.
var known = []server{
	{"postgres", "db", "5432", []string{"postgres", "postgresql"}, []string{"postgres", "postgresql", "postgis", "timescale", "timescaledb", "pgvector", "pg"}},
	{"tcp", "mysql", "3306", []string{"mysql", "mysql2", "mariadb"}, []string{"mysql", "mariadb", "percona"}},
	{"tcp", "cache", "6379", []string{"redis"}, []string{"redis", "valkey", "dragonfly", "keydb"}},
	{"tcp", "memcached", "11211", []string{"memcached", "memcache"}, []string{"memcached", "memcache"}},
	{"tcp", "mongo", "27017", []string{"mongodb"}, []string{"mongo", "mongodb"}},
	{"tcp", "queue", "5672", []string{"amqp"}, []string{"rabbitmq", "amqp", "rabbit"}},
	{"tcp", "nats", "4222", []string{"nats"}, []string{"nats"}},
	{"tcp", "kafka", "9092", []string{"kafka"}, []string{"kafka", "redpanda"}},
	{"http", "search", "9200", nil, []string{"elasticsearch", "opensearch", "elastic"}},
	{"http", "s3", "9000", []string{"s3"}, []string{"minio"}},
}

// serverOf finds the server that a scheme, an image or a variable speaks of.
func serverOf(fits func(server) bool) (server, bool) {
	if i := slices.IndexFunc(known, fits); i >= 0 {
		return known[i], true
	}
	return server{}, false
}

func ofScheme(scheme string) (server, bool) {
	scheme, _, _ = strings.Cut(strings.TrimPrefix(scheme, "jdbc:"), "+")
	return serverOf(func(s server) bool { return slices.Contains(s.schemes, scheme) })
}

var settingName = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)

// environment reads a file of variables, such as .env.
func (d *Draft) environment(src []byte) {
	for line := range bytes.Lines(src) {
		key, v, ok := strings.Cut(strings.TrimSpace(string(line)), "=")
		key = strings.TrimSpace(strings.TrimPrefix(key, "export "))
		if !ok || strings.HasPrefix(key, "#") || !settingName.MatchString(key) {
			continue
		}
		v = strings.TrimSpace(v)
		if len(v) > 1 && (v[0] == '"' || v[0] == '\'') && v[len(v)-1] == v[0] {
			v = v[1 : len(v)-1]
		} else if cut := strings.Index(v, " #"); cut >= 0 {
			v = strings.TrimSpace(v[:cut])
		}
		d.setting(key, v, true)
	}
}

// setting takes one variable: what it says about a dependency, a secret or the system's own port, or its value as it is. Given is false
// for what is only known by its name, since the sources read it.
func (d *Draft) setting(name, v string, given bool) {
	if d.skipped[name] || slices.ContainsFunc(d.settings, func(s setting) bool { return s.name == name }) {
		return
	}
	for _, rule := range []func(name, v string) (string, bool){d.ownPort, d.ownAddress, d.address, d.credentialOf, d.secretOf} {
		if written, ok := rule(name, v); ok {
			d.set(setting{name: name, value: written})
			return
		}
	}
	d.set(setting{name: name, value: literal(v), off: !given})
}

var ownPorts = []string{"PORT", "HTTP_PORT", "APP_PORT", "SERVER_PORT", "API_PORT", "LISTEN_PORT", "UVICORN_PORT", "FLASK_RUN_PORT", "ASPNETCORE_HTTP_PORTS"}

func (d *Draft) ownPort(name, _ string) (string, bool) {
	return "$system.port", slices.Contains(ownPorts, name)
}

// ownAddress are the variables that say where the system listens, and its own address as others see it.
func (d *Draft) ownAddress(name, v string) (string, bool) {
	host, _, err := net.SplitHostPort(v)
	switch {
	case slices.Contains([]string{"LISTEN_ADDR", "LISTEN_ADDRESS", "LISTEN", "HTTP_ADDR", "BIND_ADDR", "SERVER_ADDR"}, name):
		if err != nil {
			host = ""
		}
		return quoted(host + ":$system.port"), true
	case slices.Contains([]string{"BASE_URL", "PUBLIC_URL", "APP_URL", "SELF_URL", "SERVER_URL", "EXTERNAL_URL"}, name):
		return "$system.url", true
	}
	return "", false
}

// address are the variables that hold the address of a dependency, or a part of it.
func (d *Draft) address(name, v string) (string, bool) {
	if u, err := url.Parse(strings.TrimPrefix(v, "jdbc:")); err == nil && u.Host != "" {
		if s, ok := ofScheme(u.Scheme); ok {
			return d.pointed(d.sort(s, name), v, u), true
		}
		if (u.Scheme == "http" || u.Scheme == "https") && !outside(name) {
			x := d.sort(server{kind: "http", name: stem(name, "_URL", "_URI", "_BASE_URL", "_ENDPOINT", "_API_URL", "_ADDRESS", "_HOST", "_SERVICE")}, name)
			return text("$" + x.name + ".url" + escaped(strings.TrimSuffix(u.Path, "/"))), true
		}
		return "", false
	}
	for _, end := range []string{"_URL", "_URI", "_DSN", "_HOST", "_PORT", "_ADDR", "_ADDRESS", "_ENDPOINT", "HOST", "PORT", "_HOSTNAME", "_SERVER"} {
		if start, ok := strings.CutSuffix(name, end); ok && start != "" && !outside(name) {
			return d.byName(start, end, name)
		}
	}
	return "", false
}

// byName guesses a dependency by the name of a variable alone.
func (d *Draft) byName(start, end, name string) (string, bool) {
	s, ok := d.databaseOf(start)
	switch {
	case !ok && slices.Contains([]string{"_URL", "_URI", "_ENDPOINT"}, end):
		s = server{kind: "http", name: stem(name, end, "_BASE", "_API")}
	case !ok:
		return "", false
	}
	x := d.sort(s, name)
	switch end {
	case "_HOST", "HOST", "_HOSTNAME", "_SERVER":
		return "$" + x.name + ".host", true
	case "_PORT", "PORT":
		return "$" + x.name + ".port", true
	case "_ADDR", "_ADDRESS":
		return "$" + x.name + ".addr", true
	}
	if x.kind == "tcp" && len(s.schemes) > 0 {
		return text(s.schemes[0] + "://$" + x.name + ".addr"), true
	}
	return "$" + x.name + ".url", true
}

// databaseOf finds a server by the start of a variable: DB_HOST, PGHOST, POSTGRES_HOST, REDIS_HOST.
func (d *Draft) databaseOf(start string) (server, bool) {
	low := strings.ToLower(strings.TrimSuffix(start, "_"))
	parts := strings.Split(low, "_")
	if s, ok := serverOf(func(s server) bool {
		return slices.ContainsFunc(s.words, func(w string) bool { return slices.Contains(parts, w) })
	}); ok {
		return s, true
	}
	if !slices.Contains(parts, "db") && !slices.Contains(parts, "database") {
		return server{}, false
	}
	for _, x := range d.dependencies {
		if s, ok := serverOf(x.is); ok && slices.Contains([]string{"db", "mysql", "mongo"}, s.name) {
			return s, true
		}
	}
	return known[0], true
}

// credentialOf are the variables that hold the user, password or database of a dependency that the draft has.
func (d *Draft) credentialOf(name, v string) (string, bool) {
	for end, fact := range map[string]string{"_USER": "user", "USER": "user", "_USERNAME": "user", "_PASSWORD": "password", "PASSWORD": "password", "_PASS": "password",
		"_NAME": "database", "_DATABASE": "database", "DATABASE": "database", "_DB": "database"} {
		start, ok := strings.CutSuffix(name, end)
		if !ok || start == "" {
			continue
		}
		s, ok := d.databaseOf(start)
		if ok && s.kind == "postgres" {
			return "$" + d.sort(s, name).name + "." + fact, true
		}
		if ok && v != "" && slices.ContainsFunc(d.dependencies, func(x dependency) bool { return x.is(s) }) {
			return literal(v), true // as its server was told
		}
	}
	return "", false
}

var secretName = regexp.MustCompile(`(^|_)(SECRET|KEY|TOKEN|PASSWORD|PASSPHRASE|CREDENTIALS?|SALT|PEPPER)(_|$)`)

// secretOf are the variables that hold a secret. Its value is made up: none is copied.
func (d *Draft) secretOf(name, _ string) (string, bool) {
	if !secretName.MatchString(name) || strings.HasSuffix(name, "_FILE") || strings.HasSuffix(name, "_PATH") || strings.Contains(name, "PUBLIC") {
		return "", false
	}
	s := word(name)
	if !slices.ContainsFunc(d.secrets, func(x secret) bool { return x.name == s }) {
		d.secrets = append(d.secrets, secret{s, "made-up-for-tests-" + s + "-0123456789abcdef"})
	}
	return "$" + s + ".value", true
}

// sort gives the dependency of a server; one that is there under the name of its service stays.
func (d *Draft) sort(s server, variable string) *dependency {
	for i, x := range d.dependencies {
		if x.kind == s.kind && (x.name == s.name || x.is(s)) {
			return &d.dependencies[i]
		}
	}
	x := d.depend(s.name, s.kind)
	switch {
	case s.kind == "postgres":
		x.server = "installed"
	case s.kind == "tcp":
		x.server = flow([]field{{name: "image", value: text(s.words[0])}, {name: "port", value: s.port}})
	case s.kind == "http":
		x.stubs = "stubs/" + s.name + ".yaml"
	}
	return x
}

// is tells whether the image of a dependency is one of a server.
func (x dependency) is(s server) bool {
	return slices.ContainsFunc(s.words, func(w string) bool { return strings.Contains(x.server, w) })
}

// pointed is the address of a dependency in the form that the system wants: as the value has it.
func (d *Draft) pointed(x *dependency, v string, u *url.URL) string {
	name := "$" + x.name
	rest := escaped(strings.TrimPrefix(u.RequestURI(), "/"))
	scheme, _, _ := strings.Cut(v, "://")
	switch {
	case x.kind == "postgres" && strings.HasPrefix(v, "jdbc:"):
		return text("jdbc:postgresql://" + name + ".addr/" + name + ".database")
	case x.kind == "postgres" && u.RawQuery == "" && (u.Scheme == "postgres" || u.Scheme == "postgresql"):
		return name + ".url"
	case x.kind == "postgres":
		_, query, _ := strings.Cut(rest, "?")
		at := scheme + "://" + name + ".user:" + name + ".password@" + name + ".addr/" + name + ".database"
		return quoted(strings.TrimSuffix(at+"?"+query, "?"))
	}
	scheme += "://"
	if u.User != nil && d.system.fromCompose {
		scheme += escaped(u.User.String()) + "@" // as its server is told
	} else if u.User != nil && x.todo == "" {
		x.todo = "the user and password that " + x.name + " accepts, in the variable that has its address"
	}
	return text(strings.TrimSuffix(scheme+name+".addr/"+rest, "/"))
}

// outside tells whether a variable holds an address that is no dependency of a request: of a browser, or of telemetry.
func outside(name string) bool {
	for _, part := range []string{"FRONTEND", "CALLBACK", "REDIRECT", "CORS", "ORIGIN", "PUBLIC", "OTEL", "SENTRY", "DOCS", "ISSUER"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// stem is the name of a dependency by that of its variable: PAYMENTS_URL is payments.
func stem(name string, ends ...string) string {
	for again := true; again; {
		again = false
		for _, end := range ends {
			if s, ok := strings.CutSuffix(name, end); ok && s != "" {
				name, again = s, true
			}
		}
	}
	return word(strings.ToLower(name))
}
