package main

import (
	"context"
	"errors"
	"strings"
)

// codeOf is the word of a failure for programs, extensions.code: one for each class of trouble, wherever it shows. REST tells
// some cases apart that depend on when it struck; here the same trouble has the same code in all fields.
func codeOf(f *failure) string {
	switch f.Code {
	case "outcome_unknown": // extensions.outcome says so
		if errors.Is(f, context.DeadlineExceeded) || errors.Is(f, context.Canceled) {
			return "STORE_TIMEOUT"
		}
		return "STORE_UNAVAILABLE"
	case "store_busy":
		return "STORE_TIMEOUT"
	case "upstream_unreachable", "upstream_rate_limited":
		return "UPSTREAM_UNAVAILABLE"
	case "upstream_protocol", "upstream_incomplete", "upstream_too_big", "upstream_redirect":
		return "UPSTREAM_INVALID"
	case "upstream_credential":
		return "UPSTREAM_ERROR"
	case "invalid", "not_acceptable_data", "key_missing", "key_reused":
		return "BAD_USER_INPUT"
	case "internal":
		return "INTERNAL_SERVER_ERROR"
	}
	return strings.ToUpper(f.Code)
}
