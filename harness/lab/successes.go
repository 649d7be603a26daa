package lab

// Successes tells whether the system logs what went well, as far as it has been seen. Its zero value takes it that it does.
type Successes struct{ seen, missed int }

// enough is after how many successes without a line a system is taken for one that logs none.
const enough = 2

// AreLogged tells whether a line is to be expected of an answer that is good.
func (s *Successes) AreLogged() bool { return s.seen > 0 || s.missed < enough }

// Note notes whether a line came.
func (s *Successes) Note(logged bool) {
	if logged {
		s.seen++
		return
	}
	s.missed++
}
