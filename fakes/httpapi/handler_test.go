package httpapi_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/httpapi"
)

// What a handler answers with success counts as carried out, by what it read too; what it refuses does not. Reset forgets.
func TestAHandlerCountsWhatItCarriesOut(t *testing.T) {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if string(body) == "bad" {
			w.WriteHeader(http.StatusUnprocessableEntity)
		}
	})
	b, err := httpapi.Handler(h).Server.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = b.Stop(t.Context()) }()
	for _, body := range []string{"order-1", "order-2", "bad"} {
		resp, err := http.Post("http://"+b.Addr()+"/charges", "text/plain", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}
	scripted := b.(fakes.Scripted)
	want := map[string]string{"POST /charges": "2", "POST /charges key=order-1": "1", "GET /charges": "0"}
	count := func() {
		t.Helper()
		for query, n := range want {
			if got, err := scripted.Query(t.Context(), query); err != nil || got != n {
				t.Errorf("%s: got %q, %v, want %s", query, got, err, n)
			}
		}
	}
	count()
	if err := b.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	want = map[string]string{"POST /charges": "0"}
	count()
	if err := scripted.Exec(t.Context(), "x", ""); err == nil {
		t.Error("a handler runs a script")
	}
}
