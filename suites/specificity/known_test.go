package specificity_test

import "github.com/failwell/failwell/suites/specificity"

// Why failwell is wrong, once for each kind of mistake.
const (
	kept = "what is fetched is kept for 150 ms only: asked for later, each request calls it; calm has to wait, or to say that it saw calls at first"
)

// known are findings on correct services, also on the guilty ones without their bug. Whoever mends failwell removes the row.
var known = []specificity.Known{
	{Service: "short-cache", Case: "coverage@tides", Because: kept},
}
