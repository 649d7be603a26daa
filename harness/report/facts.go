package report

import (
	"maps"
	"slices"
	"strconv"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
)

// facts are what a check's templates may speak of, for one case: what every case has (see check.Kind), and what the verdict
// names.
func facts(r Result, v check.Verdict, log trouble, on string) map[string]string {
	e := pick(r, v)
	all := map[string]string{"on": on, "stuck": stuckOn(e, on), "owes": owedClass(r.Subject), "frame": log.frame, "name": v.Check, "reason": v.Reason}
	all["status"], all["media"], all["shape"] = skeleton(e)
	all["hollow"] = hollow(all["shape"])
	if all["owes"] == "4" { // what the caller can mend is told by the one who found it, while a 500 for all comes from one place
		all["mends"] = on
	}
	maps.Copy(all, v.Facts)
	all["class"] = mask(fill(orWord(v.Told().Mark, v.Class), of(all)), said(r.Subject))
	return all
}

// pick is the exchange that a finding speaks about, by the status or the failure that it names; the zero Exchange when
// nothing was asked under the fault.
func pick(r Result, v check.Verdict) exchange.Exchange {
	if r.Subject == nil {
		return exchange.Exchange{}
	}
	faulty := r.Subject.Judged(exchange.Faulty)
	for _, is := range []func(exchange.Exchange) bool{
		func(e exchange.Exchange) bool {
			return e.Response != nil && strconv.Itoa(e.Status()) == v.Facts["status"]
		},
		func(e exchange.Exchange) bool { return e.Failure != "" && string(e.Failure) == v.Facts["failure"] },
		func(e exchange.Exchange) bool { return e.Status() >= 400 },
		func(e exchange.Exchange) bool { return e.Response != nil },
		func(e exchange.Exchange) bool { return true },
	} {
		if i := slices.IndexFunc(faulty, is); i >= 0 {
			return faulty[i]
		}
	}
	return exchange.Exchange{}
}
