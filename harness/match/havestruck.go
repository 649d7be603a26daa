package match

import "github.com/failwell/failwell/harness/check"

// HaveStruck asks that the fault was carried out. A fault that did not strike is an error, also for NotTo: then nothing was
// tested.
func HaveStruck() *Matcher {
	m := one("have struck", "struck", check.Struck{})
	m.whole = true
	return m
}
