package check

// Alone is a check whose verdict needs nothing but one answer: it can judge answers that were made elsewhere.
type Alone interface {
	Check
	// Alone does nothing; it marks the check.
	Alone()
}

// Alone marks the check.
func (Leak) Alone() {}

// Alone marks the check.
func (Complete) Alone() {}

// Alone marks the check.
func (RetryAfter) Alone() {}
