package match

import (
	"time"

	"github.com/failwell/failwell/harness/check"
)

// RespondWithin asks for an answer in time under the fault, plus the slack of the machine.
func RespondWithin(d time.Duration) *Matcher {
	return one("respond within "+d.String(), "within", check.Within{At: d})
}
