package system

import (
	"context"

	"github.com/failwell/failwell/harness/fault"
)

// What follows are the powers that a system or an instance may have beside what every one has. The engine asks for each by As,
// never by a bare type assertion, so that a wrapper keeps the powers of what it wraps.
//
//	System    Configurable  Ported  Made  Task  Described   (and lab.Grounded)
//	Instance  Ended  Healthy  Editable  Actor  Operated
//	Backend   Actor  Operated                               (and fakes.Scripted, fakes.Restorable)

// A Wrapper stands before another System, Instance or fakes.Backend: it embeds that one, changes some of it, and gives it by
// Unwrap. What has a power itself is asked in place of what it wraps, and so can also take a power away.
type Wrapper[Noun any] interface{ Unwrap() Noun }

// As finds a power: that of the value itself, else that of what it wraps. The power may be a concrete type too.
func As[Power, Noun any](of Noun) (Power, bool) {
	for {
		if power, ok := any(of).(Power); ok {
			return power, true
		}
		w, ok := any(of).(Wrapper[Noun])
		if !ok {
			var none Power
			return none, false
		}
		of = w.Unwrap()
	}
}

// Configurable is a system in which something can be edited.
type Configurable interface {
	// Settings lists the settings of the software.
	Settings() []Setting
	// Conditions lists what a launch can have that is no setting of the software: disk.
	Conditions() []string
}

// Questioning is a system of which something is not said that decides how it behaves.
type Questioning interface {
	// Questions says what, why it matters, and the line that answers it.
	Questions() []string
}

// Ported is a system that listens on ports that the lab chooses.
type Ported interface {
	// Ports lists the names of the ports beyond the main one, "".
	Ports() []string
	// Inside is the number of a port where the system itself listens, when that is not for the lab to choose.
	Inside(port string) (number int, fixed bool)
}

// Made is a system that can be built, or fetched, before its surroundings are there. Start does it otherwise.
type Made interface {
	Make(ctx context.Context, s Setup) error // Setup has Dir and State only
}

// Task is a system that can also run to its end once, before the lab's system starts: it serves nothing, and reaches what the
// names say without a gate. Its instance is Ended.
type Task interface {
	Task(ctx context.Context, s Setup) (Instance, error)
}

// Described is a system of which a lab file has to know more before it is started.
type Described interface{ Describe() Traits }

// Traits are what a lab file has to know.
type Traits struct {
	Names         []string // to which the system itself gives values, beside those of the Setup
	AbsoluteFiles bool     // its files may have absolute paths: they are seen by it alone
	HealthCheck   bool     // its instances may be Healthy
}

// Ended is an instance that can tell the moment of its end. The channel closes when it has ended, by itself or not, and
// when its last lines are in the logs.
type Ended interface{ Done() <-chan struct{} }

// Healthy is an instance with a health check of its own. Health says what is wrong, "" when nothing is. An instance that has no
// such check gives an *Unable.
type Healthy interface {
	Health(ctx context.Context) (wrong string, err error)
}

// Editable is an instance whose files can change under it. The undo puts back what the other edits leave. What cannot
// change while the system runs gives an *Unable.
type Editable interface {
	Edit(ctx context.Context, e fault.Edit) (undo func(context.Context) error, err error)
}

// Actor is an instance, or a backend, that carries out acts.
type Actor interface {
	// Able says by an *Unable what is known beforehand to be impossible; nil: it will be tried.
	Able(a fault.Act) error
	// Prepare makes ready for an act that is to come at its moment, so that it then takes no longer than it must.
	Prepare(ctx context.Context, a fault.Act) error
	// Act carries it out. Undo is never nil when err is nil; err may be a *Word, which is no failure.
	Act(ctx context.Context, a fault.Act) (undo func(context.Context) error, err error)
}

// Operated is an instance, or a backend, that is kept in containers, and tells how often something was done to its container or
// network. Looking at them does not count.
type Operated interface{ Operations() int }

// Operations is how often something was done to the containers of an instance or a backend, 0 when it has none.
func Operations[Noun any](of Noun) int {
	if o, ok := As[Operated](of); ok {
		return o.Operations()
	}
	return 0
}

// Conditions lists those of a system.
func Conditions(s System) []string {
	if c, ok := As[Configurable](s); ok {
		return c.Conditions()
	}
	return nil
}
