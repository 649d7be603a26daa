package system

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// readEnvFile reads lines of NAME=value. Empty lines and those that begin with # do not count, `export` before a name is
// allowed, quotes around a value come off, and in double quotes the escapes of Go count. No name: no variables.
func readEnvFile(name string) (map[string]string, error) {
	if name == "" {
		return nil, nil
	}
	content, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("env-file: %w", err)
	}
	variables := map[string]string{}
	for i, line := range strings.Split(string(content), "\n") {
		line = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "export "))
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		variable, value, found := strings.Cut(line, "=")
		if variable = strings.TrimSpace(variable); !found || variable == "" {
			return nil, fmt.Errorf("env-file: %s:%d: want NAME=value", name, i+1)
		}
		variables[variable] = unquote(strings.TrimSpace(value))
	}
	return variables, nil
}

func unquote(value string) string {
	if n := len(value); n >= 2 && value[0] == value[n-1] {
		switch value[0] {
		case '\'':
			return value[1 : n-1]
		case '"':
			if plain, err := strconv.Unquote(value); err == nil {
				return plain
			}
			return value[1 : n-1]
		}
	}
	return value
}
