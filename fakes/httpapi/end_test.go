package httpapi_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/httpapi"
	"github.com/failwell/failwell/harness/fault"
)

func TestEarlyAnswerToALongRequest(t *testing.T) {
	l := start(t, httpapi.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "close")
		http.Error(w, "too big", http.StatusRequestEntityTooLarge)
	})))
	for range 3 {
		got := l.do("POST", "/", strings.Repeat("x", 4<<20))
		if got.err == nil && got.status != 413 {
			t.Errorf("the client saw %q", describe(got))
		}
	}
	if hits := l.last(); len(hits) != 3 {
		t.Errorf("hits are %+v", hits)
	}
}

func TestBackendIsNeverAskedAgain(t *testing.T) {
	asked := make(chan string, 100)
	l := start(t, httpapi.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.Method
		if r.URL.Path == "/abort" {
			panic(http.ErrAbortHandler)
		}
	})))
	l.client.Transport.(*http.Transport).DisableKeepAlives = true
	for _, method := range []string{"GET", "POST", "DELETE"} {
		if got := l.do(method, "/warm", ""); got.status != 200 {
			t.Fatal(describe(got))
		}
		if got := l.do(method, "/abort", ""); got.err == nil {
			t.Errorf("%s: the client saw %q", method, describe(got))
		}
	}
	if n := len(asked); n != 6 {
		t.Errorf("the backend was asked %d times for 6 calls", n)
	}
}

func TestBackendBreaksOff(t *testing.T) {
	l := start(t, httpapi.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "half")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})))
	if got := l.do("GET", "/", ""); got.err == nil || got.body != "half" {
		t.Errorf("the client saw %q", describe(got))
	}
	if hits := l.last(); len(hits) != 1 || hits[0].Answer != "200 cut by the backend" || hits[0].Done != "" {
		t.Errorf("hits are %+v", hits)
	}
}

func TestBackendGoneAndBoundAnew(t *testing.T) {
	l := start(t, stub())
	l.do("GET", "/charges/1", "")
	must(t, l.backend.Stop(t.Context()))
	l.last()
	if got := l.do("GET", "/charges/1", ""); got.err == nil {
		t.Errorf("the client saw %q", describe(got))
	}
	// The client may ask once more on a connection of its own, since the first one was an old one.
	if hits := l.last(); len(hits) == 0 || hits[0].Answer != "reset, as the backend is not there" || hits[0].Done != "" {
		t.Errorf("hits are %+v", hits)
	}
	other, err := stub().Server.Start(t.Context())
	must(t, err)
	defer other.Stop(context.Background())
	must(t, l.rig.Bind("payments", other.Addr()))
	if got := l.do("GET", "/charges/1", ""); got.status != 200 {
		t.Errorf("bound anew, the client saw %q", describe(got))
	}
}

func TestSystemLeavesWhileTheBackendThinks(t *testing.T) {
	thinking, over := make(chan bool, 1), make(chan bool, 1)
	l := start(t, httpapi.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		thinking <- true
		<-r.Context().Done()
		over <- true
	})))
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-thinking; cancel() }()
	l.doCtx(ctx, "POST", "/", "{}")
	<-over
	if hits := l.last(); len(hits) != 1 || hits[0].Answer != "client left" || hits[0].Done != "" {
		t.Errorf("hits are %+v", hits)
	}
}

func TestServeLeavesNothingBehind(t *testing.T) {
	before := runtime.NumGoroutine()
	backend, err := stub().Server.Start(t.Context())
	must(t, err)
	rig := fakes.NewRig()
	must(t, rig.Add(t.Context(), "payments", httpapi.Fake{}, "127.0.0.1:0"))
	must(t, rig.Bind("payments", backend.Addr()))
	hang := fault.Rule{Scope: fault.Scope{Op: "POST"}, Effect: fault.Effect{Verb: fault.Hang, At: fault.Body}}
	must(t, rig.Arm(t.Context(), fault.Injection{Rules: []fault.Rule{hang}}, ""))
	for _, text := range []string{
		"POST /charges HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}", "GET /charges/1 HTTP/1.1\r\nHost: a\r\n\r\n", "GET /cha", "",
	} {
		c, err := net.Dial("tcp", rig.Addr("payments"))
		must(t, err)
		defer c.Close()
		_, _ = io.WriteString(c, text)
		if len(text) > 40 {
			_, _ = c.Read(make([]byte, 1))
		}
	}
	must(t, rig.Close())
	must(t, backend.Stop(t.Context()))
	for end := time.Now().Add(3 * time.Second); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			stacks := make([]byte, 1<<16)
			t.Fatalf("goroutines are left:\n%s", stacks[:runtime.Stack(stacks, true)])
		}
	}
}
func TestDrainingSparesAnAnswerOnItsWay(t *testing.T) {
	begun, goOn := make(chan bool), make(chan bool)
	l := start(t, httpapi.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "first ")
		w.(http.Flusher).Flush()
		begun <- true
		<-goOn
		_, _ = io.WriteString(w, "last")
	})))
	got := make(chan seen, 1)
	go func() { got <- l.do("GET", "/", "") }()
	<-begun
	drain := fault.Injection{Links: []fault.Link{{On: "payments", State: fault.Refused, Existing: fault.Drain}}}
	must(t, l.rig.Arm(t.Context(), drain, ""))
	close(goOn)
	if told := describe(<-got); told != "200 first last" {
		t.Errorf("the client saw %q", told)
	}
}
