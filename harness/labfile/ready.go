package labfile

import (
	"slices"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/system"
)

// section is what the file says about the system.
type section struct {
	Parts    *decode.Node  `json:"parts" doc:"several processes or containers that make up the system, by names that you choose" example:"{app: {process: {run: [./app]}}, gw: {container: {image: nginx}}}"`
	Entry    *decode.Node  `json:"entry" doc:"the part that requests go to" example:"gw"`
	Ready    ready         `json:"ready" doc:"how to tell that the system is ready; all that is said must hold" default:"the port accepts a connection" example:"{get: /readyz, within: 10s}"`
	Live     live          `json:"live" doc:"the liveness endpoint, which must not fail because a dependency does" example:"{get: /livez}"`
	Deadline time.Duration `json:"deadline" doc:"within which time callers are promised an answer, faults or not" example:"2s"`
	Limit    time.Duration `json:"limit" doc:"how long failwell waits for an answer" default:"4 x deadline + 1s, at least 3s; 10s without a deadline" example:"15s"`

	node *decode.Node // the rest: how the system, or each part of it, is brought up
}

// ready says how readiness is asked for, and which dependencies it follows.
type ready struct {
	Get     string        `json:"get" decode:"short" doc:"the path that answers 2xx when the system is ready" example:"/readyz"`
	Header  *decode.Node  `json:"header" doc:"header fields to send along" example:"{Authorization: Bearer $probe.value}"`
	Log     *decode.Node  `json:"log" doc:"a text that is in a line of the log when the system is ready" example:"listening on"`
	Health  *decode.Node  `json:"health" doc:"true: the container's own health check decides" default:"false" example:"true"`
	Within  time.Duration `json:"within" doc:"how long a start may take" default:"10s" example:"30s"`
	Follows *decode.Node  `json:"follows" doc:"the dependencies without which the system says that it is not ready, or the word nothing" default:"not judged" example:"[db]"`
	Pos     decode.Pos    `json:"-" decode:"pos"`
}

type live struct {
	Get    string       `json:"get" decode:"must,short" doc:"the path that answers 2xx while the process is alive" example:"/livez"`
	Header *decode.Node `json:"header" doc:"header fields to send along" example:"{Authorization: Bearer $probe.value}"`
	Pos    decode.Pos   `json:"-" decode:"pos"`
}

// follows reads `nothing` or the names of dependencies.
func (s ready) follows() ([]string, error) {
	if s.Follows.Kind() == decode.Scalar {
		if s.Follows.Text() == "nothing" {
			return nil, nil
		}
		return []string{s.Follows.Text()}, nil
	}
	var names []string
	if s.Follows == nil {
		return nil, nil
	}
	err := s.Follows.Into(&names)
	if err == nil && len(names) == 0 {
		err = problem(s.Follows.Pos(), "want the dependencies that readiness follows, or the word nothing")
	}
	return names, err
}

// configured is the same in the terms of a lab.
func (s ready) configured() lab.Ready {
	names, _ := s.follows()
	return lab.Ready{Get: s.Get, Header: headerOf(s.Header), Log: s.Log.Text(), Health: s.Health.Text() == "true", Within: s.Within, Follows: names, Declared: s.Follows != nil}
}

// headerOf are the header fields in a map from names to texts.
func headerOf(n *decode.Node) map[string]string {
	var fields map[string]string
	_ = n.Into(&fields) // what is wrong with it was said
	return fields
}

// checkHeader checks the header fields of a question that is asked before anything else: no capture is known then.
func (r *reader) checkHeader(n *decode.Node) {
	if n == nil {
		return
	}
	var fields map[string]string
	r.bad.Join(n.Into(&fields), n.Pos())
	r.check(n, r.asking(0).without(perCase, "case.key"))
}

func (r *reader) checkReady(s section) {
	names, err := s.Ready.follows()
	r.bad.Join(err, s.Ready.Pos)
	for i, name := range names {
		pos := s.Ready.Follows.Pos()
		if items := s.Ready.Follows.Items(); i < len(items) {
			pos = items[i].Pos()
		}
		r.knownDependency(pos, name)
	}
	for _, one := range []live{{s.Ready.Get, s.Ready.Header, s.Ready.Pos}, s.Live} {
		if one.Get != "" && !strings.Contains(one.Get, "/") {
			r.bad.Add(one.Pos, "want a path such as /ready, not %q", one.Get)
		}
		r.checkTarget(one.Get, one.Pos)
	}
}

// checkTold checks that the system can tell that it is ready in the way that the file says.
func (r *reader) checkTold(s ready, sys system.System) {
	if s.Log != nil && (s.Log.Kind() != decode.Scalar || s.Log.Text() == "") {
		r.bad.Add(s.Log.Pos(), "want a text that is in a line of the log, such as \"listening on\"")
	}
	if _, elsewhere := system.As[system.URL](sys); s.Log != nil && elsewhere {
		r.bad.Add(s.Log.Pos(), "the log of a system that somebody else runs is not known; use get: PATH")
	}
	r.word(s.Health, "health", "true", "false")
	if d, ok := system.As[system.Described](sys); s.Health.Text() == "true" && sys != nil && (!ok || !d.Describe().HealthCheck) {
		r.bad.Add(s.Health.Pos(), "only a container has a health check of its own, its image's HEALTHCHECK; use get: PATH or log: TEXT")
	}
}

// knownDependency notes that there is no such dependency.
func (r *reader) knownDependency(pos decode.Pos, name string) {
	var all []string
	for _, d := range r.Dependencies {
		all = append(all, d.Name)
	}
	if !slices.Contains(all, name) {
		r.bad.Add(pos, "unknown dependency %q%s", name, decode.DidYouMean(name, all))
	}
}

// checkTarget checks the port of PORT:/path.
func (r *reader) checkTarget(target string, pos decode.Pos) {
	port, _, found := strings.Cut(target, ":/")
	switch {
	case strings.Contains(target, "://"):
		_, rest, _ := strings.Cut(target, "://")
		_, path, _ := strings.Cut(rest, "/")
		r.bad.Add(pos, "want a path such as /%s, not the URL %q: the lab chooses where the system listens", path, target)
	case !found, strings.ContainsAny(port, "/$"), slices.Contains(r.ports, port):
	case len(r.ports) == 0:
		r.bad.Add(pos, "unknown port %q in %q; list it in `ports` of the system", port, target)
	default:
		r.bad.Add(pos, "unknown port %q in %q%s", port, target, decode.DidYouMean(port, r.ports))
	}
}
