package lab

import (
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/catalog"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/leak"
	"github.com/failwell/failwell/harness/redact"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/system"
)

// Fakes are the dependencies of a lab, by name.
type Fakes map[string]fakes.Dependency

// Config says what a lab is. System and Requests are all that is needed; the zero value of the rest is its default.
type Config struct {
	Name     string
	System   system.System
	Ground   Ground // where the fakes listen; nil: what the system asks for, which is loopback for most
	Fakes    Fakes
	Taps     map[string]string        // dependencies that stand before a part of the system, to the name of that part
	Roles    map[string]contract.Role // what each dependency is to the system; else unknown
	WhenAway map[string]contract.Away // what the system does while each dependency is away, where that is declared
	Unbroken map[string]string        // dependencies that nothing need break, to why
	Own      []string                 // dependencies whose credential is the system's own
	Secrets  map[string]Secret
	Given    []redact.Secret    // further passwords and tokens that stand in the lab file
	Prepare  []Prepare          // after the servers are up, before the system starts
	Isolate  []Isolate          // dependencies whose rows are kept from the next case
	Requests []scenario.Request // what can be asked, in order
	Discover Discovery          // of further requests, before calm; may be nil
	Before   []scenario.Step    // once per launch; their captures are names
	Header   map[string]string  // of every request that does not set it
	Ready    Ready
	Live     string // path of liveness

	LiveHeader map[string]string // header fields of liveness
	Contract   Contract
	Canaries   []leak.Canary // handed out when the dependencies were made

	Deadline   time.Duration // what callers are promised; 0: nothing, faults then count from 2s
	Limit      time.Duration // how long an answer is waited for; default 4 x Deadline + 1s and at least 3s, without a Deadline 10s
	HealWithin time.Duration // default 5s
	IdleFor    time.Duration // how long the system is watched without requests; default 1s

	Catalog catalog.Catalog
	Seed    string
	Dir     string // for files of this lab; default a new temporary directory
	State   *system.State

	Starts int // how many labs like this one may start at a time; 0: any number

	Begun func() // called once, when the system is up for the first time; may be nil
}

// Secret is a secret that the system is given.
type Secret struct {
	Value string        `json:"value" decode:"must,short" doc:"the value" example:"s3cr3t-key"`
	Role  contract.Role `json:"role,omitempty" doc:"optional: the system may do without" default:"essential" example:"optional"`

	Unbroken string `json:"unbroken,omitempty" doc:"why nothing need break it" example:"only a nightly job uses it"`
}

// values are the secrets themselves, by name.
func values(secrets map[string]Secret) map[string]string {
	all := map[string]string{}
	for name, s := range secrets {
		all[name] = s.Value
	}
	return all
}

// Prepare is one step of making a dependency's data.
type Prepare struct {
	On     string            // the dependency
	Run    []string          // a command ...
	Dir    string            // ... in this directory
	Env    map[string]string // ... with this environment
	System system.System     // or a system that runs to its end, with code 0
	Script string            // or a script in the server's own language
	As     string            // "superuser", or "" for the system's user
	Pos    decode.Pos        // where the lab file says so
}

// Ready says how the system tells that it is ready.
type Ready struct {
	Header   map[string]string
	Get      string        // path; with nothing else, empty: it gives any answer at all
	Log      string        // in a line of any of its streams
	Health   bool          // its own health check succeeds
	Within   time.Duration // default 10s
	Follows  []string      // dependencies that it follows
	Declared bool          // Follows was said, so it is judged
}

// Contract says what is owed and how much of it is judged.
type Contract struct {
	Table   contract.Table // empty: the built-in one
	Profile contract.Profile
	Errors  string
	Trace   check.Trace
	Waive   []Waiver
	Raise   map[string]contract.Impact // check -> impact of its failures
}

// Waiver switches a check off where a team knows better, visibly and for a time.
type Waiver struct {
	Check   string    `json:"check" decode:"must" doc:"the check that is switched off (failwell list checks)" example:"status"`
	Request string    `json:"request,omitempty" doc:"for which requests: a glob of names" default:"all" example:"command-*"`
	Case    string    `json:"case,omitempty" doc:"for which cases: a glob of ids" default:"all" example:"upstream/*@payments:*"`
	Saw     int       `json:"saw,omitempty" doc:"only where this status was seen" default:"any" example:"200"`
	Because string    `json:"because" decode:"must" doc:"why this is accepted" example:"asynchronous, stored on disk"`
	Until   string    `json:"until,omitempty" doc:"the last day on which it is accepted" default:"for ever" example:"2027-06-30"`
	Expires time.Time `json:"-"`

	Pos decode.Pos `json:"-"` // of Case in the file
}

// defaults fills in what was left out.
func (c Config) defaults() (Config, error) {
	if len(c.Contract.Table.Rows) == 0 {
		t, err := contract.Built()
		if err != nil {
			return c, err
		}
		c.Contract.Table = t
	}
	if c.Contract.Profile == "" {
		c.Contract.Profile = contract.Floor
	}
	limit := 10 * time.Second
	if c.Deadline > 0 {
		limit = max(4*c.Deadline+time.Second, 3*time.Second)
	}
	for p, d := range map[*time.Duration]time.Duration{
		&c.Limit: limit, &c.HealWithin: 5 * time.Second, &c.IdleFor: time.Second, &c.Ready.Within: 10 * time.Second,
	} {
		if *p == 0 {
			*p = d
		}
	}
	if c.Seed == "" {
		c.Seed = "1"
	}
	if c.Ground == nil {
		c.Ground = groundOf(c.System)
	}
	return c, nil
}

// role is what a dependency is to the system: as it is said, else by what is done while it is away.
func (c Config) role(name string) contract.Role {
	if r := c.Roles[name]; r != contract.Unknown {
		return r
	}
	return c.WhenAway[name].Role()
}

// Reference is the deadline that faults are measured by.
func (c Config) Reference() time.Duration {
	if c.Deadline > 0 {
		return c.Deadline
	}
	return 2 * time.Second
}
