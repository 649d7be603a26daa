package system_test

import (
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/system"
)

func TestWhatIsNotSaidIsAskedAbout(t *testing.T) {
	for _, tc := range []struct {
		name string
		p    system.Process
		want string // part of the question; empty: none
	}{
		{"node without a mode", system.Process{Run: []string{"/usr/bin/node", "app.js"}}, "env: {NODE_ENV: production}"},
		{"node with one", system.Process{Run: []string{"node", "app.js"}, Env: map[string]string{"NODE_ENV": "test"}}, ""},
		{"node with that of this machine", system.Process{Run: []string{"node", "app.js"}, Inherit: []string{"NODE_ENV"}}, ""},
		{"rails", system.Process{Run: []string{"puma"}, Env: map[string]string{"RAILS_ENV": "production"}}, ""},
		{"rack", system.Process{Run: []string{"rackup"}}, "RACK_ENV, RAILS_ENV, APP_ENV is not set"},
		{"go", system.Process{Run: []string{"./server"}}, ""},
	} {
		got := strings.Join(tc.p.Questions(), "\n")
		if (tc.want == "") != (got == "") || !strings.Contains(got, tc.want) {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
		if group := (system.Group{Parts: []system.Part{{Name: "api", System: tc.p}}}).Questions(); tc.want != "" && (len(group) != 1 || !strings.HasPrefix(group[0], "api: ")) {
			t.Errorf("%s as a part: %q", tc.name, group)
		}
	}
}
