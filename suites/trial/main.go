package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/kinds"
	"github.com/failwell/failwell/harness"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/leak"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/standard"
	"github.com/failwell/failwell/harness/system"
	"github.com/failwell/failwell/scenarios"
)

func main() {
	only := ""
	if len(os.Args) > 1 {
		only = os.Args[1]
	}
	src, _ := os.ReadFile("testdata/orders/failwell.yaml")
	n, err := decode.Parse("f", src)
	if err != nil {
		panic(err)
	}
	var reqs []scenario.Request
	for _, f := range n.Get("requests").Fields() {
		var r scenario.Request
		if err := f.Value.Into(&r); err != nil {
			panic(err)
		}
		r.Name = f.Key.Text()
		reqs = append(reqs, r)
	}
	var login scenario.Step
	if err := n.Get("before").Get("login").Into(&login); err != nil {
		panic(err)
	}
	login.Name = "login"
	proc := system.Process{Build: []string{"go", "build", "-o", "$bin", "."}, Run: []string{"$bin"}, Dir: "testdata/orders", Inherit: []string{"ORDERS_BUGS"}, Env: map[string]string{}}
	if err := n.Get("system").Get("env").Into(&proc.Env); err != nil {
		panic(err)
	}
	_ = system.Sweep()
	st, _ := system.OpenState("trial")
	mk := func(ctx context.Context, lab int) (harness.Config, error) {
		var cans []leak.Canary
		fk := harness.Fakes{}
		for name, kind := range map[string]string{"db": "postgres", "payments": "http"} {
			b, _ := os.ReadFile("testdata/orders/stubs/" + name + ".yaml")
			sn, err := decode.Parse(name, b)
			if err != nil {
				return harness.Config{}, err
			}
			d, err := kinds.All()[kind].Make(fakes.Options{Name: name, Stubs: sn, Dir: os.TempDir(), Mint: func(w string, secret bool) string {
				t := leak.Mint("1", name, w)
				k := "internal"
				if secret {
					k = "secret"
				}
				cans = append(cans, leak.Canary{Token: t, Kind: k, Where: name + " " + w})
				return t
			}})
			if err != nil {
				return harness.Config{}, err
			}
			fk[name] = d
		}
		return harness.Config{Name: "orders", System: proc, Fakes: fk, Roles: map[string]contract.Role{"db": "essential", "payments": "essential"}, Own: []string{"payments"},
			Secrets: map[string]harness.Secret{"jwt-key": {Value: "a-sample-key-of-32-bytes-or-more"}}, Requests: reqs, Before: []scenario.Step{login},
			Header: map[string]string{"Authorization": "Bearer $login.token"}, Ready: harness.Ready{Get: "/readyz", Follows: []string{"db"}, Declared: true}, Live: "/livez",
			Contract: harness.Contract{Profile: "strict", Errors: "problem+json", Trace: check.Trace{Header: "X-Request-Id", Body: "/trace_id", Logs: true}},
			Canaries: cans, Deadline: time.Second, Catalog: standard.Catalog(), State: st}, nil
	}
	var lab0 *harness.Lab
	labs := 8
	if os.Getenv("LABS") == "1" {
		labs = 1
	}
	sw := harness.Sweep{Labs: labs, Make: mk, Cases: func(l *harness.Lab, seen []harness.Seen) ([]scenario.Case, error) {
		lab0 = l
		for _, s := range seen {
			fmt.Println(s.Request.Name, s.Exchange.Status(), s.OK, s.Why, len(s.Exchange.Hits), s.Exchange.Took)
		}
		fmt.Println("bg", l.Background())
		all, err := scenario.ReadAll(scenarios.Files, "scenarios")
		if err != nil {
			return nil, err
		}
		cases, err := l.Known().Expand(all, l.Facts(), "representative")
		var out []scenario.Case
		for _, c := range cases {
			if strings.Contains(c.ID, only) {
				out = append(out, c)
			}
		}
		return out, err
	}, Tell: func(d, t int, r report.Result) {
		if r.Outcome != "pass" {
			fmt.Printf("%d/%d %s %s %s %v\n", d, t, r.ID, r.Outcome, r.Reason, r.Took)
			for _, v := range r.Verdicts {
				if v.Outcome == "fail" || v.Outcome == "inconclusive" || v.Outcome == "broken" {
					fmt.Printf("      %s %s %s | %s\n", v.Check, v.Impact, v.Reason, v.Evidence)
				}
			}
			if only != "" && r.Subject != nil {
				for _, e := range r.Subject.Exchanges {
					fmt.Println("     ", e.Phase, e.Role, e.Request.Name, e.Status(), e.Failure, e.Detail, e.Took)
					for _, h := range e.Hits {
						fmt.Printf("           %d %s %s %.50s conn=%d eff=%s@%s done=%s ans=%s at=%v took=%v bg=%v\n", h.Seq, h.Call.On, h.Call.Op, h.Call.Text, h.Call.Conn, h.Effect.Verb, h.Effect.At, h.Done, h.Answer, h.At, h.Took, h.Background)
					}
				}
				for _, x := range r.Subject.Launches {
					fmt.Printf("     launch %+v\n", x)
				}
				for _, x := range r.Subject.Logs {
					fmt.Println("     log", x.Text)
				}
			}
		} else if only != "" {
			fmt.Println("PASS", r.ID, r.Took)
		}
	}}
	t := time.Now()
	out, err := sw.Run(context.Background())
	c := map[check.Outcome]int{}
	for _, r := range out.Results {
		c[r.Outcome]++
	}
	_ = lab0
	fmt.Println(c, err, time.Since(t), out.Launches)
	_ = st.Close()
}
