package trial

import (
	"fmt"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/lab"
)

// Spared says why no fault can strike a request, as far as calm shows: it makes no call that one of them speaks about. It is
// empty when one can, and when calm did not succeed.
func Spared(l *lab.Lab, request string, in fault.Injection) string {
	known := l.Learnt(request)
	if !known.OK || len(in.Edits)+len(in.Acts) > 0 {
		return ""
	}
	reaches := l.Reaches(request)
	for _, link := range in.Links {
		if slices.Contains(reaches, link.On) {
			return ""
		}
	}
	for _, r := range in.Rules {
		if f, ok := l.Config.Fakes[r.On]; ok {
			r = f.Fake.Describe().Place(r)
		}
		r.Connections = ""
		if !r.Effect.Bites() {
			continue
		}
		if r.Effect.At.Early() && slices.Contains(reaches, r.On) || slices.ContainsFunc(known.Calls, r.Match) {
			return ""
		}
	}
	return fmt.Sprintf("in calm %s makes no call that %s could strike; it calls %s", request, in.Words(), orNobody(reaches))
}

func orNobody(names []string) string {
	if len(names) == 0 {
		return "nobody"
	}
	return strings.Join(names, ", ")
}
