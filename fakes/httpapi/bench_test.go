package httpapi_test

import (
	"context"
	"io"
	"net/http"
	"testing"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/httpapi"
	"github.com/failwell/failwell/harness/fault"
)

// BenchmarkServe compares the fake, its journal on, with net/http answering the same by itself.
func BenchmarkServe(b *testing.B) {
	backend, err := stub().Server.Start(b.Context())
	must(b, err)
	defer backend.Stop(context.Background())
	rig := fakes.NewRig()
	defer rig.Close()
	must(b, rig.Add(b.Context(), "payments", httpapi.Fake{}, "127.0.0.1:0"))
	must(b, rig.Bind("payments", backend.Addr()))
	bare, err := httpapi.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, charge)
	})).Server.Start(b.Context())
	must(b, err)
	defer bare.Stop(context.Background())

	b.Run("net-http", func(b *testing.B) { load(b, bare.Addr()) })
	b.Run("stub", func(b *testing.B) { load(b, backend.Addr()) })
	b.Run("gate-and-stub", func(b *testing.B) { load(b, rig.Addr("payments")) })
	reply := fault.Effect{Verb: fault.Answer, At: fault.Request, Say: fault.Saying{Status: "503", Body: charge}}
	must(b, rig.Arm(b.Context(), fault.Injection{Rules: []fault.Rule{{Effect: reply}}}, ""))
	b.Run("gate-replies", func(b *testing.B) { load(b, rig.Addr("payments")) })
}

func load(b *testing.B, addr string) {
	b.ReportAllocs()
	b.SetParallelism(8)
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			resp, err := client.Get("http://" + addr + "/charges/1")
			if err != nil {
				b.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
	})
}
