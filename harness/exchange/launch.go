package exchange

import "time"

// Launch is one start of the system and what came of it.
type Launch struct {
	Phase    Phase         `json:"phase"`
	Ready    bool          `json:"ready"`
	Took     time.Duration `json:"took"`               // until ready, dead, or given up
	Exit     *Exit         `json:"exit,omitempty"`     // set when it ended by itself
	Last     []string      `json:"last,omitempty"`     // its last lines
	Readying int           `json:"readying,omitempty"` // the last status that readiness gave, 0: no answer
}

// Exit is how a process ended.
type Exit struct {
	Code   int    `json:"code"`             // -1 when a signal ended it
	Signal string `json:"signal,omitempty"` // KILL, TERM ...
	OOM    bool   `json:"oom,omitempty"`
	Part   string `json:"part,omitempty"`
}

// Line is one line of a log.
type Line struct {
	N      int           `json:"n"` // position in the log of this launch, from 0
	Stream string        `json:"stream"`
	Part   string        `json:"part,omitempty"`
	Text   string        `json:"text"`
	At     time.Duration `json:"at,omitempty"` // since the launch
}
