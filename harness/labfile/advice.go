package labfile

import (
	"strings"

	"github.com/failwell/failwell/harness/decode"
)

// advice is what people mean who write something else: PATH=WORDS, where a message about that place has no better suggestion. * in a
// path stands for one key. Most of it is how other tools say the same.
var advice = map[string]string{
	"services":                   "this looks like a Compose file; a lab has system, dependencies and requests, and a service becomes container: {image: NAME}",
	"timeout":                    "how soon an answer is promised is system.deadline, such as deadline: 2s",
	"system.timeout":             "how soon an answer is promised is deadline: 2s; how long a start may take is ready: {within: 10s}",
	"system.port":                "the lab chooses the port: tell the system by env: {PORT: $system.port}",
	"system.process.port":        "the lab chooses the port: tell the system by env: {PORT: $system.port}",
	"system.container.port":      "say where the image listens, such as listen: 8080",
	"system.process.cmd":         "write run: [PROGRAM, ARGUMENT], one list entry each",
	"system.process.command":     "write run: [PROGRAM, ARGUMENT], one list entry each",
	"system.process.args":        "write run: [PROGRAM, ARGUMENT], one list entry each",
	"system.process.environment": "write env: {NAME: VALUE}",
	"system.command":             "write process: {run: [PROGRAM, ARGUMENT]}",
	"system.cmd":                 "write process: {run: [PROGRAM, ARGUMENT]}",
	"system.run":                 "write process: {run: [PROGRAM, ARGUMENT]}",
	"system.image":               "write container: {image: NAME}",
	"system":                     "such as {process: {run: [node, server.js]}}",
	"system.env":                 "write env: {NAME: VALUE}",
	"system.process.env":         "write env: {NAME: VALUE}",
	"system.container.env":       "write env: {NAME: VALUE}",
	"system.ready.path":          "write get: /ready",
	"system.ready.url":           "write get: /ready",
	"system.ready.timeout":       "write within: 10s",
	"dependencies":               "write db: {kind: postgres}",
	"dependencies.*.image":       "an image is a server: write server: {image: NAME}",
	"dependencies.*.type":        "write kind: NAME",
	"dependencies.*.url":         "the lab chooses the address, which the system gets as $NAME.url; for a real server write server: {dsn: ADDRESS}, or forward: ADDRESS",
	"dependencies.*.host":        "the lab chooses the address, which the system gets as $NAME.host; for a real server write server: {dsn: ADDRESS}, or forward: ADDRESS",
	"dependencies.*.port":        "the lab chooses the port, which the system gets as $NAME.port; for a real server write server: {dsn: ADDRESS}, or forward: ADDRESS",
	"dependencies.*.stubs":       "they stand in a file of their own: write stubs: stubs/NAME.yaml",
	"requests":                   "write NAME: {get: /orders/1}",
	"requests.*":                 "write {get: /orders/1}",
	"requests.*.timeout":         "how soon an answer is promised is system.deadline, for all requests",
	"requests.*.method":          "the method is the key before the path: write post: /orders",
	"requests.*.path":            "the path stands behind the method: write get: /orders",
	"requests.*.url":             "the path stands behind the method: write get: /orders",
	"requests.*.status":          "write expect: 200",
	"requests.*.expect":          "write a status such as 200, or [200, 204]; without expect any 2xx is good",
	"requests.*.header":          "write header: {NAME: VALUE}",
	"contract.waive":             "write waive: [{check: leak, because: REASON}]",
}

// advised adds to problems what people probably meant.
func advised(bad decode.Problems, root *decode.Node) decode.Problems {
	places := map[decode.Pos][]string{}
	places[root.Pos()] = nil
	locate(root, nil, places)
	for i, p := range bad {
		path, known := places[p.Pos]
		if key, rest, ok := strings.Cut(strings.TrimPrefix(p.What, `unknown field "`), `"`); ok && strings.HasPrefix(p.What, `unknown field "`) {
			if say := adviceFor(path); known && say != "" {
				bad[i].What = `unknown field "` + key + `"; ` + say
			} else if lower := strings.ToLower(key); lower != key && strings.Contains(rest, "known:") && strings.Contains(" get head post put patch delete options ", " "+lower+" ") {
				bad[i].What = `unknown field "` + key + `"; write ` + lower + ": in small letters"
			}
			continue
		}
		if say := adviceFor(path); known && say != "" && strings.HasPrefix(p.What, "want ") && !strings.Contains(p.What, ";") && !strings.Contains(p.What, "not the URL") && !strings.Contains(p.What, "such as {") {
			bad[i].What += "; " + say
		}
	}
	return bad
}

// locate notes the path of every key, and of every value that begins elsewhere. The first key of a map stands where the map does:
// what is said of the map there is told by its words.
func locate(n *decode.Node, path []string, places map[decode.Pos][]string) {
	for _, item := range n.Items() {
		if _, ok := places[item.Pos()]; !ok {
			places[item.Pos()] = path
		}
		locate(item, path, places)
	}
	for _, f := range n.Fields() {
		below := append(path[:len(path):len(path)], f.Key.Text())
		places[f.Key.Pos()] = below
		if f.Value.Kind() != decode.Null {
			places[f.Value.Pos()] = below
		}
		locate(f.Value, below, places)
	}
}

// adviceFor is the advice about a place.
func adviceFor(path []string) string {
	if say := advice[strings.Join(path, ".")]; say != "" {
		return say
	}
	for at := range path {
		any := append(path[:at:at], append([]string{"*"}, path[at+1:]...)...)
		if say := advice[strings.Join(any, ".")]; say != "" {
			return say
		}
	}
	return ""
}
