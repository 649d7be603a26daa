package control

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/fault"
)

// A rig that does not answer is given up.
func TestARigThatHangsIsGivenUp(t *testing.T) {
	over := make(chan struct{})
	web := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-over }))
	defer web.Close()
	defer close(over)
	c := &Client{base: web.URL, within: 20 * time.Millisecond, http: web.Client(), ports: map[string]int{}}
	_, hits := c.Hits(t.Context(), 0)
	_, drain := c.Drain(t.Context(), "db")
	for what, err := range map[string]error{"hits": hits, "drain-idle": drain, "arm": c.Arm(t.Context(), fault.Injection{}, "")} {
		if err == nil || !strings.Contains(err.Error(), "drive the fakes: no answer to "+what+" within 20ms") {
			t.Errorf("%s: %v", what, err)
		}
	}
}
