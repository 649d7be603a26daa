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

// failure sorts an error of the client into what the system did.
func failure(ctx context.Context, err error) exchange.Failure {
	var unsent *notSent
	var timeout net.Error
	switch {
	case errors.As(err, &unsent):
		return exchange.NotSent
	case errors.Is(ctx.Err(), context.Canceled):
		return exchange.NotAnswered
	case ctx.Err() != nil, errors.As(err, &timeout) && timeout.Timeout():
		return exchange.NoAnswer
	case errors.Is(err, syscall.ECONNREFUSED):
		return exchange.Refused
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, net.ErrClosed):
		return exchange.Disconnect
	case strings.Contains(err.Error(), "malformed"):
		return exchange.Malformed
	}
	return exchange.Disconnect
}

// Words is the text of an error without addresses of this machine, so that equal failures read equal.
func Words(err error) string {
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
