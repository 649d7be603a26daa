package main

import (
	"errors"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/report"
)

// failed are the cases that failed in the last run, for --failed; nil without it. A last run without any is an error: nothing would be
// judged.
func (l *loaded) failed(f runFlags) ([]string, error) {
	if !f.failed {
		return nil, nil
	}
	last, err := readLast(l.Path)
	if err != nil {
		return nil, err
	}
	return failedIn(last)
}

func failedIn(last report.Run) ([]string, error) {
	var ids []string
	for _, r := range last.Results {
		if r.Outcome == check.Fail {
			ids = append(ids, r.ID)
		}
	}
	if len(ids) == 0 {
		return nil, errors.New("--failed: nothing failed in the last run")
	}
	return ids, nil
}
