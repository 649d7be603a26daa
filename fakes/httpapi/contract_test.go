package httpapi_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/faketest"
	"github.com/failwell/failwell/fakes/httpapi"
	"github.com/failwell/failwell/harness/fault"
)

func TestContract(t *testing.T) {
	faketest.Run(t, func() faketest.Subject {
		return faketest.Subject{Fake: some{}, Backend: contractStub, Ops: contractOps(), Adapt: adapt}
	})
}

// some is the fake with an op of each sort; the others share every line with POST.
type some struct{ httpapi.Fake }

func (s some) Describe() fakes.Kind {
	k := s.Fake.Describe()
	k.Ops = slices.DeleteFunc(slices.Clone(k.Ops), func(o fakes.Op) bool {
		return !slices.Contains([]string{"connect", "GET", "HEAD", "POST"}, o.Name)
	})
	return k
}

func contractStub(ctx context.Context) (string, func(), error) {
	var s httpapi.Stub
	for method := range contractOps() {
		s.Routes = append(s.Routes, httpapi.Route{Method: method, Path: "/thing", Body: charge})
	}
	b, err := s.Start(ctx)
	if err != nil {
		return "", nil, err
	}
	return b.Addr(), func() { _ = b.Stop(context.Background()) }, nil
}

func contractOps() map[string]faketest.Do {
	ops := map[string]faketest.Do{}
	for _, op := range (httpapi.Fake{}).Describe().OpNames() {
		if op != string(fault.Connect) {
			ops[op] = func(ctx context.Context, addr string) (string, error) { return ask(ctx, op, "http://"+addr+"/thing") }
		}
	}
	return ops
}

func ask(ctx context.Context, method, url string) (string, error) {
	var body io.Reader
	if strings.HasPrefix(method, "P") {
		body = strings.NewReader(charge)
	}
	r, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return "", err
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(r)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	return fmt.Sprint(resp.StatusCode, " ", string(got)), err
}

func adapt(_ string, e fault.Effect) fault.Effect {
	switch e.Verb {
	case fault.Answer:
		e.Say = fault.Saying{Status: "503", Body: "{}"}
	case fault.Rewrite:
		e.Patches = []fault.Patch{{At: "/amount", To: "-1"}}
	}
	return e
}
