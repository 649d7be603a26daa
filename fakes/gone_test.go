package fakes_test

import (
	"context"
	"errors"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/failwell/failwell/fakes"
)

// pair gives both ends of a connection.
func pair(t *testing.T) (client, server *net.TCPConn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	s, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = c.Close(), s.Close() })
	return c.(*net.TCPConn), s.(*net.TCPConn)
}

func ended(ctx context.Context, within time.Duration) bool {
	select {
	case <-ctx.Done():
		return true
	case <-time.After(within):
		return false
	}
}

func TestGoneSeesTheEndBehindUnreadBytes(t *testing.T) {
	client, server := pair(t)
	gone, stop := fakes.Gone(t.Context(), server)
	defer stop()
	torn, stopTorn := fakes.Torn(t.Context(), server)
	defer stopTorn()
	if _, err := io.WriteString(client, "unread"); err != nil {
		t.Fatal(err)
	}
	if ended(gone, 30*time.Millisecond) || fakes.HasLeft(server) {
		t.Fatal("bytes are no end")
	}
	_ = client.CloseWrite()
	if !ended(gone, 5*time.Second) || !fakes.HasLeft(server) {
		t.Error("a FIN was not seen")
	}
	if ended(torn, 30*time.Millisecond) {
		t.Error("a FIN is no reset")
	}
	_ = fakes.Reset(client)
	if !ended(torn, 5*time.Second) {
		t.Error("a reset was not seen")
	}
}

func TestGoneLeavesReadersAlone(t *testing.T) {
	client, server := pair(t)
	read := make(chan string)
	go func() {
		line, _ := readLine(server)
		read <- line
	}()
	_, stop := fakes.Gone(t.Context(), server)
	stop()
	stop()
	if _, err := io.WriteString(client, "hello\n"); err != nil {
		t.Fatal(err)
	}
	if line := <-read; line != "hello" {
		t.Errorf("the reader got %q", line)
	}
}

func TestFinishIsAnOrderlyEndBeforeUnreadBytes(t *testing.T) {
	client, server := pair(t)
	if _, err := client.Write(make([]byte, 100_000)); err != nil {
		t.Fatal(err)
	}
	over := make(chan error)
	go func() { over <- fakes.Finish(server) }()
	if _, err := client.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("read: %v", err)
	}
	_ = client.Close()
	if err := <-over; err != nil {
		t.Error(err)
	}
}

func TestReset(t *testing.T) {
	client, server := pair(t)
	if err := fakes.Reset(server); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("read: %v", err)
	}
}
