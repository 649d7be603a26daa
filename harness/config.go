package harness

import (
	"context"
	"io"
	"net/http"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/system"
)

// What a lab is made of.
type (
	Config   = lab.Config
	Fakes    = lab.Fakes
	Ready    = lab.Ready
	Secret   = lab.Secret
	Prepare  = lab.Prepare
	Isolate  = lab.Isolate
	Contract = lab.Contract
	Waiver   = lab.Waiver
	Seen     = lab.Seen
	Unready  = lab.Unready

	System  = system.System
	Setup   = system.Setup
	Process = system.Process
)

// What is asked, and what comes of it. A Request is said once: Config, Try, Do and spec.Cross take the same value. In its texts
// $name is a name of the lab, and $$ a dollar.
type (
	Request = scenario.Request
	Step    = scenario.Step
	Effect  = scenario.Effect
	Expect  = check.Expect
	Case    = scenario.Case

	Exchange = exchange.Exchange
	Subject  = check.Subject
	Result   = report.Result
)

// Operations are the requests for the GraphQL operations of a document, which are sent by POST to an endpoint such as /graphql. Their
// answers are judged by the schema, in SDL; variables hold the value of each variable by its name.
func Operations(endpoint, schema, document string, variables map[string]any) ([]Request, error) {
	return scenario.Operations(endpoint, schema, document, variables)
}

// Role is what a dependency is to the system, or to one request.
type Role = contract.Role

// The roles. Without a dependency that is essential a request cannot succeed.
const (
	Essential = contract.Essential
	Optional  = contract.Optional
)

// Profile says how much of the contract is judged.
type Profile = contract.Profile

// The profiles: what nobody disputes, what is good practice, and the whole table.
const (
	Floor    = contract.Floor
	Standard = contract.Standard
	Strict   = contract.Strict
)

// Func is a system in this very process: the handler that f makes, on a loopback port. Its context ends when the lab closes
// or the system is started anew; what f opened is to be closed then.
func Func(f func(ctx context.Context, s Setup) (http.Handler, error)) System { return system.Func(f) }

// FuncLogs is Func for a system that writes its log, line by line, to the given writer.
func FuncLogs(f func(ctx context.Context, s Setup, log io.Writer) (http.Handler, error)) System {
	return system.FuncLogs(f)
}
