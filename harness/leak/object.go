package leak

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
)

// An objectRule knows an error object by members that only one driver or
// runtime gives it.
type objectRule struct {
	id        string
	family    string            // "database" when empty
	certainty Certainty         // Certain when empty
	keys      []string          // members that must all be there, lower case
	match     map[string]string // and what they must look like
}

var objectRules = []objectRule{
	{id: "object/postgres", keys: []string{"severity", "code", "routine"}, match: map[string]string{"code": `^[0-9A-Z]{5}$`}},
	{id: "object/postgres", keys: []string{"code", "routine", "file"}, match: map[string]string{"code": `^[0-9A-Z]{5}$`}},
	{id: "object/postgres", certainty: Possible, keys: []string{"severity", "code", "message"}, match: map[string]string{"code": `^[0-9][0-9A-Z]{4}$`, "severity": `^(?:ERROR|FATAL|PANIC)$`}},
	{id: "object/mysql", keys: []string{"sqlmessage"}, match: map[string]string{"sqlmessage": `.`}},
	{id: "object/mysql", keys: []string{"errno", "sqlstate"}},
	{id: "object/sqlstate", certainty: Likely, keys: []string{"sqlstate"}, match: map[string]string{"sqlstate": `^[0-9A-Z]{5}$`}},
	{id: "object/sqlstate", certainty: Likely, keys: []string{"code", "constraint"}, match: map[string]string{"code": `^23(?:50[235]|514|P01)$`}},
	{id: "object/sqlstate", certainty: Likely, keys: []string{"code", "table"}, match: map[string]string{"code": `^(?:23(?:50[235]|514|P01)|42[0-9A-Z]{3})$`}},
	{id: "object/mongo", keys: []string{"codename", "errmsg"}},
	{id: "object/mongo", keys: []string{"errorlabels"}},
	{id: "object/mongo", keys: []string{"keypattern", "keyvalue"}},
	{id: "object/prisma", keys: []string{"clientversion", "code"}, match: map[string]string{"code": `^P[1-6]\d{3}$`}},
	{id: "object/prisma", keys: []string{"clientversion", "name"}, match: map[string]string{"name": `^PrismaClient`}},
	{id: "object/prisma", certainty: Likely, keys: []string{"code", "meta"}, match: map[string]string{"code": `^P[12]\d{3}$`}},
	{id: "object/elastic", keys: []string{"root_cause"}},
	{id: "object/node", family: "network", keys: []string{"errno", "syscall"}},
	{id: "object/node", family: "network", keys: []string{"syscall", "code"}},
	{id: "object/axios", family: "network", keys: []string{"isaxioserror"}},
	{id: "object/axios", family: "network", keys: []string{"name", "config"}, match: map[string]string{"name": `^AxiosError$`}},
	{id: "object/trace", family: "trace", keys: []string{"classname", "methodname", "linenumber"}},
	{id: "object/trace", family: "trace", certainty: Likely, keys: []string{"stacktrace"}, match: map[string]string{"stacktrace": `\S`}},
	{id: "object/dotnet", family: "trace", keys: []string{"classname", "hresult"}},
	{id: "object/exception", family: "type-name", certainty: Likely, keys: []string{"exception"}, match: map[string]string{"exception": `^[\w.\\:$]+(?:Exception|Error)$`}},
	{id: "object/exception", family: "type-name", certainty: Likely, keys: []string{"exceptiontype"}, match: map[string]string{"exceptiontype": `.`}},
	{id: "object/laravel", family: "trace", keys: []string{"exception", "file", "line"}},
}

type compiledObject struct {
	objectRule
	re map[string]*regexp.Regexp
}

func compileObjects(rules []objectRule) []compiledObject {
	out := make([]compiledObject, len(rules))
	for i, r := range rules {
		out[i] = compiledObject{r, map[string]*regexp.Regexp{}}
		for key, re := range r.match {
			out[i].re[key] = regexp.MustCompile(re)
		}
	}
	return out
}

// frames finds a trace whose frames are objects.
func (s *scan) frames(l layer, n node, pointer string, m mode) {
	if m != strict {
		return
	}
	count, first := 0, ""
	for _, kid := range n.kids {
		if file := frameOf(kid); file != "" && memberOf(kid, "message") < 0 && memberOf(kid, "rule") < 0 && memberOf(kid, "severity") < 0 {
			count++
			if first == "" {
				first = file
			}
		}
	}
	if count == 0 || s.echoes().carried(first) {
		return
	}
	certainty := Likely
	if count > 1 {
		certainty = Certain
	}
	s.addObject(l, pointer, m, "trace/objects", "trace", "CWE-209", certainty, first)
}

var codeFile = regexp.MustCompile(`(?i)\.(?:java|kt|scala|groovy|clj|go|py|rb|php|[cm]?js|tsx?|jsx|cs|fs|vb|rs|exs?|erl|lua|swift|dart|c|cc|cpp|pm|pl)$`)

// frameOf is the file and line of an object that is a stack frame.
func frameOf(n node) string {
	file, line := "", ""
	for i, key := range n.keys {
		switch strings.ToLower(key) {
		case "file", "filename", "file_name", "abs_path", "path", "fileuri":
			file = n.kids[i].text
		case "line", "lineno", "linenumber", "line_number":
			line = n.kids[i].text
		}
	}
	if file == "" || !codeFile.MatchString(file) {
		return ""
	}
	if _, err := strconv.Atoi(line); err != nil {
		return ""
	}
	return file + ":" + line
}

func rooted(file string) bool { return file[0] == '/' || len(file) > 2 && file[1] == ':' }

func (s *scan) addObject(l layer, pointer string, m mode, id, family, cwe string, certainty Certainty, text string) {
	here := s.leaf(l, text, pointer, m)
	s.add(found{Finding{
		Rule: id, Family: family, Certainty: certainty, CWE: cwe, Where: here.where,
		Text: s.evidence(text, 0, len(text), false),
	}, text})
}

// object compares an object with the error objects of drivers and runtimes.
func (s *scan) object(l layer, n node, pointer string, m mode) {
	if m != strict || len(n.keys) == 0 {
		return
	}
	if file := frameOf(n); file != "" && (memberOf(n, "message") < 0 || rooted(file)) && !s.echoes().carried(file) {
		s.addObject(l, pointer, m, "trace/object", "trace", "CWE-209", Likely, file)
	}
	for i := range s.d.objects {
		r := &s.d.objects[i]
		if text := r.evidence(n); text != "" && !s.echoes().carried(text) {
			family, certainty := cmp.Or(r.family, "database"), cmp.Or(r.certainty, Certain)
			s.addObject(l, pointer, m, r.id, family, "CWE-209", certainty, text)
		}
	}
}

func (r *compiledObject) evidence(n node) string {
	var b strings.Builder
	for _, want := range r.keys {
		i := memberOf(n, want)
		if i < 0 {
			return ""
		}
		if re := r.re[want]; re != nil && !re.MatchString(n.kids[i].text) {
			return ""
		}
		b.WriteString(n.keys[i] + ": " + n.kids[i].text + " ")
	}
	return b.String()
}

func memberOf(n node, want string) int {
	for i, key := range n.keys {
		if len(key) == len(want) && strings.EqualFold(key, want) {
			return i
		}
	}
	return -1
}
