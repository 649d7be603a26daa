package fault

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/decode"
)

// Setting starts the system with one setting or secret wrong.
type Setting struct {
	Name  string `json:"name" decode:"must" doc:"env.NAME, arg.N, file.PATH, file.PATH#/pointer, or the name of a secret" example:"env.PAYMENTS_URL"`
	Is    string `json:"is" decode:"must" doc:"what is wrong with it: missing, empty, malformed, wrong, unreadable or read-only" example:"missing"`
	Value string `json:"value,omitempty" doc:"the value in its place, for malformed and wrong" default:"made from the right one" example:"http://127.0.0.1:1"`
	Live  bool   `json:"live,omitempty" doc:"true: it changes while the system runs, not before its start" default:"false" example:"true"`
}

// SettingOps lists what can be wrong with a setting.
func SettingOps() []string {
	return []string{Missing, Empty, "malformed", Wrong, "unreadable", ReadOnly}
}

// What is done to a setting, where others have to tell it.
const (
	Missing = "missing"
	Empty   = "empty"
	Wrong   = "wrong" // another value of the same form
)

// Disk is the setting of systems that have a disk of their own: it can be ReadOnly, and nothing else.
const (
	Disk     = "disk"
	ReadOnly = "read-only"
)

// About describes the fault.
func (Setting) About() decode.About {
	return decode.About{
		Doc:     "Starts the system with one setting or secret missing or wrong.",
		Example: `setting: {name: env.PAYMENTS_URL, is: missing}`,
	}
}

// Injection compiles the fault.
func (f Setting) Injection() (Injection, error) {
	if f.Name == "" {
		return Injection{}, errors.New("setting needs `name`: env.NAME, arg.N, file.PATH, or a secret")
	}
	if !slices.Contains(SettingOps(), f.Is) {
		return Injection{}, fmt.Errorf("is is one of %s, not %q", strings.Join(SettingOps(), ", "), f.Is)
	}
	if (f.Name == Disk || strings.HasSuffix(f.Name, "."+Disk)) != (f.Is == ReadOnly) {
		return Injection{}, errors.New("a disk can be read-only, and only a disk")
	}
	return Injection{Edits: []Edit{{Setting: f.Name, Op: f.Is, Value: f.Value, Live: f.Live}}}, nil
}

// Absent tells whether an edit leaves nothing of the value.
func (e Edit) Absent() bool { return e.Op == "missing" || e.Op == "empty" }

// Exchanged is an edit of the same setting that puts another value in its place.
func (e Edit) Exchanged() Edit { return Edit{Setting: e.Setting, Op: "wrong", Live: e.Live} }
