package labfile

import (
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/standard"
)

// TestSet lays values over a file.
func TestSet(t *testing.T) {
	for _, c := range []struct{ set, wrong string }{
		{"contract.profile=floor", ""},
		{"dependencies.queue.forward=127.0.0.1:1", ""},
		{"system.parts.app.env.MORE=$db.url", ""},
		{"system.parts.app.files.etc/app.yml=seed.sql", "seed.sql:1:9: unknown name $nothing"},
		{"requests.ping={get: /pong}", ""},
		{"requests.ping={get: ", "--set:1:1: this \"{\" is never closed"},
		{"dependencies.db.sever=installed", `--set: unknown field "sever"; did you mean "server"?`},
		{"dependencies.dbb.server=installed", `--set: dependencies.dbb.server: nothing of this name in dependencies; did you mean "db"?`},
		{"contrct.profile=strict", `--set: unknown field "contrct"; did you mean "contract"?`},
		{"contract.profile=strickt", `--set: unknown profile "strickt"; did you mean "strict"?`},
		{"contract.waive.0.saw=1", "--set: contract.waive is a list; set it as a whole"},
		{"contract.profile", `--set: want PATH=VALUE, such as dependencies.db.server=installed, not "contract.profile"`},
	} {
		files := everythingElse()
		files[fileName] = strings.Replace(everything, "$app.addr-is-unknown", "$app.port", 1)
		_, err := read(inMemory(files), fileName, standard.Catalog(), []string{c.set})
		if c.wrong == "" && err != nil || c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong)) {
			t.Errorf("%s: got %v, want %s", c.set, err, c.wrong)
		}
	}
	if got := mustRead(t, "dependencies.queue.forward=127.0.0.1:1").Dependencies[2].Forward; got != "127.0.0.1:1" {
		t.Errorf("got %s", got)
	}
}
