package main

import (
	"context"
	"encoding/json"
)

// CreateOrder keeps to the same key and the same rules as POST /orders.
func (q *root) CreateOrder(ctx context.Context, args struct {
	Input struct {
		SKU      string
		Quantity int32
	}
}) (*orderNode, error) {
	v := visitFrom(ctx)
	key, err := keyOf(v.header)
	if err != nil {
		return nil, v.noted(err)
	}
	sku, _ := json.Marshal(args.Input.SKU)           // a string always encodes
	quantity, _ := json.Marshal(args.Input.Quantity) // so does a number
	d, err := draftOf(&object{fields: map[string]json.RawMessage{"sku": sku, "quantity": quantity}})
	if err != nil {
		return nil, v.noted(err)
	}
	o, err := q.s.create(v.ctx, d, key)
	if err != nil {
		return nil, v.noted(err)
	}
	return q.nodes(o)[0], nil
}

// CancelOrder fails when there is no such order: nothing was done that could be said.
func (q *root) CancelOrder(ctx context.Context, args struct{ ID givenID }) (*orderNode, error) {
	v := visitFrom(ctx)
	if v.failed.Load() && q.s.bug("gql-mutation-stops") {
		return nil, nil
	}
	id, err := orderID(string(args.ID))
	if err != nil {
		return nil, v.noted(err)
	}
	o, err := q.s.cancel(v.ctx, id)
	if err != nil {
		return nil, v.noted(err)
	}
	return q.nodes(o)[0], nil
}
