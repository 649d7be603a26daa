package app

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgxpool"
)

// newPool makes the pool of connections; it is closed when ctx ends.
func newPool(ctx context.Context, dsn string) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("read DSN: %w", err)
	}
	cfg.ConnConfig.BuildContextWatcherHandler = func(c *pgconn.PgConn) ctxwatch.Handler { return hangUp{c} }
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, pool.Close)
	return pool, nil
}

// hangUp closes the connection of a query whose time is over. By itself pgx lets the caller go at once, but holds the
// connection, and its place in the pool, up to 15 s for a server that does not answer.
type hangUp struct{ conn *pgconn.PgConn }

// HandleCancel closes the connection.
func (h hangUp) HandleCancel(context.Context) { _ = h.conn.Conn().Close() }

// HandleUnwatchAfterCancel has nothing to undo: the connection is of no use any more.
func (hangUp) HandleUnwatchAfterCancel() {}
