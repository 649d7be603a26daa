package main

// graphqlBugs are those of /graphql. Each case names an operation of graphql/*.graphql.
func graphqlBugs() []zooBug {
	return []zooBug{
		{"gql-request-errors-200", "graphql-status", "graphql/*:*", "a request that is wrong is answered with 200 as application/graphql-response+json", ""},
		{"gql-field-errors-500", "graphql-status", "upstream/refused@payments:Mixed*", "an error of one field makes the whole answer a 500", ""},
		{"gql-text-plain", "graphql-status", "upstream/refused@payments:Mixed*", "the answer is labelled text/plain", ""},
		{"gql-empty-errors", "graphql-shape", "upstream/slow-within-limit@payments:Mixed", "errors is an empty list when there are none", ""},
		{"gql-status-member", "graphql-shape", "upstream/refused@payments:Mixed*", "the answer has a member status beside data", ""},
		{"gql-null-data", "graphql-shape", "graphql/*:*", "data is null in the answer to a request that was not executed", ""},
		{"gql-no-path", "graphql-path", "upstream/refused@payments:Mixed*", "errors of fields have no path", ""},
		{"gql-path-by-name", "graphql-path", "upstream/refused@payments:Mixed*", "the path names the field, not its alias", ""},
		{"gql-path-from-one", "graphql-path", "upstream/refused@payments:Orders", "the indices of the path begin at 1", ""},
		{"gql-null-parent", "graphql-nulls", "upstream/refused@payments:Mixed*", "the parent of a nullable field becomes null with it", ""},
		{"gql-error-twice", "graphql-path", "upstream/refused@payments:Mixed*", "two errors at one place", ""},
		{"gql-null-kept", "graphql-types", "database/refused@db:Report*", "a non-null field is null, and its parent is there", ""},
		{"gql-empty-object", "graphql-types", "upstream/refused@payments:Rates*", "an empty object takes the place of a field that failed", ""},
		{"gql-all-or-nothing", "graphql-partial", "upstream/refused@payments:Mixed*", "data is null as soon as one field fails", ""},
		{"gql-null-unsaid", "graphql-partial", "upstream/refused@payments:Mixed*", "of several fields that failed only the first has an error", ""},
		{"gql-mutation-stops", "graphql-mutation", "upstream/refused@payments:create-and-cancel-by-graphql", "the second field of a mutation is not run after the first failed", ""},
		{"gql-no-code", "graphql-code", "database/refused@db:Mixed*", "errors have no code", ""},
		{"gql-code-by-field", "graphql-code", "upstream/refused@payments:Mixed*", "the code names the field and not the cause", ""},
		{"gql-blames-caller", "graphql-code", "database/refused@db:Mixed*", "trouble of the store is called BAD_USER_INPUT", ""},
		{"gql-exception", "graphql-debug", "database/refused@db:Mixed*", "a stack trace in extensions.exception", ""},
		{"gql-one-by-one", "graphql-calls", "upstream/*@payments:Orders", "payments is called once for each order of a list", ""},
		{"gql-driver-text", "leak", "database/missing-table@db:Mixed*", "the driver's text as the message of an error", ""},
		{"gql-swallowed", "success", "database/refused@db:Mixed*", "an order of zero values and no error after a database error", ""},
		{"gql-no-trace", "trace", "database/refused@db:Mixed*", "errors carry no trace id", ""},
		{"gql-waits", "within", "upstream/refused@payments:Rates*", "a resolver tries again until it works, without an end", ""},
	}
}
