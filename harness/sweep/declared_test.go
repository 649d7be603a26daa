package sweep_test

import (
	"context"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/standard"
	"github.com/failwell/failwell/harness/sweep"
	"github.com/failwell/failwell/harness/system"
)

// A sweep says what its lab declares, with what calm saw, and which requests are not calm.
func TestSweepSaysWhatIsDeclared(t *testing.T) {
	routes := system.Func(func(context.Context, system.Setup) (http.Handler, error) {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/" {
				http.Error(w, "this says top-secret-value", http.StatusNotFound)
			}
		}), nil
	})
	s := sweep.Sweep{
		Labs: 1,
		Make: func(context.Context, int) (lab.Config, error) {
			return lab.Config{System: routes, Catalog: standard.Catalog(), IdleFor: time.Millisecond,
				Secrets:  map[string]lab.Secret{"key": {Value: "top-secret-value"}, "tls/a.pem": {Value: "aaaaaaaa"}, "tls/b.pem": {Value: "bbbbbbbb", Unbroken: "public"}},
				Requests: []scenario.Request{{Name: "get", Method: "GET", Target: "/", Unbroken: "static"}, {Name: "pay", Method: "GET", Target: "/pay"}}}, nil
		},
		Cases: func(*lab.Lab, []lab.Seen) ([]scenario.Case, error) { return nil, nil },
	}
	out, err := s.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []report.Coverage{{Sort: report.OfRequest, Name: "get", Unbroken: "static"}, {Sort: report.OfRequest, Name: "pay"},
		{Sort: report.OfSecret, Name: "key"}, {Sort: report.OfSecret, Name: "tls", Unbroken: "public"}}
	if !reflect.DeepEqual(out.Declared, want) {
		t.Errorf("declared\n%+v\nwant\n%+v", out.Declared, want)
	}
	if len(out.Uncalm) != 1 || out.Uncalm[0].Request != "pay" || !strings.Contains(out.Uncalm[0].Why, "404") || strings.Contains(out.Uncalm[0].Why, "top-secret") {
		t.Errorf("not calm: %+v", out.Uncalm)
	}
}
