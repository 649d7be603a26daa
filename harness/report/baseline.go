package report

import (
	"github.com/failwell/failwell/harness/contract"
)

// Known is one entry of a baseline: a group that a team knows and answers for.
type Known struct {
	Group   string          `json:"group" decode:"must"` // the group's key
	Also    []string        `json:"also,omitempty" decode:"one"`
	What    string          `json:"what,omitempty"`
	Impact  contract.Impact `json:"impact,omitempty"`
}
