package main

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"github.com/jackc/pgx/v5"
)

const (
	selectOrders = `select id, sku, quantity, status from orders order by id limit 50`
	selectOrder  = `select id, sku, quantity, status from orders where id = $1`
	cancelOrder  = `update orders set status = 'cancelled' where id = $1 returning id, sku, quantity, status`
)

type order struct {
	ID       int64  `json:"id"`
	SKU      string `json:"sku"`
	Quantity int32  `json:"quantity"`
	Status   string `json:"status"`
}

// scanOrder reads one row. A null, another type or an unknown status is an
// error; a zero value would be a lie.
func scanOrder(row pgx.CollectableRow) (order, error) {
	var o order
	if err := row.Scan(&o.ID, &o.SKU, &o.Quantity, &o.Status); err != nil {
		return order{}, err
	}
	if o.ID <= 0 || o.SKU == "" || o.Quantity <= 0 || !knownStatus(o.Status) {
		return order{}, fmt.Errorf("order %d makes no sense: sku %q, quantity %d, status %q", o.ID, o.SKU, o.Quantity, o.Status)
	}
	return o, nil
}

func knownStatus(s string) bool { return s == "pending" || s == "paid" || s == "cancelled" }

// oneOrder reads the single row of a statement; pgx.ErrNoRows when there is none.
func oneOrder(ctx context.Context, q querier, sql string, args ...any) (order, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return order{}, err
	}
	return pgx.CollectExactlyOneRow(rows, scanOrder)
}

// querier is a connection or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

func (s *server) listOrders(r *http.Request) (reply, error) {
	orders, err := s.orders(r.Context())
	if err != nil {
		return reply{}, err
	}
	return reply{http.StatusOK, map[string]any{"orders": orders}}, nil
}

// orders are the first orders that there are.
func (s *server) orders(ctx context.Context) ([]order, error) {
	orders := []order{}
	err := s.db.read(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, selectOrders)
		if err != nil {
			return err
		}
		if s.bug("rows-cut-unseen") {
			orders = halfRead(rows)
			return nil
		}
		orders, err = pgx.CollectRows(rows, scanOrder) // also the error that ended the rows early
		return err
	})
	return orders, storeFailure(err)
}

func (s *server) getOrder(r *http.Request) (reply, error) {
	id, err := orderID(r.PathValue("id"))
	if err != nil {
		return reply{}, err
	}
	o, err := s.order(r.Context(), id)
	if err != nil {
		return reply{}, err
	}
	return reply{http.StatusOK, o}, nil
}

// order finds one order; without it the failure is that of notFound.
func (s *server) order(ctx context.Context, id int64) (order, error) {
	var o order
	err := s.db.read(ctx, func(ctx context.Context, conn *pgx.Conn) (err error) {
		o, err = oneOrder(ctx, conn, selectOrder, id)
		return err
	})
	switch {
	case noRow(err), err != nil && s.bug("database-down-404"):
		return order{}, notFound()
	case err != nil && s.bug("swallow-database-error"):
		return order{}, nil
	}
	return o, storeFailure(err)
}

func (s *server) cancelOrder(r *http.Request) (reply, error) {
	id, err := orderID(r.PathValue("id"))
	if err != nil {
		return reply{}, err
	}
	o, err := s.cancel(r.Context(), id)
	if err != nil {
		return reply{}, err
	}
	return reply{http.StatusOK, o}, nil
}

func (s *server) cancel(ctx context.Context, id int64) (order, error) {
	var o order
	err := s.db.write(ctx, func(ctx context.Context, conn *pgx.Conn) (err error) {
		o, err = oneOrder(ctx, conn, cancelOrder, id)
		return err
	})
	if noRow(err) {
		return order{}, notFound()
	}
	return o, storeFailure(err)
}

// orderID reads an id; what cannot be one names nothing.
func orderID(text string) (int64, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id <= 0 || text != strconv.FormatInt(id, 10) {
		return 0, notFound()
	}
	return id, nil
}
