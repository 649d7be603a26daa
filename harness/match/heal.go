package match

import "github.com/failwell/failwell/harness/check"

// Heal asks that the request succeeds again after the fault is lifted, without a restart and within the lab's bound.
func Heal() *Matcher { return one("heal", "healed", check.Healed{}) }
