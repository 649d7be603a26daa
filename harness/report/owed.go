package report

import (
	"slices"
	"strings"
)

// owed says what would have been right for a finding of a check: the statuses that the contract owes for the causes of the
// cases, else the rule in words.
func owed(name string, cases ...Result) string {
	switch name {
	case "answered", "success", "status", "blame", "start", "":
		return statuses(cases)
	case "within":
		for _, c := range cases {
			if s := c.Subject; s != nil && s.Declared.Deadline > 0 {
				return strings.Join(nonEmpty(statuses(cases), "within "+s.Declared.Deadline.String()), ", ")
			}
		}
		return statuses(cases)
	}
	return map[string]string{
		"alive":       "the process outlives every fault",
		"healed":      "success again soon after the fault, without a restart",
		"effect":      "each request takes effect once, or not at all when its answer says so",
		"once":        "each request takes effect once, or not at all when its answer says so",
		"leak":        "an answer in words of your own; internals belong in the log",
		"log-secret":  "no secret in the log",
		"unaffected":  "other routes answer as if nothing had happened",
		"liveness":    "200 as long as the process itself works",
		"readiness":   "readiness follows what the lab declares",
		"attempts":    "few tries, with a growing pause between them",
		"settled":     "the work ends with the answer",
		"complete":    "a whole body of the kind that Content-Type says",
		"shape":       "the one shape that all errors of the service have",
		"trace":       "the trace id in every error answer",
		"logged":      "a line in the log that has the trace id and says the cause",
		"retry-after": "503 and 429 say when to come back: Retry-After, 1 to 3600 seconds or a date",
	}[name]
}

// statuses lists what the contract prefers for the causes of cases; for a single cause also what it accepts.
func statuses(cases []Result) string {
	var prefer, accept []string
	causes := 0
	last := ""
	for _, c := range cases {
		if c.Subject == nil || c.Subject.Row == nil {
			continue
		}
		row := c.Subject.Row
		if key := strings.Join(append(slices.Clone(row.Prefer), row.Accept...), " "); key != last {
			causes, last = causes+1, key
		}
		prefer = insert(prefer, inWords(row.Prefer)...)
		accept = insert(accept, inWords(row.Accept)...)
	}
	if causes == 1 {
		prefer = insert(prefer, accept...)
	}
	return strings.Join(prefer, " or ")
}

// inWords puts the contract's words into a person's.
func inWords(words []string) []string {
	var out []string
	for _, w := range words {
		switch w {
		case "recovered":
			w = "success by a retry"
		case "calm":
			w = "the calm answer"
		case "exit":
			w = "an end with a code"
		case "not-ready":
			w = "not ready"
		case "broken-stream":
			w = "a body cut off"
		}
		out = append(out, strings.Replace(w, "+RA", " + Retry-After", 1))
	}
	return out
}
