package main

import (
	"context"
	"strconv"
	"strings"
	"sync"

	graphql "github.com/graph-gophers/graphql-go"
)

// orderNode resolves the fields of an Order. Those of one list share the one call of payments that asks for all of them.
type orderNode struct {
	o        order
	payments func(ctx context.Context) (map[int64]settlement, error)
}

// nodes are the orders of one field.
func (q *root) nodes(orders ...order) []*orderNode {
	ids := make([]int64, len(orders))
	for i, o := range orders {
		ids[i] = o.ID
	}
	var once sync.Once
	var found map[int64]settlement
	var err error
	ask := func(ctx context.Context) (map[int64]settlement, error) {
		once.Do(func() { found, err = q.s.payments.settlements(ctx, ids) })
		return found, err
	}
	nodes := make([]*orderNode, len(orders))
	for i, o := range orders {
		nodes[i] = &orderNode{o, ask}
		if q.s.bug("gql-one-by-one") && len(orders) > 1 {
			nodes[i] = q.nodes(o)[0]
		}
	}
	return nodes
}

func (n *orderNode) ID() graphql.ID         { return graphql.ID(strconv.FormatInt(n.o.ID, 10)) }
func (n *orderNode) SKU() string            { return n.o.SKU }
func (n *orderNode) Quantity() int32        { return n.o.Quantity }
func (n *orderNode) Status() string         { return strings.ToUpper(n.o.Status) }
func (n *orderNode) Total() moneyNode       { return moneyNode{n.o.Quantity * priceCents, "EUR"} }
func (n *orderNode) Customer() customerNode { return customerNode{demoUser} }

// Payment is null when payments knows of none.
func (n *orderNode) Payment(ctx context.Context) (*paymentNode, error) {
	found, err := n.payments(visitFrom(ctx).ctx)
	if err != nil {
		return nil, err
	}
	if p, ok := found[n.o.ID]; ok {
		return &paymentNode{p}, nil
	}
	return nil, nil
}

// paymentNode resolves the interface and both of its types.
type paymentNode struct{ settlement }

func (n *paymentNode) ID() graphql.ID                 { return graphql.ID(n.id) }
func (n *paymentNode) Amount() moneyNode              { return moneyNode{n.amount, n.currency} }
func (n *paymentNode) ToCharge() (*paymentNode, bool) { return n, !n.refunded }
func (n *paymentNode) ToRefund() (*paymentNode, bool) { return n, n.refunded }

type moneyNode struct {
	amount   int32
	currency string
}

func (n moneyNode) Amount() int32    { return n.amount }
func (n moneyNode) Currency() string { return n.currency }

type customerNode struct{ name string }

func (n customerNode) Name() string { return n.name }

type ratesNode struct {
	currency string
	rates    []rateNode
}

func (n *ratesNode) Currency() string  { return n.currency }
func (n *ratesNode) Rates() []rateNode { return n.rates }

type rateNode struct {
	currency string
	rate     float64
}

func (n rateNode) Currency() string { return n.currency }
func (n rateNode) Rate() float64    { return n.rate }

type reportNode struct{ totals []totalNode }

func (n *reportNode) Totals() []totalNode { return n.totals }

type totalNode struct {
	status           string
	orders, quantity int32
}

func (n totalNode) Status() string  { return n.status }
func (n totalNode) Orders() int32   { return n.orders }
func (n totalNode) Quantity() int32 { return n.quantity }
