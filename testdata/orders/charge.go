package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
)

const priceCents = 1000 // of every article

type chargeOrder struct {
	Order    int64  `json:"order"`
	Amount   int64  `json:"amount"` // in cents
	Currency string `json:"currency"`
}

// charge takes the money for an order, once: payments knows the key.
func (p *payments) charge(ctx context.Context, o order, key string) error {
	sum := sha256.Sum256([]byte("charge " + key))
	body, _ := json.Marshal(chargeOrder{o.ID, int64(o.Quantity) * priceCents, "EUR"}) // plain fields always encode
	answer, err := p.call(ctx, ask{method: "POST", path: "charges", key: hex.EncodeToString(sum[:16]), body: body, want: http.StatusCreated})
	if err != nil {
		return err
	}
	var c struct {
		ID, Status *string
	}
	if err := answer.read(&c); err != nil {
		return err
	}
	if c.ID == nil || *c.ID == "" || c.Status == nil || *c.Status != "succeeded" {
		return unusable("upstream_invalid", answer.body, errors.New("payments names no charge that succeeded"))
	}
	return nil
}

type rateList struct {
	Currency string             `json:"currency"`
	Rates    map[string]float64 `json:"rates"`
}

var currencyForm = regexp.MustCompile(`^[A-Z]{3}$`)

// rates passes on what it knows of the list of payments, and nothing else.
func (s *server) rates(r *http.Request) (reply, error) {
	list, err := s.payments.rates(r.Context())
	if err != nil {
		return reply{}, err
	}
	return reply{http.StatusOK, list}, nil
}

func (p *payments) rates(ctx context.Context) (rateList, error) {
	answer, err := p.call(ctx, ask{method: "GET", path: "rates", want: http.StatusOK})
	if err != nil {
		return rateList{}, err
	}
	var in struct {
		Currency *string
		Rates    map[string]*float64
	}
	err = answer.read(&in)
	if p.bugs.has("zero-values-from-upstream") {
		return looseRates(in.Currency, in.Rates), nil
	}
	if err != nil {
		return rateList{}, err
	}
	if in.Currency == nil || !currencyForm.MatchString(*in.Currency) || len(in.Rates) == 0 {
		return rateList{}, unusable("upstream_invalid", answer.body, errors.New("payments names no currency or no rates"))
	}
	out := rateList{*in.Currency, map[string]float64{}}
	for name, rate := range in.Rates {
		if !currencyForm.MatchString(name) || rate == nil || *rate <= 0 {
			return rateList{}, unusable("upstream_invalid", answer.body, errors.New("payments gives a rate that is none"))
		}
		out.Rates[name] = *rate
	}
	return out, nil
}
