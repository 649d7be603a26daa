package main

import (
	"context"
	"errors"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// settlement is what payments knows about the money of one order.
type settlement struct {
	id       string
	amount   int32 // in cents
	currency string
	refunded bool
}

// settlements asks for some orders at once. An order that was not paid has none.
func (p *payments) settlements(ctx context.Context, orders []int64) (map[int64]settlement, error) {
	asked := make([]string, len(orders))
	for i, id := range orders {
		asked[i] = strconv.FormatInt(id, 10)
	}
	query := url.Values{"orders": {strings.Join(asked, ",")}}
	answer, err := p.call(ctx, ask{method: "GET", path: "charges", query: query.Encode(), want: http.StatusOK})
	if err != nil {
		return nil, err
	}
	var in struct{ Charges *[]chargeRecord }
	if err := answer.read(&in); err != nil {
		return nil, err
	}
	if in.Charges == nil {
		return nil, unusable("upstream_invalid", answer.body, errors.New("payments names no charges"))
	}
	found := map[int64]settlement{}
	for _, c := range *in.Charges {
		known, ok := c.settlement()
		if !ok {
			return nil, unusable("upstream_invalid", answer.body, errors.New("payments names a charge that is none"))
		}
		found[*c.Order] = known
	}
	return found, nil
}

// chargeRecord is a charge as payments tells it.
type chargeRecord struct {
	ID, Currency, Status *string
	Order, Amount        *int64
}

// settlement is false when something is missing or makes no sense.
func (c chargeRecord) settlement() (settlement, bool) {
	if c.ID == nil || *c.ID == "" || c.Order == nil || c.Amount == nil || *c.Amount < 0 || *c.Amount > math.MaxInt32 ||
		c.Currency == nil || !currencyForm.MatchString(*c.Currency) || c.Status == nil {
		return settlement{}, false
	}
	known := settlement{*c.ID, int32(*c.Amount), *c.Currency, *c.Status == "refunded"}
	return known, known.refunded || *c.Status == "succeeded"
}
