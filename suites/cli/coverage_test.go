package cli

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/suites/program"
)

// A run of a part of the cases is no full run: what it did not break is not its failure, and its exit line says how much was
// left out.
func TestAPartOfTheCasesSaysSo(t *testing.T) {
	p := program.Build(t)
	const few = "upstream/reset@payments:rates*"
	for name, c := range map[string]struct {
		args []string
		want []string
	}{
		"only":        {[]string{"--only", few}, []string{"exit 0: what was judged passed; ", " deferred by the plan, --only"}},
		"empty shard": {[]string{"--only", few, "--shard", "1/1000"}, []string{"exit 0: shard 1/1000 has none of the "}},
		"budget":      {[]string{"--only", few, "--budget", "1ms"}, []string{"exit 0: what was judged passed; ", "--budget 1ms"}},
	} {
		t.Run(name, func(t *testing.T) {
			r, run := p.Judge(t, nil, append([]string{"testdata/orders", "--labs", "1"}, c.args...)...)
			lines := strings.Split(strings.TrimSpace(r.Out), "\n")
			last := lines[len(lines)-1]
			if len(lines) > 1 && strings.HasPrefix(last, "  ") {
				last = lines[len(lines)-2] + " " + strings.TrimSpace(last)
			}
			for _, want := range c.want {
				if r.Code != 0 || !strings.Contains(last, want) {
					t.Errorf("exit %d, %q, want 0 and %q\n%s", r.Code, last, want, r.Out)
				}
			}
			left := 0
			for _, d := range run.Deferred {
				left += d.Cases
			}
			run1 := 0
			for _, c := range run.Results {
				if !c.Deferred {
					run1++
				}
			}
			if run.Expanded < 400 || left+run1 != run.Expanded {
				t.Errorf("%d were left out and %d run of %d", left, run1, run.Expanded)
			}
			if strings.Contains(r.Out, "never broken") {
				t.Errorf("it blames a part for what it left out:\n%s", r.Out)
			}
		})
	}
}

// A request that is not calm, and a dependency that nobody reaches, are named as never broken, with the line to write.
func TestWhatIsNeverBrokenIsNamed(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		if os.Getenv("FAILWELL_CI") != "" {
			t.Fatal(err)
		}
		t.Skip("no python3 here")
	}
	p := program.Build(t)
	r, run := p.Judge(t, nil, "testdata/cases/truth-t12", "--labs", "4")
	if r.Code == 0 {
		t.Errorf("exit 0\n%s", r.Out)
	}
	for _, want := range []string{"pay is not calm: 404", "request pay: never broken", "dependency payments: never broken"} {
		if !strings.Contains(r.Out, want) {
			t.Errorf("it does not say %q:\n%s", want, r.Out)
		}
	}
	never := map[string]report.Never{}
	for _, c := range run.Uncovered() {
		never[c.String()] = c.Never
		if c.Mend == "" {
			t.Errorf("%s: nothing says what to write", c)
		}
	}
	if len(never) != 2 || never["request pay"] != report.NotCalm || never["dependency payments"] != report.NotCalled {
		t.Errorf("never broken: %v", never)
	}
	accepted, _ := p.Judge(t, nil, "testdata/cases/truth-t12", "--labs", "4", "--only", "upstream/*@quotes:plain*", "--set", "dependencies.payments.unbroken=nobody pays yet")
	if strings.Contains(accepted.Out, "dependency payments") || !strings.Contains(accepted.Out, "1 accepted as unbroken") {
		t.Errorf("what is accepted is named as missing:\n%s", accepted.Out)
	}
}
