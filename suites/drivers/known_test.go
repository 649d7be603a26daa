package drivers

import "slices"

// A difference is known: what these drivers show of these troubles differs between the genuine one and the injected one.
type difference struct {
	drivers, troubles, shown []string
	why                      string
}

var known = []difference{
	{drivers: []string{"pgx"}, troubles: []string{"lock-timeout of a read"}, shown: []string{"class"}, why: lockedTable},
	{drivers: []string{"pdo"}, troubles: []string{"lock-timeout of a read"}, shown: []string{"message"}, why: lockedTable},
	{drivers: []string{"pgx"}, troubles: []string{"bad-password"}, shown: []string{"message"},
		why: "the gate answers the start of the session; a server says so after the exchange of SCRAM, which pgx names"},
	{drivers: []string{"lib/pq"}, troubles: []string{"crash-shutdown"}, shown: []string{"class", "code", "file", "message", "routine", "severity"},
		why: "database/sql tries again at once, and meets 57P03 of a server that recovers; the reply is about one connection"},
	{drivers: []string{"node-postgres"}, troubles: []string{"idle-in-transaction-timeout"}, shown: []string{"class", "code", "events", "file", "message", "routine", "severity"},
		why: "a server says it while nothing is asked, which is an event of the client; the gate says it in answer to the next statement"},
	{drivers: []string{"psycopg2", "lib/pq", "pgjdbc"}, troubles: []string{"slow reply of a write"}, shown: []string{"time"},
		why: "a slow network heeds no cancel; the gate lets a reply go on when one comes, as a server does that waits for its standby"},
	{drivers: []string{"pgx", "lib/pq", "psycopg2", "node-postgres", "pgjdbc"}, troubles: []string{"out-of-memory"}, shown: []string{"routine"},
		why: "memory is short wherever it is asked for: here in palloc, in the reply in repalloc"},
}

const lockedTable = "the server waits for a table when it is named first, at the prepare; the reply is for a statement that waits for a row"

// knownOf is what is known to differ, and why.
func knownOf(driver, trouble string) map[string]string {
	all := map[string]string{}
	for _, d := range known {
		if slices.Contains(d.drivers, driver) && slices.Contains(d.troubles, trouble) {
			for _, shown := range d.shown {
				all[shown] = d.why
			}
		}
	}
	return all
}
