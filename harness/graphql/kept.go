package graphql

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// Loss is a place of an answer that is not as without the fault although no error explains it.
type Loss struct {
	At   string
	Kind string // one of the kinds below
	Was  string // as JSON, cut short
	Is   string
}

// The kinds of losses.
const (
	LostNull    = "null"    // null in place of a value
	LostGone    = "gone"    // not there
	LostShorter = "shorter" // a list with fewer elements
	LostChanged = "changed" // another value
)

// Lost lists what of calm answers is not in an answer to the same operation although no error of it says so. What calm answers do not
// share (times, ids, lists that grow) is not compared; with one alone only what became null, empty or missing is. A number that grew may
// be a time or a counter, which a fault makes grow, and is no loss.
func (o Operation) Lost(a Answer, calm ...Answer) []Loss {
	if len(calm) == 0 || !a.HasData || a.Data == nil {
		return nil
	}
	l := losing{explained: o.explained(a), values: len(calm) > 1}
	for _, e := range a.Errors {
		l.explained[position(e.Path)] = true
		l.unplaced = l.unplaced || len(e.Path) == 0
	}
	delete(l.explained, position(nil)) // the root is there
	was := make([]any, len(calm))
	for i, c := range calm {
		was[i] = c.Data
	}
	l.value(a.Data, was)
	l.cut()
	return l.losses
}

// losing walks through an answer and calm ones side by side.
type losing struct {
	explained map[string]bool
	unplaced  bool // an error says of no place: any null may be its
	values    bool // whether values are compared
	path      trail
	losses    []Loss
	last      string // once there are many: what comes after this place will not be told
}

// lost notes a loss, unless an error explains it, here or above.
func (l *losing) lost(kind string, was, is any) {
	if l.unplaced && (kind == LostNull || kind == LostGone) {
		return
	}
	path := l.path.path()
	for n := range len(path) + 1 {
		if l.explained[position(path[:n])] {
			return
		}
	}
	at := written(path)
	if l.last != "" && at > l.last {
		return
	}
	l.losses = append(l.losses, Loss{At: at, Kind: kind, Was: short(was), Is: short(is)})
	if len(l.losses) >= 10*mostBreaches {
		l.cut()
		l.last = l.losses[mostBreaches-1].At
	}
}

// cut keeps the first losses by their places: which ones does not hang on the order of the walk.
func (l *losing) cut() {
	slices.SortFunc(l.losses, func(a, b Loss) int { return strings.Compare(a.At, b.At) })
	l.losses = l.losses[:min(len(l.losses), mostBreaches)]
}

// value compares one value with those of calm. Where calm itself has none, or has several kinds of it, nothing can be told.
func (l *losing) value(is any, was []any) {
	if !sameKind(was) || was[0] == nil {
		return
	}
	switch first := was[0].(type) {
	case map[string]any:
		object, ok := is.(map[string]any)
		if !ok {
			l.other(is, first)
			return
		}
		l.members(object, was)
	case []any:
		list, ok := is.([]any)
		if !ok {
			l.other(is, first)
			return
		}
		l.elements(list, was)
	default:
		l.leaf(is, was)
	}
}

// other notes a value of another kind.
func (l *losing) other(is, was any) {
	if is == nil {
		l.lost(LostNull, was, is)
		return
	}
	l.lost(LostChanged, was, is)
}

func (l *losing) members(is map[string]any, was []any) {
	for key, first := range was[0].(map[string]any) {
		if kindOf(first) == "leaf" && is[key] == first {
			continue // most are
		}
		var some [3]any
		inner := some[:0]
		for _, w := range was {
			if v, has := w.(map[string]any)[key]; has {
				inner = append(inner, v)
			}
		}
		if len(inner) < len(was) {
			continue
		}
		l.path = append(l.path, hop{key: key})
		if v, has := is[key]; has {
			l.value(v, inner)
		} else if inner[0] != nil {
			l.lost(LostGone, inner[0], nil)
		}
		l.path = l.path[:len(l.path)-1]
	}
}

func (l *losing) elements(is []any, was []any) {
	shortest, longest := len(was[0].([]any)), len(was[0].([]any))
	for _, w := range was {
		shortest, longest = min(shortest, len(w.([]any))), max(longest, len(w.([]any)))
	}
	if len(is) < shortest && (l.values && shortest == longest || len(is) == 0) {
		l.lost(LostShorter, was[0], is)
		return
	}
	if shortest != longest || len(is) != shortest {
		return
	}
	for i, v := range is {
		var some [3]any
		inner := some[:0]
		for _, w := range was {
			inner = append(inner, w.([]any)[i])
		}
		l.path = append(l.path, hop{index: i, isIndex: true})
		l.value(v, inner)
		l.path = l.path[:len(l.path)-1]
	}
}

func (l *losing) leaf(is any, was []any) {
	if is == nil {
		l.lost(LostNull, was[0], is)
		return
	}
	for _, w := range was {
		if !l.values || w != was[0] {
			return
		}
	}
	number, isNumber := is.(float64)
	before, wasNumber := was[0].(float64)
	if is != was[0] && !(isNumber && wasNumber && number > before) {
		l.lost(LostChanged, was[0], is)
	}
}

// sameKind tells whether values are all of one kind of JSON.
func sameKind(all []any) bool {
	for _, v := range all[1:] {
		if kindOf(v) != kindOf(all[0]) {
			return false
		}
	}
	return true
}

func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case map[string]any:
		return "object"
	case []any:
		return "list"
	}
	return "leaf"
}

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

// short is a value as JSON, cut short.
func short(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return "?"
	}
	if len(text) > 60 {
		return strings.ToValidUTF8(string(text[:60]), "") + "..."
	}
	return string(text)
}
