// Package scenario holds what is tried: scenarios as they are written, the facts that calm showed, and the cases that
// come of both.
//
//	YAML or Go -> Scenario + Facts -> Expand -> Case
package scenario

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/fault"
)

// Scenario is: given faults, when requests, then checks. With For it is generic and expands over what the lab has; without,
// it is one incident.
type Scenario struct {
	ID     string            `json:"-"`
	Why    string            `json:"why" decode:"must"`
	Event  string            `json:"event,omitempty"` // what happens, as a clause: "$dep closes an idle connection"; headlines say it after "when"
	Cause  string            `json:"cause,omitempty"`
	Labels []string          `json:"labels,omitempty" decode:"one"`
	Needs  []string          `json:"needs,omitempty" decode:"one"`
	For    For               `json:"for,omitzero"`
	Vary   []Vary            `json:"-"`
	Varied *decode.Node      `json:"vary,omitempty"`
	Given  []fault.Spec      `json:"given,omitempty"`
	When   When              `json:"when,omitzero"`
	Then   []Named           `json:"then,omitempty"`
	Waive  map[string]string `json:"waive,omitempty"` // check -> reason
	Pos    decode.Pos        `json:"-" decode:"pos"`
}

// Generic tells whether the scenario expands over the lab. With Vary alone it is one incident in several variants.
func (s Scenario) Generic() bool { return s.For != (For{}) }

// For says over what a scenario expands.
type For struct {
	Dependency *Select `json:"dependency,omitempty"`
	Request    *Select `json:"request,omitempty"`
	Secret     *Select `json:"secret,omitempty"`
	Setting    *Select `json:"setting,omitempty"`
}

// Select narrows down; all that is said must match. An empty Select takes everything.
type Select struct {
	Name    []string   `json:"name,omitempty" decode:"one"`
	Kind    []string   `json:"kind,omitempty" decode:"one"`
	Class   []string   `json:"class,omitempty" decode:"one"`
	Role    []string   `json:"role,omitempty" decode:"one"`
	Method  []string   `json:"method,omitempty" decode:"one"`
	Label   []string   `json:"label,omitempty" decode:"one"`
	Reaches []string   `json:"reaches,omitempty" decode:"one"`
	From    []string   `json:"from,omitempty" decode:"one"` // of settings: env, arg, file, secret
	Uses    []string   `json:"uses,omitempty" decode:"one"` // of settings: dependency, secret, literal
	Has     []string   `json:"has,omitempty" decode:"one"`  // of requests: body, auth, key, safe, write; of secrets and settings: file, dir, form, opaque
	Pos     decode.Pos `json:"-" decode:"pos"`
}

// Vary is one variable of a scenario and its values.
type Vary struct {
	Name   string
	Values []string
}

// When says what is asked while the fault holds.
type When struct {
	Request string        `json:"request,omitempty"`
	Change  []Change      `json:"change,omitempty" decode:"one"`
	Copies  int           `json:"copies,omitempty"`
	AtOnce  bool          `json:"at-once,omitempty"` // copies together; else one after the other
	Rate    Rate          `json:"rate,omitempty"`    // copies at a pace, for During, whatever the answers do
	During  time.Duration `json:"during,omitempty"`
	Steps   []Part        `json:"steps,omitempty"` // in place of all this: one thing after the other
}

// Part is one step of a When: a request, `heal`, or further faults.
type Part struct {
	When
	Heal   bool            `json:"heal,omitempty"`
	Inject []fault.Spec    `json:"inject,omitempty"` // in place of what is armed
	Faults fault.Injection `json:"-"`                // Inject, compiled
}

