package fault

import "errors"

// Acts lets an owner do something to the system or to a dependency: pause it, kill it, take its disk. What there is to do is
// the owner's matter.
type Acts struct {
	On   string            `json:"on,omitempty"` // default: system
	Do   string            `json:"do" decode:"must,short"`
	Args map[string]string `json:"args,omitempty"`
	Trigger
}

// Injection compiles the fault.
func (f Acts) Injection() (Injection, error) {
	if f.Do == "" {
		return Injection{}, errors.New("act needs `do`: pause, kill, term")
	}
	return Injection{Acts: []Act{{On: or(f.On, "system"), Do: f.Do, Args: f.Args, At: f.Trigger}}}, nil
}
