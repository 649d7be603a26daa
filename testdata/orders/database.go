package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Every wait for the database has an end.
const (
	connectLimit   = 500 * time.Millisecond // for a connection, with its handshake
	acquireLimit   = 300 * time.Millisecond // for a connection out of the pool
	statementLimit = 700 * time.Millisecond // for all statements of one piece of work
	pingLimit      = 100 * time.Millisecond // for the proof that a connection lives
	partingLimit   = 200 * time.Millisecond // for leaving a connection politely
	storeAttempts  = 3                      // of work that the database asked to repeat
)

// database is the pool and what is known about its health.
type database struct {
	pool    *pgxpool.Pool
	trouble *atomic.Int64 // when a connection was last lost, in Unix nanoseconds
	bugs    bugs
	poison  atomic.Pointer[storeError] // only for the bug pool-never-recovers
}

// poolConfig reads a DSN. Statements are not prepared: one statement is one
// round trip, and nothing goes stale when the schema changes.
func poolConfig(dsn string, size int32) (*pgxpool.Config, error) {
	c, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	c.MaxConns, c.MinConns, c.MinIdleConns = size, 0, 0
	c.PingTimeout = pingLimit
	c.ConnConfig.ConnectTimeout = connectLimit
	c.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeExec
	c.ConnConfig.MaxProtocolMessageBodyLen = 1 << 20
	c.PrepareConn = func(_ context.Context, conn *pgx.Conn) (bool, error) {
		return alive(conn.PgConn().Conn()), nil
	}
	c.BeforeClose = func(conn *pgx.Conn) {
		conn.PgConn().Conn().SetDeadline(time.Now().Add(partingLimit))
	}
	return c, nil
}

// openDatabase connects to nothing yet: the program starts without the database.
// A connection last used before the latest trouble is pinged before it is used again.
func openDatabase(c *pgxpool.Config, b bugs) (*database, error) {
	d := &database{trouble: new(atomic.Int64), bugs: b}
	c.ShouldPing = func(_ context.Context, p pgxpool.ShouldPingParams) bool {
		return time.Now().Add(-p.IdleDuration).UnixNano() < d.trouble.Load()
	}
	var err error
	d.pool, err = pgxpool.NewWithConfig(context.Background(), c)
	return d, err
}

// storeError is what came of work on the database.
type storeError struct {
	err     error
	waiting bool // no connection was to be had
	lost    bool // the connection did not survive
	unknown bool // a write was sent and neither confirmed nor refused
}

func (e *storeError) Error() string { return e.err.Error() }
func (e *storeError) Unwrap() error { return e.err }

// work is done on one connection. It can be repeated as a whole.
type work func(ctx context.Context, conn *pgx.Conn) error

// read does work that changes nothing.
func (d *database) read(ctx context.Context, w work) error { return d.do(ctx, false, w) }

// write does one statement that commits itself.
func (d *database) write(ctx context.Context, w work) error { return d.do(ctx, true, w) }

// transact does work in a transaction. Until COMMIT was sent nothing has
// happened, so a lost connection leaves only that moment in doubt. Then
// pgconn.SafeToRetry is no help: pgx reports a reply that never came as "conn
// closed", which it calls safe.
func (d *database) transact(ctx context.Context, w func(ctx context.Context, tx pgx.Tx) error) error {
	return d.do(ctx, false, func(ctx context.Context, conn *pgx.Conn) error {
		tx, err := conn.Begin(ctx)
		if err != nil {
			return err
		}
		if err := w(ctx, tx); err != nil {
			tx.Rollback(ctx) // when this fails, the pool drops the connection
			return err
		}
		if conn.IsClosed() {
			return errors.New("connection lost before commit")
		}
		err = tx.Commit(ctx)
		if err != nil && conn.IsClosed() {
			return &storeError{err: fmt.Errorf("commit: %w", err), lost: true, unknown: true}
		}
		return err
	})
}

// do repeats work after a deadlock or a serialization failure, and once after
// a lost connection if the work certainly did not happen.
func (d *database) do(ctx context.Context, commits bool, w work) error {
	if d.bugs.has("no-database-timeout") {
		ctx = context.WithoutCancel(ctx)
	} else {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, statementLimit)
		defer cancel()
	}
	for attempt := 1; ; attempt++ {
		err := d.once(ctx, commits, w)
		if err == nil || attempt == storeAttempts || !d.repeatable(err, attempt) || !pause(ctx, attempt) {
			return err
		}
	}
}

func (d *database) once(ctx context.Context, commits bool, w work) error {
	if e := d.poison.Load(); e != nil {
		return e
	}
	waiting, cancel := context.WithTimeout(ctx, acquireLimit)
	if d.bugs.has("no-database-timeout") {
		waiting = ctx
	}
	defer cancel()
	conn, err := d.pool.Acquire(waiting)
	if err != nil {
		return d.noted(&storeError{err: fmt.Errorf("acquire connection: %w", err), waiting: true})
	}
	defer conn.Release()
	err = w(ctx, conn.Conn())
	var known *storeError
	var wrong *failure
	if err == nil || errors.As(err, &wrong) {
		return err
	}
	if !errors.As(err, &known) {
		known = &storeError{err: err, lost: conn.Conn().IsClosed()}
		known.unknown = commits && known.lost
	}
	return d.noted(known)
}

// noted remembers trouble that other connections may share.
func (d *database) noted(e *storeError) error {
	if e.lost || e.waiting {
		d.trouble.Store(time.Now().UnixNano())
		if d.bugs.has("pool-never-recovers") {
			d.poison.Store(e)
		}
	}
	return e
}

func (d *database) repeatable(err error, attempt int) bool {
	var e *storeError
	if !errors.As(err, &e) || e.unknown || e.waiting {
		return false
	}
	switch sqlstate(err) {
	case "40001", "40P01":
		return !d.bugs.has("no-deadlock-retry")
	}
	late := errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
	return e.lost && attempt == 1 && !late
}

// pause waits a little longer each time, with jitter, and says whether there is time for another attempt.
func pause(ctx context.Context, attempt int) bool {
	step := time.Duration(attempt) * 10 * time.Millisecond
	timer := time.NewTimer(step + rand.N(step))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
