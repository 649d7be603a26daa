package fakes

import "context"

// What follows are the powers that a backend may have beside what every one has; more are system.Actor and system.Operated. The
// engine asks for each by system.As, so that a wrapper of a backend keeps the powers of what it wraps.

// Scripted is a backend that understands statements of its own language, for preparing data and counting effects.
type Scripted interface {
	// Exec runs a script, beside the gate; as is "" for the system's own user, or "superuser".
	Exec(ctx context.Context, script, as string) error
	// Query gives the first column of the first row as text, and "" when there is no row.
	Query(ctx context.Context, query string) (string, error)
}

// Restorable is a backend whose data can be kept, and brought back by Reset.
type Restorable interface {
	// Snapshot keeps the data as it is now. It ends every connection.
	Snapshot(ctx context.Context) error
	// Version is a word that is another one after every write, also after one that was rolled back.
	Version(ctx context.Context) (string, error)
}
