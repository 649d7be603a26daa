package system

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// mode is a setting by which the frameworks of a runtime tell production from development, where they say more in their errors.
type mode struct {
	programs, settings []string // any of the settings says it
	production         string
}

// modes by their documentation: Express, "Error handling" and "Performance best practices" (NODE_ENV); Rack::Builder and Sinatra,
// "Environments" (RACK_ENV, APP_ENV), Rails Guides, "Configuring Rails" (RAILS_ENV).
var modes = []mode{
	{[]string{"node", "nodejs", "npm", "npx", "yarn", "pnpm", "bun", "ts-node", "tsx"}, []string{"NODE_ENV"}, "production"},
	{[]string{"ruby", "bundle", "rackup", "puma", "unicorn", "rails", "thin", "falcon"}, []string{"RACK_ENV", "RAILS_ENV", "APP_ENV"}, "production"},
}

// Questions asks about a setting that is left out and decides what the program says in its errors.
func (p Process) Questions() []string {
	if len(p.Run) == 0 {
		return nil
	}
	env, _ := readEnvFile(p.EnvFile)
	given := slices.Concat(slices.Collect(maps.Keys(env)), slices.Collect(maps.Keys(p.Env)), p.Inherit)
	name := filepath.Base(p.Run[0])
	for _, m := range modes {
		if slices.Contains(m.programs, name) && !slices.ContainsFunc(m.settings, func(s string) bool { return slices.Contains(given, s) }) {
			return []string{fmt.Sprintf("%s is not set, so %s runs as on a developer's machine, where frameworks show more of an error than in production: "+
				"is it so there? Say what it is there: env: {%s: %s}", strings.Join(m.settings, ", "), name, m.settings[0], m.production)}
		}
	}
	return nil
}

// Questions are those of the parts.
func (g Group) Questions() []string {
	var all []string
	for _, p := range g.Parts {
		if q, ok := As[Questioning](p.System); ok {
			for _, text := range q.Questions() {
				all = append(all, p.Name+": "+text)
			}
		}
	}
	return all
}
