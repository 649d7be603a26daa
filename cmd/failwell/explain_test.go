package main

import (
	"bytes"
	"strings"
	"testing"
)

// told runs the program.
func told(args ...string) (out, errOut string, code int) {
	var o, e bytes.Buffer
	code = run(args, &o, &e)
	return o.String(), e.String(), code
}

func TestExplain(t *testing.T) {
	for name, want := range map[string]string{
		"slow": "slow (fault)", "store/slow": "expected  503+RA", "deadlock": "postgres.deadlock (reply)", "postgres": "kind of dependency", "floor": "floor (profile)",
		"system.container.listen": "example  listen: 8080", "dependencies.orders.server": "dependencies.NAME.server", "database/refused": "database/refused (scenario)",
	} {
		if out, errOut, code := told("explain", name); code != 0 || !strings.Contains(out, want) {
			t.Errorf("%s: exit %d, %s%s", name, code, out, errOut)
		}
	}
	if _, errOut, code := told("explain", "slwo"); code != 2 || errOut != "nothing is called \"slwo\"; did you mean \"slow\"?\n" {
		t.Errorf("exit %d, %s", code, errOut)
	}
}

func TestReference(t *testing.T) {
	for format, want := range map[string]string{"markdown": "### store/slow\n", "man": ".TH FAILWELL 5\n", "jsonschema": `"additionalProperties": false`} {
		if out, errOut, code := told("reference", "--format", format); code != 0 || !strings.Contains(out, want) {
			t.Errorf("%s: exit %d, %s", format, code, errOut)
		}
	}
	if _, errOut, code := told("reference", "--format", "markdwn"); code != 2 || !strings.Contains(errOut, `did you mean "markdown"?`) {
		t.Errorf("exit %d, %s", code, errOut)
	}
}

// Every command says in the imperative what it does, and shows an example.
func TestHelp(t *testing.T) {
	out, _, _ := told("--help")
	for _, g := range groups() {
		if !strings.Contains(out, "\n"+g.title+"\n") {
			t.Errorf("the help lacks %q", g.title)
		}
		for _, command := range g.commands {
			c := command(&program{catalog: everything()})
			first, _, _ := strings.Cut(c.Short, " ")
			if c.Example == "" || strings.ToUpper(first[:1]) != first[:1] || strings.HasSuffix(first, "s") {
				t.Errorf("%s: %q, example %q", c.Name(), c.Short, c.Example)
			}
		}
	}
}

// What --only asks for and no scenario can give is said before anything is started.
func TestOnlyIsKnownEarly(t *testing.T) {
	_, errOut, code := told("run", "../../testdata/orders", "--only", "database/refusde@*")
	if code != 2 || errOut != "--only database/refusde@* matches no scenario; did you mean \"database/refused\"?\n" {
		t.Errorf("exit %d, %s", code, errOut)
	}
}
