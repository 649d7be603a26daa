package scenario

import (
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/fault"
)

// binding gives the variables of one case their values.
type binding map[string]string

// sample binds every variable to something, so that a scenario can be checked before there are facts.
func (k Known) sample(s Scenario) binding {
	b := binding{}
	for name, sel := range map[string]*Select{"dep": s.For.Dependency, "request": s.For.Request, "secret": s.For.Secret, "setting": s.For.Setting} {
		if sel != nil {
			b[name] = sampled(name)
		}
	}
	for _, v := range s.Vary {
		if len(v.Values) > 0 {
			b[v.Name] = v.Values[0]
		}
	}
	return b
}

// sampled is what stands for a variable before there are facts.
func sampled(name string) string { return "some-" + name }

// text replaces the variables in a text; other names stay for later.
func (b binding) text(s string) string {
	out, _ := decode.Expand(s, func(name string) (string, error) { return b.value(name), nil })
	return out
}

func (b binding) value(name string) string {
	if v, ok := b[name]; ok {
		return v
	}
	return "${" + name + "}"
}

func (b binding) expand(n *decode.Node) (*decode.Node, error) {
	if n == nil {
		return nil, nil
	}
	return n.Expand(func(name string, _ decode.Pos) (string, error) { return b.value(name), nil })
}

func (b binding) specs(given []fault.Spec) ([]fault.Spec, error) {
	out := make([]fault.Spec, len(given))
	var bad decode.Problems
	for i, s := range given {
		params, err := b.expand(s.Params)
		bad.Join(err, s.Pos)
		out[i] = fault.Spec{Kind: s.Kind, Params: params, Pos: s.Pos}
	}
	return out, bad.Err()
}

func (b binding) with(name, value string) binding {
	out := binding{}
	for k, v := range b {
		out[k] = v
	}
	out[name] = value
	return out
}
