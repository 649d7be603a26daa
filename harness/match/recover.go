package match

import "github.com/failwell/failwell/harness/check"

// Recover asks that the request succeeds again after the fault is lifted, without a restart and within the lab's bound.
func Recover() *Matcher { return one("recover", "healed", check.Healed{}) }
