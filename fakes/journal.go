package fakes

import (
	"context"
	"slices"

	"github.com/failwell/failwell/harness/fault"
)

// The journal keeps the last journalSize calls, in pages, so that a call costs no allocation of its own.
const (
	pageSize    = 256
	journalSize = 100_000
)

type page [pageSize]strike

// journal is what was asked, in order. Seq begins at 1 and has no gaps.
type journal struct {
	pages   []*page
	dropped int64 // calls on pages that are gone
	count   int64 // calls ever added
}

// add gives the entry of the next call.
func (j *journal) add() *strike {
	at := j.count % pageSize
	if at == 0 {
		if len(j.pages) >= journalSize/pageSize {
			j.pages = slices.Delete(j.pages, 0, 1)
			j.dropped += pageSize
		}
		j.pages = append(j.pages, new(page))
	}
	j.count++
	s := &j.pages[len(j.pages)-1][at]
	s.seq = j.count
	return s
}

// since gives the hits after a sequence number.
func (j *journal) since(seq int64) []fault.Hit {
	first := max(seq, j.dropped) // index of the first call wanted
	if first >= j.count {
		return nil
	}
	hits := make([]fault.Hit, 0, j.count-first)
	for i := first; i < j.count; i++ {
		hits = append(hits, j.pages[(i-j.dropped)/pageSize][i%pageSize].hit())
	}
	return hits
}

// Hits gives the calls with Seq > since, in order; open ones too. The last 100,000 are kept.
func (r *LocalRig) Hits(_ context.Context, since int64) ([]fault.Hit, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.journal.since(max(since, 0)), nil
}
