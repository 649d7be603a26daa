package main

import (
	"context"
	"net/http"
	"sync/atomic"
)

// visit is one request that is being executed, as its resolvers see it.
type visit struct {
	ctx    context.Context // ends with the deadline, or when the client leaves
	header http.Header
	bugs   bugs
	failed atomic.Bool // only for the bugs of the zoo that mind what went before
}

type visitKey struct{}

func withVisit(ctx context.Context, v *visit) context.Context {
	return context.WithValue(ctx, visitKey{}, v)
}

func visitFrom(ctx context.Context) *visit {
	v, _ := ctx.Value(visitKey{}).(*visit)
	return v
}

// noted remembers that a field of the visit failed.
func (v *visit) noted(err error) error {
	v.failed.Store(true)
	return err
}
