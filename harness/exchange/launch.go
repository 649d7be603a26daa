package exchange

import (
	"fmt"
	"time"
)

// Launch is one start of the system and what came of it.
type Launch struct {
	Phase    Phase         `json:"phase"`
	Ready    bool          `json:"ready"`
	Took     time.Duration `json:"took"`               // until ready, dead, or given up
	Exit     *Exit         `json:"exit,omitempty"`     // set when it ended by itself
	Last     []string      `json:"last,omitempty"`     // its first and last lines
	Readying int           `json:"readying,omitempty"` // the last status that readiness gave, 0: no answer
	Awaited  []string      `json:"awaited,omitempty"`  // what of readiness did not hold at last
}

// Exit is how a process ended.
type Exit struct {
	Code   int    `json:"code"`             // -1 when a signal ended it
	Signal string `json:"signal,omitempty"` // KILL, TERM ...
	OOM    bool   `json:"oom,omitempty"`
	Limit  int64  `json:"limit,omitempty"` // of memory, in bytes, where it was OOM and is known
	Part   string `json:"part,omitempty"`
}

// String says it as the end of a sentence: "ended with code 3".
func (e Exit) String() string {
	switch {
	case e.OOM && e.Limit > 0:
		return fmt.Sprintf("was killed: out of memory (limit %g MiB)", float64(e.Limit)/(1<<20))
	case e.OOM:
		return "was killed: out of memory"
	case e.Signal != "":
		return "was ended by signal " + e.Signal
	}
	return fmt.Sprintf("ended with code %d", e.Code)
}

// Line is one line of a log.
type Line struct {
	N      int           `json:"n"` // position in the log of this launch, from 0
	Stream string        `json:"stream"`
	Part   string        `json:"part,omitempty"`
	Text   string        `json:"text"`
	At     time.Duration `json:"at,omitempty"` // since the launch
}
