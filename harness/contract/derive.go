package contract

import (
	_ "embed"
	"maps"
	"slices"

	"github.com/failwell/failwell/harness/decode"
)

//go:embed derive.yaml
var derived []byte

// Derive gives the cause that a verb or the state of a link means for a class of dependency, "" when it means none. Named
// replies carry their causes themselves.
func Derive(class, what string) (string, error) {
	all, err := causes()
	return all[class][what], err
}

// Classes lists the classes of dependency that causes are derived for, sorted.
func Classes() []string {
	all, _ := causes()
	return slices.Sorted(maps.Keys(all))
}

func causes() (map[string]map[string]string, error) {
	var all map[string]map[string]string
	err := decode.YAML("harness/contract/derive.yaml", derived, &all)
	return all, err
}
