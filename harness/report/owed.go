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
		"relayed":     "the answer of the system, unchanged",
		"resent":      "a request that is not idempotent is sent on once",
		"settled":     "the work ends with the answer",
		"complete":    "a whole body of the kind that Content-Type says",
		"shape":       "the one shape that all errors of the service have",
		"trace":       "the trace id in every error answer",
		"logged":      "a line in the log that has the trace id and says the cause",
		"retry-after": "503 and 429 say when to come back: Retry-After, 1 to 3600 seconds or a date",
	}[name]
}

// statuses lists what the contract prefers and accepts for the cause of cases; of several causes only the statuses that it
// prefers.
func statuses(cases []Result) string {
	var words, codes, causes []string
	for _, c := range cases {
		if c.Subject == nil || c.Subject.Row == nil {
			continue
		}
		row := c.Subject.Row
		both := append(slices.Clone(row.Prefer), row.Accept...)
		causes = insert(causes, strings.Join(both, " "))
		words = insert(words, inWords(both)...)
		for _, w := range row.Prefer {
			if w != "" && w[0] >= '1' && w[0] <= '5' {
				codes = insert(codes, strings.TrimSuffix(w, "+RA"))
			}
		}
	}
	if len(causes) > 1 && len(codes) > 0 {
		words = codes
	}
	if n := len(words); n > 2 {
		words = []string{strings.Join(words[:n-1], ", "), words[n-1]}
	}
	return strings.Join(words, " or ")
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

// aboutAnswer tells whether a check speaks about the answer to the case's own request.
func aboutAnswer(name string) bool {
	return !slices.Contains([]string{"alive", "healed", "effect", "once", "log-secret", "unaffected", "liveness", "readiness", "attempts", "settled", "start", "resent"}, name)
}

// look says where to look for what a check found, where the check itself does not.
func look(name string) string {
	return map[string]string{
		"success":     "where the setting is read: without it refuse to start, or refuse the request",
		"liveness":    "the liveness handler: it must ask no dependency",
		"readiness":   "the readiness handler: what it asks",
		"log-secret":  "where settings and errors are logged: mask what is secret",
		"retry-after": "where 503 and 429 are written",
		"trace":       "where error answers are written: the id belongs to all of them",
		"complete":    "a Content-Length that is computed by hand, or a handler that panics while it writes",
		"alive":       "a panic outside the handler, in a goroutine of its own",
	}[name]
}
