package draft

import (
	"fmt"
	"slices"
	"strings"
)

// Files are the lab and the stubs beside it, by their paths below the directory of the lab.
func (d *Draft) Files() map[string]string {
	out := map[string]string{"failwell.yaml": d.lab()}
	for _, x := range d.dependencies {
		if x.stubs != "" {
			out[x.stubs] = stubs(x.name)
		}
	}
	return out
}

// Todo are the lines of a file that only a person can fill in, as `LINE: text`.
func Todo(file string) []string {
	var all []string
	for i, line := range strings.Split(file, "\n") {
		if _, what, ok := strings.Cut(line, "TODO: "); ok {
			all = append(all, fmt.Sprintf("%d: %s", i+1, what))
		}
	}
	return all
}

// Count says how much a draft has: requests, and dependencies.
func (d *Draft) Count() (requests, dependencies int) { return len(d.requests), len(d.dependencies) }

// page is a file that is being written.
type page struct{ strings.Builder }

func (p *page) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

// noted is a line with a comment behind it.
func (p *page) noted(line, note string) {
	if note != "" {
		line = fmt.Sprintf("%-50s # %s", line, note)
	}
	p.line("%s", line)
}

// todo is the comment that asks a person.
func todo(what string) string {
	if what == "" {
		return ""
	}
	return "TODO: " + what
}

func (d *Draft) lab() string {
	p := &page{}
	p.line("# A lab: the system, what it depends on, and what is asked of it. `failwell calm` shows what it does without a fault.")
	if len(d.Sources) > 0 {
		p.line("# Made by `failwell init` from %s. A line with TODO is a guess.", strings.Join(d.Sources, ", "))
	}
	p.line("version: 1")
	d.writeSystem(p)
	d.writeDependencies(p)
	d.writeAsks(p)
	if d.problem {
		p.line("contract:")
		p.noted("  errors: problem+json", "as the document declares them: RFC 9457")
	}
	return p.String()
}

func (d *Draft) writeSystem(p *page) {
	p.line("system:")
	s := d.system
	switch {
	case s.container != nil:
		p.line("  container: %s", flow(s.container))
	case s.run != nil && s.build != nil:
		p.line("  process: {build: %s, run: %s}", arguments(s.build), arguments(s.run))
	case s.run != nil:
		p.line("  process: {run: %s}", arguments(s.run))
	case s.url != "":
		note := "it runs already: nothing that it depends on is broken"
		if s.own {
			note = todo("how to start it, so that what it depends on can be broken: process: {run: [PROGRAM, ARGUMENT]} in place of url")
		}
		p.noted("  url: "+s.url, note)
	case len(d.settings) > 0:
		p.noted("  process: {run: [sh, -c, \"exec ./start\"]}", todo("the command that starts it in the foreground"))
	default:
		p.noted("  url: http://127.0.0.1:8080", todo("where it runs, or how to start it: process: {run: [PROGRAM, ARGUMENT]}"))
	}
	if s.container != nil || s.run != nil || s.url == "" && len(d.settings) > 0 {
		d.writeEnvironment(p)
	}
	if d.ready != "" {
		p.noted("  ready: {get: "+text(d.ready)+"}", "2xx: it takes requests")
	}
	if d.live != "" {
		p.noted("  live: {get: "+text(d.live)+"}", "2xx: it need not be restarted")
	}
	p.noted("  # deadline: 2s", "what callers are promised, faults or not")
}

