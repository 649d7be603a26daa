package main

import (
	"fmt"
	"io"
	"strings"
)

// zooBug is one way to fail badly that ORDERS_BUGS switches on.
type zooBug struct {
	name  string
	check string // the check that must catch it
	cases string // the cases where it must show
	what  string
	host  string // docker: its cases are there only when the system runs in a container; "": everywhere
}

// zoo returns all bugs. A test keeps it equal to the switches in the code.
func zoo() []zooBug {
	return append([]zooBug{
		{"stack-in-body", "leak", "database/missing-table@db:*", "a stack trace in the body of every 5xx", ""},
		{"driver-text-in-detail", "leak", "database/missing-table@db:*", "the driver's text as the detail", ""},
		{"sql-in-body", "leak", "database/missing-table@db:*", "the SQL statement in the body", ""},
		{"cause-in-header", "leak", "database/missing-table@db:*", "the cause in a response header, the body is clean", ""},
		{"upstream-body-passed", "leak", "upstream/error@payments:*", "what the upstream said as the detail", ""},
		{"upstream-page-passed", "leak", "upstream/html@payments:*", "the upstream's body instead of a problem", ""},
		{"everything-500", "status", "database/refused@db:*", "every failure of a dependency is 500", ""},
		{"no-deadlock-retry", "status", "database/deadlock@db:create-order", "a deadlock is not retried and answered with 500", ""},
		{"constraint-500", "status", "database/unique@db:create-order", "a broken constraint is answered with 500", ""},
		{"wrong-method-500", "status", "input/method:*", "a method that is not allowed is answered with 500", ""},
		{"upstream-401-passed", "blame", "upstream/unauthorized@payments:*", "the upstream's 401 becomes the client's", ""},
		{"upstream-429-passed", "blame", "upstream/rate-limited@payments:*", "the upstream's 429 becomes the client's", ""},
		{"database-down-404", "blame", "database/refused@db:get-order", "every database error reads as not found", ""},
		{"lost-commit-409", "blame", "database/commit-lost@db:create-order", "a commit without a reply is called a conflict", ""},
		{"swallow-database-error", "success", "database/missing-table@db:get-order", "200 with zero values after a database error", ""},
		{"rows-cut-unseen", "success", "database/rows-cut@db:list-orders", "200 with the rows that came before the cut", ""},
		{"zero-values-from-upstream", "success", "upstream/null@payments:rates", "200 with zero values after a useless answer of the upstream", ""},
		{"no-upstream-timeout", "within", "upstream/slow@payments:*", "no time limit on the upstream", ""},
		{"no-database-timeout", "within", "database/slow-query@db:get-order", "no time limit on the database", ""},
		{"html-error", "shape", "database/refused@db:*", "an HTML page instead of a problem", ""},
		{"text-error", "shape", "database/refused@db:*", "plain text instead of a problem", ""},
		{"wrong-status-member", "shape", "database/refused@db:*", "the member status differs from the real status", ""},
		{"truncated-error", "complete", "database/refused@db:*", "Content-Length promises more than is sent", ""},
		{"no-retry-after", "retry-after", "database/refused@db:*", "503 without Retry-After", ""},
		{"no-trace-id", "trace", "database/refused@db:*", "failures carry no trace id", ""},
		{"not-logged", "logged", "database/refused@db:*", "no line in the log for a 5xx", ""},
		{"log-dsn", "log-secret", "database/refused@db:*", "the database password in the log", ""},
		{"panic-kills-process", "alive", "database/missing-table@db:*", "a panic in a goroutine ends the process on a database error", ""},
		{"null-crashes", "answered", "database/null-value@db:get-order", "an unexpected null closes the connection without an answer", ""},
		{"pool-never-recovers", "healed", "database/refused@db:*", "the first lost connection is remembered for ever", ""},
		{"fail-open", "success", "secrets/missing@jwt-key*", "without a key everyone is let in", ""},
		{"start-without-key", "start", "secrets/missing@jwt-key*", "starts without its key and answers 500", ""},
		{"liveness-asks-database", "liveness", "database/refused@db:*", "liveness follows the database", ""},
		{"global-lock", "unaffected", "upstream/silent@payments:*", "one lock for all routes, held while payments is called", ""},
		{"shared-breaker", "unaffected", "upstream/refused@payments:*", "after a failure of any dependency all routes answer 503 for a while", ""},
		{"retry-five-times", "attempts", "upstream/reset@payments:*", "five attempts in a row", ""},
		{"charge-without-key", "effect", "upstream/reply-lost@payments:create-order", "the charge is repeated without an Idempotency-Key", ""},
		{"background-retry", "settled", "upstream/error@payments:rates*", "goes on asking for 3 s after the answer", ""},
		{"stops-at-once", "answered", "process/stopping@db:*", "what is in flight is cut off when it is told to stop", ""},
		{"keen-watchdog", "alive", "process/paused@payments:*", "a watchdog ends the process when it was kept waiting for a moment", ""},
		{"accept-error-ends", "alive", "process/no-descriptors:get-order", "a connection that cannot be accepted ends the process", ""},
		{"disk-error-swallowed", "success", "host/disk-full:report", "an empty report when its temporary file cannot be written", "docker"},
		{"disk-path-in-body", "leak", "host/disk-full:report", "500 with the path of the temporary file in the body", "docker"},
	}, graphqlBugs()...)
}

// bugs are the names that are switched on.
type bugs map[string]bool

func (b bugs) has(name string) bool { return b[name] }

func printBugs(out io.Writer) {
	for _, b := range zoo() {
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s\n", b.name, b.check, b.cases, b.host, b.what)
	}
}

// bugs reads ORDERS_BUGS: names with commas between, or nothing.
func (l *loader) bugs() bugs {
	text, _ := l.env("ORDERS_BUGS")
	if strings.TrimSpace(text) == "" {
		return nil
	}
	on := bugs{}
	for name := range strings.SplitSeq(text, ",") {
		name = strings.TrimSpace(name)
		if near := nearestBug(name); near != name {
			l.reject("ORDERS_BUGS", "has an unknown name, the nearest known is %s", near)
			continue
		}
		on[name] = true
	}
	return on
}

func nearestBug(name string) string {
	best, least := "", -1
	for _, b := range zoo() {
		if d := distance(name, b.name); least < 0 || d < least {
			best, least = b.name, d
		}
	}
	return best
}

// distance counts the letters to insert, drop or change (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
