package main

import (
	"context"
	"errors"
	"net/http"
	"sync"
)

// loads are what one request has asked of the upstreams: each thing once, however often it is selected.
type loads struct {
	books   func() ([]bookRow, error)
	ratings func() (map[string]ratingRow, error)
	pick    func() (pickRow, error)
}

type bookRow struct {
	ID, Title, Genre string
	Author           *struct{ ID, Name string }
}

type ratingRow struct {
	Book  string
	Stars *float64
	Votes *int32
}

type pickRow struct{ Book, Because string }

// newLoads prepares the calls of one request; none is made before somebody wants what it gives.
func newLoads(ctx context.Context, s *shop) *loads {
	return &loads{
		books:   sync.OnceValues(func() ([]bookRow, error) { return s.loadBooks(ctx) }),
		ratings: sync.OnceValues(func() (map[string]ratingRow, error) { return s.loadRatings(ctx) }),
		pick:    sync.OnceValues(func() (pickRow, error) { return s.loadPick(ctx) }),
	}
}

func (s *shop) loadBooks(ctx context.Context) ([]bookRow, error) {
	var got struct{ Books []bookRow }
	if err := s.catalog.do(ctx, http.MethodGet, "/books", nil, &got); err != nil {
		return nil, err
	}
	for _, b := range got.Books {
		if b.ID == "" || b.Title == "" || b.Genre != "NOVEL" && b.Genre != "ESSAY" && b.Genre != "POETRY" ||
			b.Author == nil || b.Author.ID == "" || b.Author.Name == "" {
			return nil, &failure{codeInvalid, errors.New("a book lacks what every book has")}
		}
	}
	if got.Books == nil {
		return nil, &failure{codeInvalid, errors.New("no books")}
	}
	return got.Books, nil
}

func (s *shop) loadRatings(ctx context.Context) (map[string]ratingRow, error) {
	var got struct{ Ratings []ratingRow }
	if err := s.ratings.do(ctx, http.MethodGet, "/ratings", nil, &got); err != nil {
		return nil, err
	}
	if got.Ratings == nil {
		return nil, &failure{codeInvalid, errors.New("no ratings")}
	}
	all := map[string]ratingRow{}
	for _, r := range got.Ratings {
		if r.Book == "" || r.Stars == nil || r.Votes == nil {
			return nil, &failure{codeInvalid, errors.New("a rating lacks what every rating has")}
		}
		all[r.Book] = r
	}
	return all, nil
}

func (s *shop) loadPick(ctx context.Context) (pickRow, error) {
	var got pickRow
	if err := s.catalog.do(ctx, http.MethodGet, "/pick", nil, &got); err != nil {
		return got, err
	}
	if got.Book == "" || got.Because == "" {
		return got, &failure{codeInvalid, errors.New("a pick lacks its book or its reason")}
	}
	return got, nil
}
