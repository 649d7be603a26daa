package report

import "fmt"

// Uncalm is a request that does not succeed without a fault, so that nothing is broken on it; or that does not any more, or
// only now and then.
type Uncalm struct {
	Request string `json:"request"`
	Why     string `json:"why"`            // what it gave, and what is wanted
	Good    int    `json:"good,omitempty"` // how often it succeeded without a fault, of several times on a fresh launch
	Of      int    `json:"of,omitempty"`   // 0: it was asked no more than when the lab was learnt

	Unstable bool `json:"unstable,omitempty"` // it succeeded again after it had failed
}

// String says it in one line.
func (u Uncalm) String() string {
	times := fmt.Sprintf("good %d of %s without any fault", u.Good, plural(u.Of, "time", "times"))
	switch {
	case u.Unstable:
		return fmt.Sprintf("%s is not calm: it is unstable, %s, else %s", u.Request, times, u.Why)
	case u.Good > 0:
		return fmt.Sprintf("%s is not calm: %s, then %s", u.Request, times, u.Why)
	}
	return fmt.Sprintf("%s is not calm: %s", u.Request, u.Why)
}
