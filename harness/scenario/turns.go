package scenario

import "strconv"

// ofTurns is the word in `vary` that stands for the third of the calls that a request makes of a dependency, and in the full plan for each
// one from there on: what fails late finds more done.
const ofTurns = "$turns"

// mostTurns bounds them: of a request that makes hundreds of calls, the rest are more of the same.
const mostTurns = 20

// turns lists them, as numbers.
func (x expansion) turns(b binding) []string {
	last := 3
	if x.plan == Full {
		last = 0
		if a, ok := x.facts.Ask(b["request"]); ok {
			for _, c := range a.Calls {
				if c.On == b["dep"] {
					last++
				}
			}
		}
	}
	var all []string
	for n := 3; n <= min(last, mostTurns); n++ {
		all = append(all, strconv.Itoa(n))
	}
	return all
}
