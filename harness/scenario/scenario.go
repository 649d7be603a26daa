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
	Why    string            `json:"why" decode:"must" doc:"what the scenario protects, in a sentence that names the incident" example:"INC-1043: payments stopped answering and every checkout hung"`
	Event  string            `json:"event,omitempty" doc:"what happens, as a clause that a headline says after when" default:"made from the faults" example:"$dep closes an idle connection"`
	Cause  string            `json:"cause,omitempty" doc:"the cause that the contract speaks about (failwell list causes)" default:"derived from the faults" example:"upstream/timeout"`
	Labels []string          `json:"labels,omitempty" decode:"one" doc:"labels, by which --only chooses" example:"[checkout]"`
	Needs  []string          `json:"needs,omitempty" decode:"one" doc:"what it cannot do without, such as state" example:"[state]"`
	For    For               `json:"for,omitzero" doc:"over which dependencies, requests, secrets or settings it expands" default:"one case" example:"{dependency: {class: store}, request: {reaches: $dep}}"`
	Vary   []Vary            `json:"-"`
	Varied *decode.Node      `json:"vary,omitempty" doc:"further variables, each with the values that it takes" example:"{point: [request, reply]}"`
	Given  []fault.Spec      `json:"given,omitempty" doc:"the faults (failwell list faults)" example:"[{slow: {on: payments, by: 10s}}]"`
	When   When              `json:"when,omitzero" doc:"what is asked under the faults" default:"$request, once" example:"{request: create-order, copies: 20, at-once: true}"`
	Then   []Named           `json:"then,omitempty" doc:"checks beside those that judge every case (failwell list checks)" example:"[{status: [504, 503]}, {within: 2.5s}]"`
	Waive  map[string]string `json:"waive,omitempty" doc:"checks that are switched off, each with the reason" example:"{resent: the client does this on purpose}"`
	Pos    decode.Pos        `json:"-" decode:"pos"`
}

// Generic tells whether the scenario expands over the lab. With Vary alone it is one incident in several variants.
func (s Scenario) Generic() bool { return s.For != (For{}) }

// For says over what a scenario expands.
type For struct {
	Dependency *Select `json:"dependency,omitempty" doc:"which dependencies: $dep stands for each" example:"{class: store}"`
	Request    *Select `json:"request,omitempty" doc:"which requests: $request stands for each" example:"{reaches: $dep}"`
	Secret     *Select `json:"secret,omitempty" doc:"which secrets: $secret stands for each" example:"{has: file}"`
	Setting    *Select `json:"setting,omitempty" doc:"which settings: $setting stands for each" example:"{from: env}"`
}

// Select narrows down; all that is said must match. An empty Select takes everything.
type Select struct {
	Name    []string   `json:"name,omitempty" decode:"one" doc:"these names" example:"[db]"`
	Kind    []string   `json:"kind,omitempty" decode:"one" doc:"these kinds" example:"[postgres]"`
	Class   []string   `json:"class,omitempty" decode:"one" doc:"these classes: store, upstream, cache, queue" example:"[store]"`
	Role    []string   `json:"role,omitempty" decode:"one" doc:"these roles" example:"[optional]"`
	Method  []string   `json:"method,omitempty" decode:"one" doc:"requests of these methods" example:"[POST]"`
	Label   []string   `json:"label,omitempty" decode:"one" doc:"requests with one of these labels" example:"[checkout]"`
	Reaches []string   `json:"reaches,omitempty" decode:"one" doc:"requests that reach one of these dependencies" example:"[$dep]"`
	From    []string   `json:"from,omitempty" decode:"one" doc:"settings that stand here: env, arg, file, secret" example:"[env]"`
	Uses    []string   `json:"uses,omitempty" decode:"one" doc:"settings whose value is of this sort: dependency, secret, literal" example:"[secret]"`
	Has     []string   `json:"has,omitempty" decode:"one" doc:"of requests: body, auth, key, safe, write; of secrets and settings: file, dir, form, opaque" example:"[body]"`
	Pos     decode.Pos `json:"-" decode:"pos"`
}

// Vary is one variable of a scenario and its values.
type Vary struct {
	Name   string
	Values []string
}

// When says what is asked while the fault holds.
type When struct {
	Request string        `json:"request,omitempty" doc:"the request that is sent" example:"create-order"`
	Change  []Change      `json:"change,omitempty" decode:"one" doc:"what is made wrong in it: set, drop, type, raw-body, header, method, target, framing, pace" example:"[{drop: /sku}]"`
	Copies  int           `json:"copies,omitempty" doc:"how often it is sent" default:"1" example:"20"`
	AtOnce  bool          `json:"at-once,omitempty" doc:"true: the copies are sent together" default:"false: one after the other" example:"true"`
	Rate    Rate          `json:"rate,omitempty" doc:"how many copies are sent in a time, whatever the answers do" example:"20/s"`
	During  time.Duration `json:"during,omitempty" doc:"for how long they are sent at that rate" example:"3s"`
	Steps   []Part        `json:"steps,omitempty" doc:"in place of all this: one thing after the other" example:"[{request: create-order}, {heal: true}, {request: create-order}]"`
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
