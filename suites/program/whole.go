package program

import "os"

// Whole tells whether a suite does all that it can (FAILWELL_ALL=1, as .ci/all has it), and not only what fits into half an hour.
func Whole() bool { return os.Getenv("FAILWELL_ALL") != "" }

// Some is every nth of a table, and all of it where everything is wanted.
func Some[T any](all []T, n int) []T {
	if Whole() {
		return all
	}
	var some []T
	for i := 0; i < len(all); i += n {
		some = append(some, all[i])
	}
	return some
}
