// Package scenarios holds the built-in scenarios: YAML by area; the id of a scenario is its path without the ending.
package scenarios

import "embed"

// Files are the scenarios.
//
//go:embed */*.yaml
var Files embed.FS