// ReadNode reads `heal`, `{inject: [...]}` or `{request: NAME, ...}`.
func (p *Part) ReadNode(n *decode.Node) error {
	if n.Kind() == decode.Scalar {
		if n.Text() != "heal" {
			return decode.Problem{Pos: n.Pos(), What: fmt.Sprintf("a step is heal, `{inject: [...]}` or `{request: NAME}`, not %q", n.Text())}
		}
		*p = Part{Heal: true}
		return nil
	}
	if inject := n.Get("inject"); inject != nil {
		*p = Part{}
		return inject.Into(&p.Inject)
	}
	var w When
	err := n.Into(&w)
	if err == nil && (w.Request == "" || len(w.Steps) > 0) {
		err = decode.Problem{Pos: n.Pos(), What: "a step is heal, `{inject: [...]}` or `{request: NAME}`"}
	}
	*p = Part{When: w}
	return err
}

// Rate is how many copies are sent in a second, written 20/s.
type Rate float64

// UnmarshalText reads `20/s`.
func (r *Rate) UnmarshalText(text []byte) error {
	num, ok := strings.CutSuffix(string(text), "/s")
	n, err := strconv.ParseFloat(num, 64)
	if !ok || err != nil || !(n >= 0.01 && n <= 1000) {
		return fmt.Errorf("want a rate such as 20/s, not %q", text)
	}
	*r = Rate(n)
	return nil
}

// pacing gives the number of copies and the time between their starts; negative: each waits for the one before.
func (w When) pacing() (copies int, every time.Duration) {
	switch {
	case w.Rate > 0:
		return max(1, int(float64(w.Rate)*w.During.Seconds())), time.Duration(float64(time.Second) / float64(w.Rate))
	case w.AtOnce:
		return max(1, w.Copies), 0
	}
	return max(1, w.Copies), -1
}

// Named is a check by its name, with its parameters.
type Named struct {
	Name   string       `json:"name"`
	Params *decode.Node `json:"params,omitempty"`
	Pos    decode.Pos   `json:"pos,omitzero"`
}

// ReadNode reads `{CHECK: params}` or `CHECK`.
func (c *Named) ReadNode(n *decode.Node) error {
	var s fault.Spec
	if err := s.ReadNode(n); err != nil {
		return decode.Problem{Pos: n.Pos(), What: "want one check as `{NAME: ...}`"}
	}
	*c = Named{Name: s.Kind, Params: s.Params, Pos: s.Pos}
	return nil
}

// Case is one expanded scenario: these faults, this request.
type Case struct {
	ID       string            `json:"id"`
	Scenario string            `json:"scenario"`
	Why      string            `json:"why"`
	Event    string            `json:"event,omitempty"`
	Cause    string            `json:"cause"`
	Labels   []string          `json:"labels,omitempty"`
	Given    []fault.Spec      `json:"given,omitempty"`
	Faults   fault.Injection   `json:"faults,omitzero"` // Given, compiled
	Request  string            `json:"request"`
	Change   []Change          `json:"change,omitempty"`
	Copies   int               `json:"copies,omitempty"`
	Every    time.Duration     `json:"every,omitempty"` // between the starts of copies; 0: together; negative: one after the other
	Steps    []Part            `json:"steps,omitempty"`
	Then     []check.Named     `json:"-"`
	Thens    []string          `json:"then,omitempty"`
	Waive    map[string]string `json:"waive,omitempty"`
	Specific bool              `json:"specific,omitempty"`
	Again    int               `json:"again,omitempty"`       // which repetition, from 2
	Skip     string            `json:"skip,omitempty"`        // why it cannot be run
	Missing  bool              `json:"unavailable,omitempty"` // it cannot be run on this machine; elsewhere it can
}

// Repeated is the id of the result of a case: its own, with the number of the repetition.
func (c Case) Repeated() string {
	if c.Again > 0 {
		return fmt.Sprintf("%s#%d", c.ID, c.Again)
	}
	return c.ID
}

// Aims lists what the faults of a case, and of its steps, aim at: dependencies, parts of the system, settings, secrets.
func (c Case) Aims() []string {
	all := c.everything()
	names := all.On()
	for _, e := range all.Edits {
		names = append(names, e.Setting)
	}
	return names
}
