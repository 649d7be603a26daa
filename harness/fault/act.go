package fault

import (
	"errors"

	"github.com/failwell/failwell/harness/decode"
)

// Acts lets an owner do something to the system or to a dependency: pause it, kill it, take its disk. What there is to do is
// the owner's matter.
type Acts struct {
	On   string            `json:"on,omitempty" doc:"whose act it is: system, a part, or a dependency" default:"system" example:"db"`
	Do   string            `json:"do" decode:"must,short" doc:"what is done, such as pause, kill or term" example:"pause"`
	Args map[string]string `json:"args,omitempty" doc:"what the act needs to know" example:"{sql: lock table orders}"`
	Trigger
}

// About describes the fault.
func (Acts) About() decode.About {
	return decode.About{
		Doc:     "Does something to the system or to a dependency itself: pauses it, kills it, takes its disk. What there is to do is its owner's matter; an unknown act is answered with the list of those that there are.",
		Example: `act: {on: system, do: pause}`,
	}
}

// Injection compiles the fault.
func (f Acts) Injection() (Injection, error) {
	if f.Do == "" {
		return Injection{}, errors.New("act needs `do`: pause, kill, term")
	}
	return Injection{Acts: []Act{{On: or(f.On, "system"), Do: f.Do, Args: f.Args, At: f.Trigger}}}, nil
}
