package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/fault"
)

// noStub begins the message with which a stub answers a statement that it does not know.
const noStub = fakes.NoStub + ": "

// Stub is a small PostgreSQL server without a database: it knows the answers to a list of statements. The protocol, prepared
// statements, portals and the state of transactions are real; what is written is not kept.
type Stub struct {
	Statements []Statement
	// Who is let in; an empty one means anybody.
	User, Password, Database string
}

// Start listens on a free port of the loopback interface.
func (s Stub) Start(ctx context.Context) (fakes.Backend, error) {
	book, err := newBook(s.Statements)
	if err != nil {
		return nil, err
	}
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start stub database: %w", err)
	}
	b := &stub{Stub: s, book: book, listener: l, conns: map[net.Conn]bool{}, executed: map[string]int{},
		waiting: map[string]chan struct{}{}, stopping: make(chan struct{})}
	b.running.Go(b.accept)
	return b, nil
}

// stub is a running Stub.
type stub struct {
	Stub
	book     *book
	listener net.Listener
	running  sync.WaitGroup

	mu       sync.Mutex
	conns    map[net.Conn]bool
	stopped  bool
	lastID   uint32
	executed map[string]int           // by text as it is compared
	waiting  map[string]chan struct{} // what a CancelRequest ends, by process id and secret key
	stopping chan struct{}            // closed by Stop
}

func (b *stub) accept() {
	for {
		c, err := b.listener.Accept()
		if err != nil {
			return
		}
		id, ok := b.enter(c)
		if !ok {
			_ = c.Close()
			return
		}
		b.running.Go(func() {
			defer b.exit(c)
			newStubSession(b, c, id).run()
		})
	}
}

func (b *stub) enter(c net.Conn) (id uint32, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.conns[c] = true
	b.lastID++
	return b.lastID, !b.stopped
}

func (b *stub) exit(c net.Conn) {
	_ = c.Close()
	b.mu.Lock()
	delete(b.conns, c)
	b.mu.Unlock()
}

// Addr is host:port.
func (b *stub) Addr() string { return b.listener.Addr().String() }

// Names are user, password and database.
func (b *stub) Names() map[string]string {
	return map[string]string{"user": b.User, "password": b.Password, "database": b.Database}
}

// Stateful is false: a stub keeps nothing.
func (b *stub) Stateful() bool { return false }

// Reset forgets what was executed.
func (b *stub) Reset(context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	clear(b.executed)
	return nil
}

// Stop closes the port and every connection.
func (b *stub) Stop(context.Context) error {
	err := b.listener.Close()
	b.mu.Lock()
	if !b.stopped {
		close(b.stopping)
	}
	b.stopped = true
	for c := range b.conns {
		_ = c.Close()
	}
	b.mu.Unlock()
	b.running.Wait()
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// Exec is not possible: a stub keeps nothing.
func (b *stub) Exec(context.Context, string, string) error {
	return &fakes.Unavailable{What: "a stub database keeps nothing, so a script has nothing to work on"}
}

// Query answers `executed PATTERN` with the number of statements carried out whose text matches (case and white space
// folded, * stands for anything), and any other text as it would answer it on a connection.
func (b *stub) Query(_ context.Context, query string) (string, error) {
	if word, pattern := firstWord(query); word == "executed" {
		return b.count(fold(pattern))
	}
	p, failure := b.book.plan(query, nil)
	if failure != nil {
		return "", errors.New(failure.Message)
	}
	if p.lookups != nil {
		s := newStubSession(b, nil, 0)
		s.user, s.database = b.User, b.Database
		r, failure := s.lookUp(p.lookups, nil)
		return first(r, failure)
	}
	return first(p.answer(nil))
}

// first is the first value of a result.
func first(r result, failure *pgproto3.ErrorResponse) (string, error) {
	if failure != nil {
		return "", errors.New(failure.Message)
	}
	if len(r.rows) == 0 || len(r.rows[0]) == 0 {
		return "", nil
	}
	return string(r.rows[0][0]), nil
}

func (b *stub) count(pattern string) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := 0
	for text, times := range b.executed {
		if glob(pattern, text) {
			n += times
		}
	}
	return fmt.Sprint(n), nil
}

// note counts an execution.
func (b *stub) note(text string) {
	b.mu.Lock()
	b.executed[text]++
	b.mu.Unlock()
}

// readStubs reads the file of a stub database.
func readStubs(n *decode.Node) ([]Statement, error) {
	if n == nil {
		return nil, nil
	}
	var file struct {
		Statements []Statement `json:"statements"`
	}
	if err := n.Into(&file); err != nil {
		return nil, err
	}
	_, err := newBook(file.Statements)
	return file.Statements, err
}

// fold puts a statement into the form in which texts are compared.
func fold(sql string) string { return fault.Fold(trimStatement(sql)) }

var _ fakes.Scripted = (*stub)(nil)
