package client

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/failwell/failwell/harness/exchange"
)

// begun marks an error that came when an answer had begun.
type begun struct{ error }

func (b begun) Unwrap() error { return b.error }

// failure sorts an error of the client into what the system did, or what lacks here.
func failure(ctx context.Context, err error) exchange.Failure {
	var unsent *notSent
	var answering begun
	var timeout net.Error
	switch {
	case errors.As(err, &unsent):
		return exchange.NotSent
	case ownLimit(err) != "":
		return exchange.OwnLimit
	case errors.Is(ctx.Err(), context.Canceled):
		return exchange.NotAnswered
	case ctx.Err() != nil, errors.As(err, &timeout) && timeout.Timeout():
		return exchange.NoAnswer
	case errors.Is(err, syscall.ECONNREFUSED):
		return exchange.Refused
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, net.ErrClosed):
		return exchange.Disconnect
	case errors.As(err, &answering):
		return exchange.Malformed // the connection goes on, and what came on it is no HTTP answer
	}
	return exchange.Disconnect
}

// limits are what a machine, or a process, can run out of when it connects, and where it can lead nowhere (connect(2), socket(2)).
var limits = []struct {
	is   syscall.Errno
	what string
}{
	{syscall.EMFILE, "failwell may open no more files (raise `ulimit -n`)"},
	{syscall.ENFILE, "this machine may open no more files"},
	{syscall.EADDRNOTAVAIL, "this machine has no address or port left to connect from"},
	{syscall.ENOBUFS, "this machine has no buffers left for a connection"},
	{syscall.ENOMEM, "this machine has no memory left for a connection"},
	{syscall.ENETUNREACH, "this machine has no route to the system"},
	{syscall.EHOSTUNREACH, "this machine has no route to the system"},
}

// ownLimit names what lacks here; "": nothing.
func ownLimit(err error) string {
	var name *net.DNSError
	if errors.As(err, &name) {
		return "this machine does not know the name " + name.Name
	}
	for _, l := range limits {
		if errors.Is(err, l.is) {
			return l.what
		}
	}
	return ""
}

// Words is the text of an error without addresses of this machine, so that equal failures read equal.
func Words(err error) string {
	if own := ownLimit(err); own != "" {
		return own
	}
	var op *net.OpError
	if !errors.As(err, &op) || op.Err == nil {
		return err.Error()
	}
	_, where, ok := strings.Cut(err.Error(), op.Error())
	if !ok {
		where = ""
	}
	return op.Op + ": " + op.Err.Error() + where
}
