package system

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/fault"
)

func TestUnreadableMeansSoForRootToo(t *testing.T) {
	p := sh(`cat "$FILE"`)
	p.Env = map[string]string{"FILE": "$jwt-key.file"}
	setup := Setup{Secrets: map[string]string{"jwt-key": "s3cr3t"}}
	i := start(t, p, setup)
	equal(t, "exit code without the edit", ended(t, i).Code, 0)
	equal(t, "output", said(i), "s3cr3t")
	setup.Edits = []fault.Edit{{Setting: "jwt-key", Op: "unreadable"}}
	i = start(t, p, setup)
	equal(t, "exit code with it", ended(t, i).Code, 1)
	if !strings.Contains(said(i), "Permission denied") {
		t.Errorf("it said %q", said(i))
	}
	i = start(t, p, Setup{Secrets: setup.Secrets})
	equal(t, "exit code after it", ended(t, i).Code, 0)
}

func TestLiveEdits(t *testing.T) {
	template := filepath.Join(t.TempDir(), "app.tmpl")
	write(t, template, `{"key": "$jwt-key.value", "port": 1}`)
	p := sh("sleep 300")
	p.Env = map[string]string{"FILE": "$jwt-key.file"}
	p.Files = map[string]string{"etc/app.json": template}
	dir := t.TempDir()
	i := start(t, p, Setup{Dir: dir, Secrets: map[string]string{"jwt-key": "s3cr3t"}}).(*process)
	see := func() string {
		secret, err := os.ReadFile(filepath.Join(dir, "system/secrets/jwt-key/jwt-key"))
		if err != nil {
			secret = []byte("ABSENT")
		}
		file, _ := os.ReadFile(filepath.Join(dir, "system/files/etc/app.json"))
		return string(secret) + " " + strings.Join(strings.Fields(string(file)), "")
	}
	calm := see()
	edit := func(e fault.Edit) func(context.Context) error {
		undo, err := i.Edit(t.Context(), e)
		if err != nil {
			t.Fatal(err)
		}
		return undo
	}
	first := edit(fault.Edit{Setting: "jwt-key", Op: "wrong", Value: "other"})
	equal(t, "changed", see(), `other {"key":"other","port":1}`)
	second := edit(fault.Edit{Setting: "file.etc/app.json#/port", Op: "missing"})
	equal(t, "changed twice", see(), `other {"key":"other"}`)
	equal(t, "undo", first(t.Context()), nil)
	equal(t, "first taken back", see(), `s3cr3t {"key":"s3cr3t"}`)
	equal(t, "undo", errors.Join(second(t.Context()), second(t.Context())), nil)
	equal(t, "all taken back", see(), calm)
	undo := edit(fault.Edit{Setting: "jwt-key", Op: "missing"})
	equal(t, "absent", see(), `ABSENT {"port":1}`)
	equal(t, "undo", undo(t.Context()), nil)
	equal(t, "back", see(), calm)
	_, err := i.Edit(t.Context(), fault.Edit{Setting: "env.FILE", Op: "missing"})
	if unable := (*Unable)(nil); !errors.As(err, &unable) || !unable.NotApplicable {
		t.Errorf("got %v", err)
	}
}

func TestFuncGetsSecretsUnderEdits(t *testing.T) {
	f := Func(func(_ context.Context, s Setup) (http.Handler, error) {
		content, err := os.ReadFile(s.Names["jwt-key.file"])
		return nil, fmt.Errorf("%s %q %q %v", content, s.Names["jwt-key.value"], s.Secrets["jwt-key"], os.IsNotExist(err))
	})
	setup := Setup{Secrets: map[string]string{"jwt-key": "s3cr3t"}}
	for op, want := range map[string]string{
		"wrong":   `mine "mine" "mine" false`,
		"missing": ` "" "" true`,
		"empty":   ` "" "" false`,
	} {
		setup.Edits = []fault.Edit{{Setting: "jwt-key", Op: op, Value: "mine"}}
		i := start(t, f, setup)
		ended(t, i)
		equal(t, op, said(i), want)
	}
}

func TestFuncPanicIsADeath(t *testing.T) {
	i := start(t, Func(func(context.Context, Setup) (http.Handler, error) { panic("oh") }), Setup{})
	equal(t, "code", ended(t, i).Code, 2)
	if !strings.HasSuffix(said(i), "panic: oh") {
		t.Error(said(i))
	}
}

func TestGroupSharesEdits(t *testing.T) {
	one, two := sh(`echo "${KEY-unset}"; sleep 300`), sh(`echo "${PORT-unset}"; sleep 300`)
	one.Env = map[string]string{"KEY": "$jwt-key.value"}
	two.Env = map[string]string{"PORT": "1"}
	g := Group{Entry: "one", Parts: []Part{{"one", one}, {"two", two}}}
	edits := []fault.Edit{{Setting: "jwt-key", Op: "missing"}, {Setting: "two.env.PORT", Op: "malformed"}}
	i := start(t, g, Setup{Secrets: map[string]string{"jwt-key": "s"}, Edits: edits})
	eventually(t, "two lines", func() bool { return len(i.Logs(0)) == 2 })
	for _, line := range i.Logs(0) {
		equal(t, line.Part, line.Text, map[string]string{"one": "unset", "two": "12x"}[line.Part])
	}
	if _, err := i.(Actor).Act(t.Context(), fault.Act{On: "two", Do: "kill"}); err != nil {
		t.Fatal(err)
	}
	exit := ended(t, i)
	equal(t, "part", exit.Part, "two")
	equal(t, "signal", exit.Signal, "KILL")
}