// arguments is a command; what is a $name in it stays one.
func arguments(all []string) string {
	var parts []string
	for _, s := range all {
		parts = append(parts, text(s))
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func (d *Draft) writeEnvironment(p *page) {
	told := slices.ContainsFunc(append(slices.Clone(d.system.run), d.values()...), func(v string) bool { return strings.Contains(v, "$system.port") })
	if !told && !d.system.listens {
		d.set(setting{name: "PORT", value: "$system.port", note: todo("the variable that says where it listens, or $system.port among its arguments")})
	}
	if len(d.settings) == 0 {
		return
	}
	p.noted("  env:", "the environment is clean otherwise")
	for _, s := range d.settings {
		if d.system.listens && s.value == "$system.port" {
			continue // it listens where its image says
		}
		if s.off {
			p.noted("    # "+s.name+": \"\"", "the code reads it")
			continue
		}
		p.noted("    "+s.name+": "+s.value, s.note)
	}
}

// values are those of the variables that are set.
func (d *Draft) values() []string {
	var all []string
	for _, s := range d.settings {
		if !s.off {
			all = append(all, s.value)
		}
	}
	return all
}

func (d *Draft) writeDependencies(p *page) {
	if len(d.dependencies) > 0 {
		p.noted("dependencies:", "each is a gate that failwell breaks; its address is $NAME.url, .addr, .host and .port")
	}
	for _, x := range d.dependencies {
		fields := []field{{name: "kind", value: x.kind}}
		if x.server != "" {
			fields = append(fields, field{name: "server", value: x.server})
		}
		if x.stubs != "" {
			fields = append(fields, field{name: "stubs", value: x.stubs})
		}
		if len(x.prepare) > 0 {
			var steps []string
			for _, file := range x.prepare {
				steps = append(steps, "{sql: "+text(file)+"}")
			}
			fields = append(fields, field{name: "prepare", value: "[" + strings.Join(steps, ", ") + "]"})
		}
		if x.todo != "" {
			p.line("  # %s", todo(x.todo))
		}
		p.line("  %s: %s", x.name, flow(fields))
	}
	if len(d.secrets) > 0 {
		p.noted("secrets:", "made up; taken away and spoilt one at a time")
	}
	for _, s := range d.secrets {
		p.line("  %s: {value: %s}", s.name, s.value)
	}
}

func (d *Draft) writeAsks(p *page) {
	if r := d.login; r != nil {
		p.line("before:")
		p.noted(fmt.Sprintf("  login: {post: %s, json: %s, capture: {token: %s}}", text(r.path), r.body, text(d.token)), todo(r.todo))
	}
	if len(d.header) > 0 {
		p.line("defaults:")
		p.line("  header:")
		for _, h := range d.header {
			p.noted("    "+h.name+": "+h.value, todo(h.todo))
		}
	}
	switch d.graphql {
	case "":
	case "ask":
		p.noted("graphql: {endpoint: /graphql}", "operations are made from its own schema")
	default:
		p.noted("graphql: {endpoint: /graphql, schema: "+text(d.graphql)+"}", "operations are made from it")
	}
	if len(d.requests) == 0 && d.graphql != "" {
		return
	}
	p.noted("requests:", "sent without a fault, with it, and after it")
	if len(d.requests) == 0 {
		p.noted("  root: {get: /}", todo("what your API is asked"))
	}
	for _, r := range d.requests {
		p.noted("  "+r.name+": "+r.yaml(), todo(r.todo))
	}
}

func (r request) yaml() string {
	fields := []field{{name: strings.ToLower(r.method), value: text(r.path)}}
	add := func(name, v string) {
		if v != "" {
			fields = append(fields, field{name: name, value: v})
		}
	}
	if len(r.query) > 0 {
		add("query", flow(r.query))
	}
	add("json", r.body)
	add("body", r.raw)
	if len(r.header) > 0 {
		add("header", flow(r.header))
	}
	if r.keyed {
		add("keyed", "true")
	}
	add("before", r.before)
	add("expect", r.status)
	return flow(fields)
}

// stubs are routes that answer whatever is asked.
func stubs(name string) string {
	p := &page{}
	p.line("# What %s answers when it is well: the first route that fits. Paths may have {holes}, and end in /* for all below.", name)
	p.noted("routes:", todo("the answers of "+name+", such as {method: GET, path: /rates, json: {EUR: 1.0}}"))
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		p.line("  - {method: %s, path: /*, json: {}}", method)
	}
	return p.String()
}
