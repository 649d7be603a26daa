package match

import (
	"fmt"
	"strings"

	"github.com/failwell/failwell/harness/check"
)

// HaveStatus asks for one of these statuses under the fault: numbers, or words of the contract such as "5XX" and
// "recovered".
func HaveStatus[S int | string](oneOf ...S) *Matcher {
	words := make([]string, len(oneOf))
	for i, s := range oneOf {
		words[i] = fmt.Sprint(s)
	}
	return one("have status "+strings.Join(words, " or "), "status", check.Status{OneOf: words})
}
