package labfile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/decode"
)

// flag is where nodes stand that came from the command line.
var flag = decode.Pos{File: "--set"}

// override lays values from the command line over the file.
func (r *reader) override(root *decode.Node, set []string) *decode.Node {
	for _, one := range set {
		path, text, found := strings.Cut(one, "=")
		if !found || path == "" {
			r.bad.Add(flag, "want PATH=VALUE, such as dependencies.db.server=installed, not %q", one)
			continue
		}
		value, err := given(text)
		if err == nil {
			root, err = put(root, nil, strings.Split(path, "."), value)
		}
		r.bad.Join(err, flag)
	}
	return root
}

// given is a value as it would stand in the file.
func given(text string) (*decode.Node, error) {
	if strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		return decode.Parse(flag.File, []byte(text))
	}
	return decode.NewScalar(flag, text), nil
}

// byName are the maps whose keys the file chooses: what they do not have cannot be set.
var byName = []string{"dependencies", "secrets", "requests", "before", "parts"}

// put returns a copy of a map in which a value stands at a path. A key may have dots in it. Sections that are missing are
// made, as the reader will tell whether they may be there.
func put(n *decode.Node, above, path []string, value *decode.Node) (*decode.Node, error) {
	if len(path) == 0 {
		return value, nil
	}
	if n.Kind() != decode.Map && n.Kind() != decode.Null {
		return n, wrongPath("%s is %s; set it as a whole", strings.Join(above, "."), n.Kind())
	}
	for size := len(path); size > 0; size-- {
		key := strings.Join(path[:size], ".")
		at := slices.Index(n.Keys(), key)
		if at < 0 {
			continue
		}
		inner, err := put(n.Fields()[at].Value, append(above, key), path[size:], value)
		fields := slices.Clone(n.Fields())
		fields[at].Value = inner
		return decode.NewMap(n.Pos(), fields...), err
	}
	if len(above) > 0 && slices.Contains(byName, above[len(above)-1]) {
		return n, wrongPath("%s: nothing of this name in %s%s", strings.Join(append(above, path...), "."), strings.Join(above, "."),
			decode.DidYouMean(path[0], n.Keys()))
	}
	inner, err := put(nil, append(above, path[0]), path[1:], value)
	key := decode.NewScalar(flag, path[0])
	return decode.NewMap(n.Pos(), append(slices.Clone(n.Fields()), decode.Field{Key: key, Value: inner})...), err
}

func wrongPath(format string, args ...any) error {
	return decode.Problem{Pos: flag, What: fmt.Sprintf(format, args...)}
}
