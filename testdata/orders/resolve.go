package main

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	graphql "github.com/graph-gophers/graphql-go"
)

// root resolves the fields of Query and Mutation.
type root struct{ s *server }

func (q *root) Version() string { return "orders" }

// Order is null when there is none: a question with the answer no, and no failure.
func (q *root) Order(ctx context.Context, args struct{ ID givenID }) (*orderNode, error) {
	v := visitFrom(ctx)
	id, err := orderID(string(args.ID))
	if err != nil {
		return nil, nil
	}
	o, err := q.s.order(v.ctx, id)
	if err != nil {
		if f := asFailure(err); f.Status == 404 {
			return nil, nil
		}
		if q.s.bug("gql-swallowed") {
			return q.nodes(order{Status: "pending"})[0], nil
		}
		return nil, err
	}
	return q.nodes(o)[0], nil
}

// Orders picks from the first orders that there are.
func (q *root) Orders(ctx context.Context, args struct {
	First  graphql.NullInt
	Status *string
}) ([]*orderNode, error) {
	first := int32(ordersDefault)
	if args.First.Value != nil {
		first = *args.First.Value
	}
	if first < 1 || first > ordersMax {
		return nil, &failure{Status: 422, Code: "invalid", Detail: fmt.Sprintf("The argument first must be from 1 to %d.", ordersMax)}
	}
	all, err := q.s.orders(visitFrom(ctx).ctx)
	if err != nil {
		return nil, err
	}
	if args.Status != nil {
		all = slices.DeleteFunc(all, func(o order) bool { return !strings.EqualFold(o.Status, *args.Status) })
	}
	return q.nodes(all[:min(len(all), int(first))]...), nil
}

const (
	ordersDefault = 10
	ordersMax     = 50
)

// Rates come from payments.
func (q *root) Rates(ctx context.Context) (*ratesNode, error) {
	v := visitFrom(ctx)
	list, err := q.s.payments.rates(v.ctx)
	for err != nil && q.s.bug("gql-waits") {
		if !pause(context.WithoutCancel(ctx), 10) {
			break
		}
		list, err = q.s.payments.rates(context.WithoutCancel(v.ctx))
	}
	if err != nil {
		return nil, err
	}
	node := &ratesNode{currency: list.Currency}
	for currency, rate := range list.Rates {
		node.rates = append(node.rates, rateNode{currency, rate})
	}
	slices.SortFunc(node.rates, func(a, b rateNode) int { return cmp.Compare(a.currency, b.currency) })
	return node, nil
}

// Report comes from the store.
func (q *root) Report(ctx context.Context) (*reportNode, error) {
	totals, err := q.s.totals(visitFrom(ctx).ctx)
	if err != nil {
		return nil, err
	}
	node := &reportNode{totals: []totalNode{}}
	for _, t := range totals {
		if max(t.Orders, t.Quantity) > math.MaxInt32 {
			return nil, fmt.Errorf("the report has a number that is no Int: %+v", t)
		}
		node.totals = append(node.totals, totalNode{strings.ToUpper(t.Status), int32(t.Orders), int32(t.Quantity)})
	}
	return node, nil
}
