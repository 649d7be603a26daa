package labfile

import (
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/decode"
)

// unbroken checks the reason for which a team accepts that nothing breaks a dependency, a secret or a request.
func (r *reader) unbroken(n *decode.Node) {
	if n == nil || n.Kind() == decode.Map || n.Kind() == decode.List {
		return // said already: it is no text
	}
	if text := strings.TrimSpace(n.Text()); slices.Contains([]string{"", "true", "false"}, text) {
		r.bad.Add(n.Pos(), "unbroken wants the reason for which it need not be broken, such as unbroken: only a nightly job uses it")
	}
}
