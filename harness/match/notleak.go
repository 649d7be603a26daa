package match

import "github.com/failwell/failwell/harness/check"

// NotLeak asks that nothing internal is in an answer.
func NotLeak() *Matcher { return one("leak nothing", "leak", check.Leak{}) }
