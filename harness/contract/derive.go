package contract

import (
	_ "embed"

	"github.com/failwell/failwell/harness/decode"
)

//go:embed derive.yaml
var derived []byte

// Derive gives the cause that a verb or the state of a link means for a class of dependency, "" when it means none. Named
// replies carry their causes themselves.
func Derive(class, what string) (string, error) {
	var all map[string]map[string]string
	if err := decode.YAML("harness/contract/derive.yaml", derived, &all); err != nil {
		return "", err
	}
	return all[class][what], nil
}
