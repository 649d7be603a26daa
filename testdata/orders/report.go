package main

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/jackc/pgx/v5"
)

const selectReport = `select status, count(*), sum(quantity) from orders group by status order by status`

type statusTotal struct {
	Status   string `json:"status"`
	Orders   int64  `json:"orders"`
	Quantity int64  `json:"quantity"`
}

func (s *server) report(r *http.Request) (reply, error) {
	totals, err := s.totals(r.Context())
	if err != nil {
		return reply{}, err
	}
	return reply{http.StatusOK, map[string]any{"totals": totals}}, nil
}

func (s *server) totals(ctx context.Context) ([]statusTotal, error) {
	totals := []statusTotal{}
	err := s.db.read(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, selectReport)
		if err != nil {
			return err
		}
		totals, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (t statusTotal, err error) {
			if err = row.Scan(&t.Status, &t.Orders, &t.Quantity); err == nil && !knownStatus(t.Status) {
				err = errors.New("report has an unknown status " + strconv.Quote(t.Status))
			}
			return t, err
		})
		return err
	})
	if err != nil {
		return nil, storeFailure(err)
	}
	return s.spooled(totals)
}
