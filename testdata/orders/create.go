package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"

	"github.com/jackc/pgx/v5"
)

const (
	insertOrder = `insert into orders (sku, quantity, status, idem_key) values ($1, $2, 'pending', $3) on conflict (idem_key) do nothing returning id`
	selectByKey = `select id, sku, quantity, status from orders where idem_key = $1`
	markPaid    = `update orders set status = 'paid' where id = $1`
)

type draft struct {
	sku      string
	quantity int32
}

var (
	skuForm = regexp.MustCompile(`^[A-Z]-[0-9]{1,18}$`)
	keyForm = regexp.MustCompile(`^[\x21-\x7e]{1,255}$`)
)

func (s *server) createOrder(r *http.Request) (reply, error) {
	key, err := keyOf(r.Header)
	if err != nil {
		return reply{}, err
	}
	d, err := readDraft(r)
	if err != nil {
		return reply{}, err
	}
	o, err := s.create(r.Context(), d, key)
	if err != nil {
		return reply{}, err
	}
	return reply{http.StatusCreated, o}, nil
}

// keyOf is the Idempotency-Key of a request.
func keyOf(h http.Header) (string, error) {
	keys := h.Values("Idempotency-Key")
	if len(keys) != 1 || !keyForm.MatchString(keys[0]) {
		return "", &failure{Status: 400, Code: "key_missing",
			Detail: "Send one Idempotency-Key field of 1 to 255 visible characters, so that the request can be repeated safely."}
	}
	return keys[0], nil
}

// create stores the order, has it paid, and marks it. The transaction ends
// before payments is called: a slow upstream must not hold a connection. What
// fails later leaves a pending order, which the same key finishes.
func (s *server) create(ctx context.Context, d draft, key string) (order, error) {
	o, err := s.store(ctx, d, key)
	if err != nil {
		return order{}, storeFailure(err)
	}
	if o.Status == "pending" {
		if err := s.pay(ctx, &o, key); err != nil {
			return order{}, unfinished(err)
		}
	}
	return o, nil
}

// unfinished marks a failure after the order was stored.
func unfinished(err error) error {
	f := asFailure(err)
	f.Outcome = "unknown"
	return f
}

// store inserts the order, or finds the one that the same key stored before.
func (s *server) store(ctx context.Context, d draft, key string) (order, error) {
	var o order
	err := s.db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, insertOrder, d.sku, d.quantity, key)
		if err != nil {
			return err
		}
		id, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[int64])
		if err == nil && id <= 0 {
			return fmt.Errorf("the new order got the id %d", id)
		}
		if err == nil {
			o = order{ID: id, SKU: d.sku, Quantity: d.quantity, Status: "pending"}
			return nil
		}
		if !noRow(err) {
			return err
		}
		if o, err = oneOrder(ctx, tx, selectByKey, key); noRow(err) {
			return errors.New("an order conflicts by its key, but is not there")
		}
		if err == nil && (o.SKU != d.sku || o.Quantity != d.quantity) {
			return &failure{Status: 422, Code: "key_reused", Detail: "This Idempotency-Key was used for another order."}
		}
		return err
	})
	return o, err
}

// pay charges for the order and marks it paid. Both can be repeated.
func (s *server) pay(ctx context.Context, o *order, key string) error {
	if err := s.payments.charge(ctx, *o, key); err != nil {
		return err
	}
	err := s.db.write(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		tag, err := conn.Exec(ctx, markPaid, o.ID)
		if err == nil && tag.RowsAffected() != 1 {
			err = fmt.Errorf("%d orders were marked paid instead of 1", tag.RowsAffected())
		}
		return err
	})
	if err != nil {
		return storeFailure(err)
	}
	o.Status = "paid"
	return nil
}

// readDraft reads and checks the body of a new order.
func readDraft(r *http.Request) (draft, error) {
	fields, err := readObject(r)
	if err != nil {
		return draft{}, err
	}
	return draftOf(fields)
}

// draftOf checks the members of a new order, wherever they come from.
func draftOf(fields *object) (draft, error) {
	var d draft
	fields.text("sku", &d.sku, skuForm, "must be a capital letter, a dash and digits, such as A-1")
	fields.number("quantity", &d.quantity, 1, 100)
	return d, fields.done()
}
