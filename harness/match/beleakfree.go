package match

import "github.com/failwell/failwell/harness/check"

// BeLeakFree asks that nothing internal is in an answer.
func BeLeakFree() *Matcher { return one("be leak free", "leak", check.Leak{}) }
