package control

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/fault"
)

// Client is a rig that runs somewhere else.
type Client struct {
	base, token, host string
	http              *http.Client
	ahead             time.Duration // what is to be added to the rig's times to make them ours
	within            time.Duration // bounds what is asked of the rig within a case: one that hangs must not hold the run up

	mu    sync.Mutex
	ports map[string]int
}

var _ fakes.Rig = (*Client)(nil)

// Dial reaches the rig at a base URL (http://127.0.0.1:7070). Host is the name by which the system reaches its fakes. Times
// of hits count from start.
func Dial(ctx context.Context, base, token, host string, start time.Time) (*Client, error) {
	c := &Client{base: base, token: token, host: host, ports: map[string]int{}, within: 30 * time.Second, http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 4}}}
	asked := time.Now()
	m, err := c.call(ctx, opHello, message{})
	if err != nil {
		c.http.CloseIdleConnections()
		return nil, err
	}
	between := asked.Add(time.Since(asked) / 2)
	c.ahead = between.Sub(start) - m.Now
	return c, nil
}

// call carries out one operation there.
func (c *Client) call(ctx context.Context, op string, in message) (message, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path+op, bytes.NewReader(encode(in)))
	if err != nil {
		return message{}, err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	resp, err := c.http.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return message{}, ctx.Err()
		}
		return message{}, fmt.Errorf("drive the fakes: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	var out message
	if err == nil && len(text) > 0 {
		err = json.Unmarshal(text, &out)
	}
	switch {
	case err != nil:
		return out, fmt.Errorf("drive the fakes: read the answer: %w", err)
	case out.Lacking:
		return out, &fakes.Unavailable{What: out.Wrong}
	case out.Wrong != "":
		return out, fmt.Errorf("%s", out.Wrong)
	case resp.StatusCode != http.StatusOK:
		return out, fmt.Errorf("drive the fakes: %s", resp.Status)
	}
	return out, nil
}

// Add makes a dependency there. The backend is nil when nothing of the rig stands behind its gate.
func (c *Client) Add(ctx context.Context, o Order) (fakes.Backend, error) {
	m, err := c.call(ctx, opAdd, message{Order: &o})
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	c.ports[o.Name] = m.Port
	c.mu.Unlock()
	if !m.Backend {
		return nil, nil
	}
	b := behind{c, o.Name, m}
	if m.Scripted {
		return speaking{b}, nil
	}
	return b, nil
}

// drive calls the rig, and gives up on one that does not answer in time.
func (c *Client) drive(ctx context.Context, op string, m message) (message, error) {
	bounded, cancel := context.WithTimeout(ctx, c.within)
	defer cancel()
	out, err := c.call(bounded, op, m)
	if err != nil && ctx.Err() == nil && bounded.Err() != nil {
		err = fmt.Errorf("drive the fakes: no answer to %s within %s", op, c.within)
	}
	return out, err
}

// Arm replaces what is armed.
func (c *Client) Arm(ctx context.Context, in fault.Injection, seed string) error {
	_, err := c.drive(ctx, opArm, message{Injection: &in, Seed: seed})
	return err
}

// Drain closes idle connections.
func (c *Client) Drain(ctx context.Context, on string) (int, error) {
	m, err := c.drive(ctx, opDrain, message{Name: on})
	return m.Count, err
}

// Hits gives the calls after a sequence number, with times that count from the start given to Dial.
func (c *Client) Hits(ctx context.Context, since int64) ([]fault.Hit, error) {
	m, err := c.drive(ctx, opHits, message{Since: since})
	for i := range m.Hits {
		m.Hits[i].At += c.ahead
	}
	return m.Hits, err
}

// Quiet waits until nothing happens.
func (c *Client) Quiet(ctx context.Context) error {
	_, err := c.call(ctx, opQuiet, message{})
	return err
}

// bindWithin bounds Bind, which has no context.
const bindWithin = 10 * time.Second

// Bind puts a gate before a backend, at an address as the rig sees it.
func (c *Client) Bind(name, backend string) error {
	ctx, cancel := context.WithTimeout(context.Background(), bindWithin)
	defer cancel()
	_, err := c.call(ctx, opBind, message{Name: name, Text: backend})
	return err
}

// Addr is the address at which the system reaches a dependency.
func (c *Client) Addr(name string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if port, ok := c.ports[name]; ok {
		return net.JoinHostPort(c.host, strconv.Itoa(port))
	}
	return ""
}

// Close leaves the rig; who started it ends it.
func (c *Client) Close() error {
	c.http.CloseIdleConnections()
	return nil
}

// behind is a backend that stands in the rig.
type behind struct {
	c     *Client
	name  string
	about message
}

// Addr is empty: only the gate reaches it.
func (b behind) Addr() string               { return "" }
func (b behind) Names() map[string]string   { return b.about.Facts }
func (b behind) Stateful() bool             { return b.about.Stateful }
func (b behind) Stop(context.Context) error { return nil }
func (b behind) Reset(ctx context.Context) error {
	_, err := b.c.call(ctx, opUndo, message{Name: b.name})
	return err
}

// speaking is one that understands statements.
type speaking struct{ behind }

var _ fakes.Scripted = speaking{}

// Exec runs a script there.
func (b speaking) Exec(ctx context.Context, script, as string) error {
	_, err := b.c.call(ctx, opRun, message{Name: b.name, Text: script, As: as})
	return err
}

// Query gives the first column of the first row.
func (b speaking) Query(ctx context.Context, query string) (string, error) {
	m, err := b.c.call(ctx, opAsk, message{Name: b.name, Text: query})
	return m.Text, err
}
