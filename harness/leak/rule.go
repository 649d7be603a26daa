package leak

import (
	"regexp"
	"strings"
)

// A rule is one thing to look for. Its expression runs only on lines that
// contain one of its triggers.
type rule struct {
	id        string
	family    string
	cwe       string
	certainty Certainty
	frames    int      // so many different matches in one layer make it certain
	scope     scope    // where it counts
	field     string   // header fields it is for, lower case, "|" between; "" any
	triggers  []string // literals in lower case, one of which every match contains
	re        string   // group 1, if any, is the evidence
	not       string   // a match that also matches this is none
	near      int      // a match begins at most so many bytes before its trigger ends; 0: anywhere in the line
	also      string   // a literal that stands in the line as well
	wide      bool     // looks beyond its line
	input     bool     // may word the client's own mistake: no more than possible on a 4xx
	apart     place    // members in which it is no leak
	value     bool     // needs no trigger: runs on every value of its field
}

// A scope says in which texts a rule counts.
type scope int

const (
	inErrors scope = iota // error answers and error members of other answers
	inPages               // also the document itself of any answer, as debug pages
	anywhere              // also product data
)

// A place is a kind of JSON member with a meaning of its own.
type place int

const (
	links place = 1 << iota // members that hold a URL or a path of the API
	codes                   // members that hold a public error code
)

// placeOf tells the kind of a member from its key.
func placeOf(key string) place {
	switch strings.ToLower(key) {
	case "instance", "path", "url", "uri", "href", "link", "self", "location", "help", "docs", "documentation_url", "doc_url", "next", "prev", "first", "last", "endpoint", "route", "resource", "request_uri", "requesturi", "pointer", "@id", "redirect", "redirect_uri", "more_info", "moreinfo", "info":
		return links
	case "type":
		return links | codes
	case "code", "__type", "errorcode", "error_code", "errortype", "error_type", "reason", "kind", "faultcode":
		return codes
	}
	return 0
}

type compiled struct {
	rule
	re, not *regexp.Regexp
	fields  map[string]bool
}

func compile(rules []rule) []compiled {
	out := make([]compiled, len(rules))
	for i, r := range rules {
		out[i] = compiled{rule: r, re: regexp.MustCompile(r.re)}
		if r.not != "" {
			out[i].not = regexp.MustCompile(r.not)
		}
		if r.field != "" {
			out[i].fields = fieldSet(r.field)
		}
	}
	return out
}

func allRules() []rule {
	var all []rule
	for _, family := range [][]rule{
		traceRules, engineRules, databaseRules, storeRules, sqlRules, networkRules,
		pathRules, hostRules, secretRules, envRules, versionRules, pageRules, typeRules, sourceRules,
	} {
		all = append(all, family...)
	}
	return all
}
