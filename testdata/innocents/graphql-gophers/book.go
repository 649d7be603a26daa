package main

import (
	"context"
	"errors"

	"github.com/graph-gophers/graphql-go"
)

// book resolves the fields of Book.
type book struct{ row bookRow }

func (b *book) ID() graphql.ID        { return graphql.ID(b.row.ID) }
func (b *book) Title() string         { return b.row.Title }
func (b *book) Genre() string         { return b.row.Genre }
func (b *book) Author() *author       { return &author{graphql.ID(b.row.Author.ID), b.row.Author.Name} }
func (b *book) ShownAt() graphql.Time { return now() }

// Rating resolves rating, by one call for all books; null stands for a book that nobody has rated.
func (b *book) Rating(ctx context.Context) (*rating, error) {
	all, err := of(ctx).ratings()
	if err != nil {
		return nil, err
	}
	row, ok := all[b.row.ID]
	if !ok {
		return nil, nil
	}
	return shown(row), nil
}

// pick resolves the fields of Pick.
type pick struct {
	shop *shop
	row  pickRow
}

func (p *pick) Because() string        { return p.row.Because }
func (p *pick) ChosenAt() graphql.Time { return now() }

// Book resolves the book of a pick, which is always there.
func (p *pick) Book(ctx context.Context) (*book, error) {
	b, err := p.shop.Book(ctx, struct{ ID graphql.ID }{graphql.ID(p.row.Book)})
	if b == nil && err == nil {
		return nil, &failure{codeInvalid, errors.New("the pick is a book that is not listed")}
	}
	return b, err
}
