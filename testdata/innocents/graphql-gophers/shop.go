package main

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/graph-gophers/graphql-go"
)

// shop resolves the fields of Query and Mutation.
type shop struct {
	catalog, ratings *upstream
	started          time.Time
}

type (
	author struct {
		ID   graphql.ID
		Name string
	}
	service struct {
		Name           string
		StartedAt, Now graphql.Time
		RequestID      graphql.ID
	}
	rating struct {
		BookID graphql.ID
		Stars  float64
		Votes  int32
	}
	reservation struct {
		ID, Book    graphql.ID
		RequestedAt graphql.Time
	}
	ticket struct {
		Number  graphql.ID
		DrawnAt graphql.Time
	}
)

// Books resolves books.
func (s *shop) Books(ctx context.Context) ([]*book, error) {
	rows, err := of(ctx).books()
	if err != nil {
		return nil, err
	}
	var all []*book
	for _, row := range rows {
		all = append(all, &book{row})
	}
	return all, nil
}

// Book resolves book; null stands for one that the catalogue does not list.
func (s *shop) Book(ctx context.Context, args struct{ ID graphql.ID }) (*book, error) {
	rows, err := of(ctx).books()
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(rows, func(b bookRow) bool { return b.ID == string(args.ID) })
	if i < 0 {
		return nil, nil
	}
	return &book{rows[i]}, nil
}

// Pick resolves pick.
func (s *shop) Pick(ctx context.Context) (*pick, error) {
	row, err := of(ctx).pick()
	if err != nil {
		return nil, err
	}
	return &pick{shop: s, row: row}, nil
}

// Ratings resolves ratings.
func (s *shop) Ratings(ctx context.Context) (*[]*rating, error) {
	rows, err := of(ctx).ratings()
	if err != nil {
		return nil, err
	}
	all := []*rating{}
	for _, id := range slices.Sorted(maps.Keys(rows)) {
		all = append(all, shown(rows[id]))
	}
	return &all, nil
}

// Service resolves service.
func (s *shop) Service(ctx context.Context) *service {
	return &service{Name: "books", StartedAt: graphql.Time{Time: s.started}, Now: now(), RequestID: graphql.ID(requestID(ctx))}
}

// Reserve resolves reserve.
func (s *shop) Reserve(ctx context.Context, args struct{ Book graphql.ID }) (*reservation, error) {
	var got struct{ ID, Book string }
	if err := s.catalog.do(ctx, http.MethodPost, "/reservations", map[string]string{"book": string(args.Book)}, &got); err != nil {
		return nil, err
	}
	if got.ID == "" || got.Book == "" {
		return nil, &failure{codeInvalid, errors.New("a reservation lacks its id or its book")}
	}
	return &reservation{ID: graphql.ID(got.ID), Book: graphql.ID(got.Book), RequestedAt: now()}, nil
}

// DrawTicket resolves drawTicket.
func (s *shop) DrawTicket() *ticket { return &ticket{Number: graphql.ID(newID(4)), DrawnAt: now()} }

func now() graphql.Time { return graphql.Time{Time: time.Now()} }

func shown(r ratingRow) *rating {
	return &rating{BookID: graphql.ID(r.Book), Stars: *r.Stars, Votes: *r.Votes}
}
