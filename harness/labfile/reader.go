package labfile

import (
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/decode"
)

// reader fills a File and collects what is wrong.
type reader struct {
	*File
	from source
	bad  decode.Problems
	names
	tapped []tapped
	taken  map[string]taken // what has a name already: dependencies, secrets, parts, entries of before
}

// document is the file as a whole.
type document struct {
	Version      *decode.Node `json:"version" decode:"must" doc:"version of the file format" example:"1"`
	System       *decode.Node `json:"system" decode:"must" doc:"how to bring up the software under test: process, container or url, or several parts" example:"{process: {run: [node, server.js]}, env: {PORT: $system.port, DATABASE_URL: $db.url}}"`
	Dependencies *decode.Node `json:"dependencies" doc:"what the system depends on, by names that you choose" example:"{db: {kind: postgres, server: stub, stubs: stubs/db.yaml}}"`
	Secrets      *decode.Node `json:"secrets" doc:"what must not leak: $NAME.value is the value, $NAME.file a file that holds it" example:"{jwt-key: {value: s3cr3t-key}}"`
	Before       *decode.Node `json:"before" doc:"requests that are sent once after each launch, in order, such as a login" example:"{login: {post: /login, json: {user: ann}, capture: {token: /token}}}"`
	Defaults     defaults     `json:"defaults" doc:"what every request has that does not say otherwise" example:"{header: {Authorization: Bearer $login.token}}"`
	Requests     *decode.Node `json:"requests" doc:"what is asked of the system, by names that you choose" example:"{get-order: {get: /orders/1001, expect: 200}}"`
	GraphQL      *operations  `json:"graphql" doc:"where GraphQL operations are sent, and which" example:"{endpoint: /graphql, schema: schema.graphql}"`
	Contract     terms        `json:"contract" doc:"what is owed to callers when something breaks, and how much of it is judged" example:"{profile: standard}"`
	Scenarios    *decode.Node `json:"scenarios" doc:"patterns of files that hold scenarios of your own" example:"[failwell/**/*.yaml]"`
	Exclude      *decode.Node `json:"exclude" doc:"cases that are never run: globs of ids, or labels" example:"[process/killed@*]"`
}

func (r *reader) document(n *decode.Node) {
	var d document
	r.bad.Join(n.Into(&d), n.Pos())
	r.version(d.Version)
	r.names = newNames()
	r.taken = map[string]taken{}
	r.readDependencies(d.Dependencies)
	r.readSecrets(d.Secrets)
	r.readSystem(d.System)
	r.checkTaps()
	r.readRequests(d)
	r.readOperations(d.GraphQL)
	r.readContract(d.Contract)
	r.checkLaunch(d)
	r.checkAsked(d)
	r.readScenarios(d.Scenarios)
	r.readExclude(d.Exclude)
	r.readGiven()
}

// version refuses files of other versions.
func (r *reader) version(n *decode.Node) {
	switch {
	case n == nil || n.Text() == "1":
	case n.Kind() == decode.Scalar && strings.Trim(n.Text(), "0123456789") == "":
		r.bad.Add(n.Pos(), "this failwell reads version 1, not %s; use a failwell that is as new as the file", n.Text())
	default:
		r.bad.Add(n.Pos(), "want version: 1")
	}
}

// entries are the fields of a map from names to things; a key that is not there has none.
func (r *reader) entries(n *decode.Node, key string) []decode.Field {
	switch {
	case n == nil:
	case n.Kind() == decode.Null:
		r.bad.Add(n.Pos(), "nothing after %q", key)
	case n.Kind() != decode.Map:
		r.bad.Add(n.Pos(), "want a map from names to %s, not %s", key, n.Kind())
	}
	return n.Fields()
}

// word reads one of several words; a node that is not there gives "".
func (r *reader) word(n *decode.Node, what string, known ...string) string {
	switch {
	case n == nil || n.Kind() == decode.Scalar && slices.Contains(known, n.Text()):
	case n.Kind() != decode.Scalar:
		r.bad.Add(n.Pos(), "want %s, one of %s, not %s", what, strings.Join(known, ", "), n.Kind())
	default:
		r.bad.Add(n.Pos(), "unknown %s %q%s", what, n.Text(), decode.DidYouMean(n.Text(), known))
	}
	return n.Text()
}

// taken is who has a name.
type taken struct {
	what string
	pos  decode.Pos
}

// claim gives a thing its name, which must be one that $names can be made of, and nobody else's.
func (r *reader) claim(key *decode.Node, what string) {
	name := key.Text()
	old, twice := r.taken[name]
	switch {
	case !plain(name):
		r.bad.Add(key.Pos(), "%q is no name for a %s: want small letters, digits and -, beginning with a letter%s", name, what, likeIt(name))
	case slices.Contains(reserved, name):
		r.bad.Add(key.Pos(), "a %s cannot be called %q: $%s is failwell's own; choose another name", what, name, name)
	case twice:
		r.bad.Add(key.Pos(), "%q is the name of a %s already, on line %d; choose another name", name, old.what, old.pos.Line)
	default:
		r.taken[name] = taken{what, key.Pos()}
	}
}

// likeIt suggests a name that resembles one that is none.
func likeIt(name string) string {
	if like := strings.ReplaceAll(strings.ToLower(name), "_", "-"); like != name && plain(like) {
		return ", such as " + like
	}
	return ""
}

// reserved are the first words of failwell's own $names.
var reserved = []string{"bin", "case", "dir", "system", "uuid"}

// plain tells whether a text is a name without dots.
func plain(name string) bool {
	names := decode.Names("$" + name)
	return len(names) == 1 && names[0] == name && !strings.Contains(name, ".")
}
