package postgres

import (
	"context"
	"errors"
	"io"
	"net"
	"os/exec"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/servers"
)

// BenchmarkTransaction is what a transaction of pgbench costs a gate that has nothing to do, in processor time of this process, beside a
// relay that only copies. The two take turns; the medians are told. Run it with -benchtime 9x: each is a round.
func BenchmarkTransaction(b *testing.B) {
	program, err := exec.LookPath("pgbench")
	if err != nil {
		b.Skip(err)
	}
	server, err := servers.Postgres{User: "ann", Password: "secret", Database: "shop"}.Start(b.Context())
	if none, ok := errors.AsType[*fakes.Unavailable](err); ok {
		b.Skip(none)
	} else if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = server.Stop(context.Background()) })
	rig := fakes.NewRig()
	b.Cleanup(func() { _ = rig.Close() })
	if err := errors.Join(rig.Add(b.Context(), "db", Fake{}, "127.0.0.1:0"), rig.Bind("db", server.Addr())); err != nil {
		b.Fatal(err)
	}
	bench := func(addr string, args ...string) {
		if out, err := exec.CommandContext(b.Context(), program, append(args, address(addr, server.Names()))...).CombinedOutput(); err != nil {
			b.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	bench(server.Addr(), "-i", "-q")
	addrs, took := []string{rig.Addr("db"), copyOnly(b, server.Addr())}, [2][]float64{}
	const each = "2000"
	for b.Loop() {
		for i, addr := range addrs {
			before := processorTime()
			bench(addr, "-n", "-M", "prepared", "-c", "1", "-t", each)
			took[i] = append(took[i], float64((processorTime()-before).Microseconds())/2000)
		}
	}
	median := func(all []float64) float64 { slices.Sort(all); return all[len(all)/2] }
	gate, relay := median(took[0]), median(took[1])
	b.ReportMetric(gate, "gate-µs/tx")
	b.ReportMetric(relay, "relay-µs/tx")
	b.ReportMetric(gate/relay, "gate/relay")
}

func processorTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// copyOnly relays what comes to its address, unseen.
func copyOnly(b *testing.B, to string) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", to)
			if err != nil {
				_ = client.Close()
				continue
			}
			for _, way := range [][2]net.Conn{{client, server}, {server, client}} {
				go func() { _, _ = io.Copy(way[0], way[1]); _ = way[0].Close() }()
			}
		}
	}()
	return l.Addr().String()
}
