package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
)

// spooled writes the rows of a report into a temporary file and reads them back, as an export does that is larger than
// memory. A disk without room, or that is read-only, is nobody's fault and passes: 503, with the cause in the log alone.
func (s *server) spooled(rows []statusTotal) ([]statusTotal, error) {
	back, err := throughDisk(rows)
	switch {
	case err == nil:
		return back, nil
	case s.bug("disk-error-swallowed"):
		return []statusTotal{}, nil
	case s.bug("disk-path-in-body"):
		return nil, &failure{Status: http.StatusInternalServerError, Code: "spool", Detail: err.Error(), Cause: err}
	}
	return nil, &failure{Status: http.StatusServiceUnavailable, Code: "no_room", RetryAfter: 5, Cause: fmt.Errorf("spool the report: %w", err)}
}

// throughDisk leaves nothing behind.
func throughDisk(rows []statusTotal) (back []statusTotal, err error) {
	f, err := os.CreateTemp("", "report-")
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	out := json.NewEncoder(f)
	for _, row := range rows {
		if err := out.Encode(row); err != nil {
			return nil, err
		}
	}
	if _, err := f.Seek(0, 0); err != nil {
		return nil, err
	}
	in := json.NewDecoder(f)
	for in.More() {
		var row statusTotal
		if err := in.Decode(&row); err != nil {
			return nil, err
		}
		back = append(back, row)
	}
	if len(back) != len(rows) {
		return nil, fmt.Errorf("%d rows of %d came back", len(back), len(rows))
	}
	return append([]statusTotal{}, back...), nil
}
