package tcp_test

import (
	"context"
	"io"
	"net"
	"testing"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/faketest"
	"github.com/failwell/failwell/fakes/tcp"
)

func TestContract(t *testing.T) { faketest.Run(t, subject) }

func subject() faketest.Subject {
	return faketest.Subject{
		Fake:    tcp.Fake{},
		Backend: echo,
		Ops:     map[string]faketest.Do{tcp.Stream: shout},
	}
}

// echo starts a server that says everything twice.
func echo(ctx context.Context) (string, func(), error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	over := make(chan struct{})
	go func() {
		defer close(over)
		_ = fakes.ServeConns(ctx, l, func(_ context.Context, c net.Conn) {
			buf := make([]byte, 32<<10)
			for {
				n, err := c.Read(buf)
				if err != nil {
					return
				}
				if _, err := c.Write(append(buf[:n:n], buf[:n]...)); err != nil {
					return
				}
			}
		})
	}()
	return l.Addr().String(), func() { stop(); <-over }, nil
}

// shout says hello and reads it twice.
func shout(ctx context.Context, addr string) (string, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return "", err
	}
	defer func() { _ = c.Close() }()
	defer context.AfterFunc(ctx, func() { _ = c.Close() })()
	if _, err := io.WriteString(c, "hello"); err != nil {
		return "", err
	}
	answer := make([]byte, 10)
	n, err := io.ReadFull(c, answer)
	return string(answer[:n]), err
}
