package docker

import (
	"github.com/failwell/failwell/harness/catalog"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/system"
)

// Kinds are the ways to bring up a system that need an engine, for a catalog.
func Kinds() map[string]catalog.SystemKind {
	return map[string]catalog.SystemKind{"container": inContainer}
}

// inContainer decodes a container. Its paths start at the directory of the file.
func inContainer(params *decode.Node, dir string) (system.System, error) {
	var c Container
	if err := params.Into(&c); err != nil {
		return c, err
	}
	return c.below(dir), nil
}
