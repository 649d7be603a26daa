package overtls

import (
	"cmp"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/fault"
)

// handshake is one handshake, from the client's first message to its end.
type handshake struct {
	*listener
	conn   net.Conn
	strike fakes.Strike // nil: the client has said nothing yet
	done   fault.Done
	answer string // what the system was told, in short
}

// errStruck ends a handshake whose effect has ended the connection.
var errStruck = errors.New("the connection was ended by a fault")

// meet asks the gate when the client's hello is there, and gives how the handshake goes on.
func (h *handshake) meet(hello *tls.ClientHelloInfo) (*tls.Config, error) {
	h.strike = h.gate.Ask(fault.Call{Op: string(fault.Handshake), Conn: fakes.ID(h.conn)})
	name := cmp.Or(hello.ServerName, local(h.conn))
	e := h.strike.Effect()
	if !e.Bites() {
		return h.certs.show(shown{name: name})
	}
	if e.At != fault.Handshake || !slices.Contains(verbs(), e.Verb) {
		h.done = fault.Impossible
		return h.certs.show(shown{name: name})
	}
	verb, left := fakes.Hold(h.conn, h.strike, e)
	if left != nil {
		h.done, h.answer = *left, "left"
		return nil, errStruck
	}
	h.done = fault.Carried
	if verb == fault.Answer && e.Say.Raw == "" && e.Say.Status == "" {
		h.answer = e.Say.Name
		s, err := shownBy(e.Say, name)
		if err != nil {
			return nil, err
		}
		return h.certs.show(s)
	}
	if verb == fault.Pass {
		return h.certs.show(shown{name: name})
	}
	h.finish(verb, e.Say)
	return nil, errStruck
}

// finish ends the connection as a verb says.
func (h *handshake) finish(verb fault.Verb, say fault.Saying) {
	h.answer = "closed"
	switch {
	case verb == fault.Reset:
		h.answer = "reset"
		_ = fakes.Reset(h.conn)
		return
	case verb == fault.Answer && say.Status != "":
		h.answer = "alert " + say.Status
		_, _ = h.conn.Write(alert(say.Status))
	case verb == fault.Answer, verb == fault.Garble:
		h.answer = cmp.Or(say.Name, "garbled")
		_, _ = h.conn.Write(bytesOf(cmp.Or(say.Raw, noTLS)))
	}
	_ = fakes.Finish(h.conn)
}

// noTLS is what is garbled where nothing is said: an answer in the clear.
const noTLS = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

// alert is a fatal alert in a record of its own (RFC 8446, sections 5.1 and 6); status is its description, a number.
func alert(status string) []byte {
	number, err := strconv.ParseUint(status, 10, 8)
	if err != nil {
		number = 80 // internal_error
	}
	return []byte{21, 3, 3, 0, 2, 2, byte(number)}
}

// bytesOf gives a raw text; {hex:fffe} are these bytes.
func bytesOf(raw string) []byte {
	before, rest, found := strings.Cut(raw, "{hex:")
	digits, after, closed := strings.Cut(rest, "}")
	data, err := hex.DecodeString(digits)
	if !found || !closed || err != nil {
		return []byte(raw)
	}
	return append(append([]byte(before), data...), bytesOf(after)...)
}

// end reports how the handshake ended.
func (h *handshake) end(err error) {
	if h.strike == nil {
		return // no handshake: what came was no hello
	}
	if err != nil && !errors.Is(err, errStruck) {
		h.answer = strings.TrimPrefix(fmt.Sprintf("%s, refused by the client: %s", h.answer, strings.TrimPrefix(err.Error(), "remote error: ")), ", ")
	}
	h.strike.Done(h.done, h.answer)
}

// local is the address at which the client reached the gate.
func local(c net.Conn) string {
	host, _, err := net.SplitHostPort(c.LocalAddr().String())
	if err != nil {
		return ""
	}
	return host
}
