package match

import (
	"time"

	"github.com/failwell/failwell/harness/check"
)

// AnswerWithin asks for an answer in time under the fault, plus the slack of the machine.
func AnswerWithin(d time.Duration) *Matcher {
	return one("answer within "+d.String(), "within", check.Within{At: d})
}
