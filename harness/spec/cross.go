package spec

import (
	"github.com/onsi/ginkgo/v2"

	"github.com/failwell/failwell/harness"
)

// crossed is a fault that Cross joined with every request, whether it can strike there or not.
type crossed struct{ harness.Fault }

func fromCross(faults []harness.Fault) bool {
	for _, f := range faults {
		if _, ok := f.(crossed); !ok {
			return false
		}
	}
	return len(faults) > 0
}

// Cross makes an entry of a table for each request and fault: its parameters are a harness.Request and a harness.Fault, its
// name is "get-order x refused db". What does not occur, such as a fault of a dependency that a request never calls, is
// skipped by SuiteLab.Try, with the reason.
func Cross(requests []harness.Request, faults ...[]harness.Fault) []ginkgo.TableEntry {
	ginkgo.GinkgoHelper()
	var all []ginkgo.TableEntry
	for _, r := range requests {
		for _, list := range faults {
			for _, f := range list {
				all = append(all, ginkgo.Entry(named(r)+" x "+words(f), r, crossed{f}))
			}
		}
	}
	return all
}

func named(r harness.Request) string {
	if r.Name == "" {
		return r.Method + " " + r.Target
	}
	return r.Name
}

// words names a fault; one with a mistake in it fails when its spec runs.
func words(f harness.Fault) string {
	in, err := f.Injection()
	if err != nil {
		return err.Error()
	}
	return in.Words()
}
