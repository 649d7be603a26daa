package lab

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
)

// errorShape learns what the service's error answers have in common from the calm 4xx ones. What an HTTP library may have said by
// itself teaches the shape only where nothing else does, and is marked as that.
func (l *Lab) errorShape() {
	types := map[string]int{}
	own := 0
	var members []string
	for _, r := range l.Config.Requests {
		e := l.Learnt(r.Name).Last
		if e.Status()/100 != 4 || e.Response == nil || e.Request.Protocol != exchange.HTTP {
			continue
		}
		l.shape.Samples++
		same, other := check.StatusMembers(e)
		l.shape.SameStatus, l.shape.OtherStatus = union(l.shape.SameStatus, same), union(l.shape.OtherStatus, other)
		if check.Unrouted(e) {
			continue
		}
		own++
		types[e.Response.MediaType()]++
		var body map[string]any
		if json.Unmarshal([]byte(e.Response.Body), &body) != nil {
			continue
		}
		have := slices.Collect(maps.Keys(body))
		if members == nil {
			members = have
		}
		members = slices.DeleteFunc(members, func(m string) bool { return !slices.Contains(have, m) })
	}
	if own == 0 {
		types, l.shape.Unrouted = l.unroutedTypes(), l.shape.Samples > 0
	}
	l.shape.ErrorType = mostOften(types)
	slices.Sort(members)
	l.shape.ErrorMembers = members
}

// union joins two lists, sorted, each word once.
func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// unroutedTypes are the media types of the answers that may be a library's.
func (l *Lab) unroutedTypes() map[string]int {
	types := map[string]int{}
	for _, r := range l.Config.Requests {
		if e := l.Learnt(r.Name).Last; e.Response != nil && e.Request.Protocol == exchange.HTTP && check.Unrouted(e) {
			types[e.Response.MediaType()]++
		}
	}
	return types
}

// mostOften is the media type that was seen most; of two, the one that is JSON, then the first by name.
func mostOften(types map[string]int) string {
	names := slices.Sorted(maps.Keys(types))
	if len(names) == 0 {
		return ""
	}
	return slices.MaxFunc(names, func(a, b string) int {
		if types[a] != types[b] {
			return types[a] - types[b]
		}
		if aJSON, bJSON := strings.HasSuffix(a, "json"), strings.HasSuffix(b, "json"); aJSON != bJSON {
			if aJSON {
				return 1
			}
			return -1
		}
		return strings.Compare(b, a)
	})
}
