package system

import (
	"reflect"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/decode"
)

func TestProcessIsReadFromALabFile(t *testing.T) {
	const file = `
build: [go, build, -o, $bin, .]
run: [$bin]
dir: .
env: {PORT: $system.port}
env-file: .env.ci
inherit: [ORDERS_BUGS]
ports: [admin]
files: {etc/app.yml: app.tmpl.yml}
logs: [stdout, log/app.log]
stop: {signal: INT, group: false, within: 3s}
`
	var got Process
	if err := decode.YAML("failwell.yaml", []byte(file), &got); err != nil {
		t.Fatal(err)
	}
	alone := false
	want := Process{
		Build: []string{"go", "build", "-o", "$bin", "."}, Run: []string{"$bin"}, Dir: ".",
		Env: map[string]string{"PORT": "$system.port"}, EnvFile: ".env.ci", Inherit: []string{"ORDERS_BUGS"},
		Extra: []string{"admin"}, Files: map[string]string{"etc/app.yml": "app.tmpl.yml"},
		Logs: []string{"stdout", "log/app.log"}, Stop: Stop{Signal: "INT", Group: &alone, Within: 3 * time.Second},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
	var u URL
	if err := decode.YAML("failwell.yaml", []byte("http://127.0.0.1:8080"), &u); err != nil || u.Base != "http://127.0.0.1:8080" {
		t.Errorf("got %+v, %v", u, err)
	}
}
