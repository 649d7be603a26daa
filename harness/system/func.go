package system

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/failwell/failwell/harness/exchange"
)

// Func is a system in this very process: the handler that f makes, on a loopback port. In the names of f's Setup are also
// those of the secrets and dir. Its context ends when the instance is stopped. Until f returns, connections are closed
// without an answer. An error of f, or a panic, is the death of the system: exit code 1 or 2, and the error is its last line.
// Logs are only what net/http says about panics; FuncLogs has more.
func Func(f func(ctx context.Context, s Setup) (http.Handler, error)) System {
	return FuncLogs(func(ctx context.Context, s Setup, _ io.Writer) (http.Handler, error) { return f(ctx, s) })
}

// FuncLogs is Func for a system that writes its log, line by line, to the given writer.
func FuncLogs(f func(ctx context.Context, s Setup, log io.Writer) (http.Handler, error)) System {
	return function(f)
}

type function func(ctx context.Context, s Setup, log io.Writer) (http.Handler, error)

// Start calls the function and does not wait for it.
func (f function) Start(ctx context.Context, s Setup) (Instance, error) {
	i := &inProcess{lines: NewLines(), done: make(chan struct{})}
	s, err := i.prepare(s)
	if err != nil {
		return nil, fmt.Errorf("start system: %w", err)
	}
	var listen net.ListenConfig
	l, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start system: %w", err)
	}
	i.url = "http://" + l.Addr().String()
	s = s.with("system.port", strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
	i.log = i.lines.Stream(stderr)
	i.server = &http.Server{Handler: i, ErrorLog: log.New(i.log, "", 0)}
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	i.cancel = end
	go func() { _ = i.server.Serve(l) }()
	go func() { i.set(f.call(life, s, i.log)) }()
	return i, nil
}

// call makes the handler; a panic in it is exit code 2, as for a program.
func (f function) call(ctx context.Context, s Setup, log io.Writer) (h http.Handler, code int, err error) {
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(log, "%s", debug.Stack())
			code, err = 2, fmt.Errorf("panic: %v", p)
		}
	}()
	if h, err = f(ctx, s, log); err == nil && h == nil {
		err = fmt.Errorf("the function gave no handler")
	}
	return h, 1, err
}

// inProcess is one running copy of a Func.
type inProcess struct {
	*files
	url     string
	lines   *Lines
	log     *Stream
	server  *http.Server
	cancel  context.CancelFunc
	handler atomic.Pointer[http.Handler]
	exit    atomic.Pointer[exchange.Exit]
	once    sync.Once // guards done
	done    chan struct{}
}

// prepare writes the files of the secrets and completes the names. All secrets count as used in every form.
func (i *inProcess) prepare(s Setup) (Setup, error) {
	home, err := s.home()
	if err != nil && len(s.Secrets)+len(s.Edits) == 0 {
		i.files = &files{setup: s}
		return s, nil
	}
	if err != nil {
		return s, err
	}
	t := Templates{Env: map[string]string{"dir": "$dir"}}
	for key := range s.Secrets {
		name, _, isFile := strings.Cut(key, "/")
		forms := []string{"dir"}
		if !isFile {
			forms = []string{"dir", "file", "value"}
		}
		for _, form := range forms {
			t.Env[name+"."+form] = "${" + name + "." + form + "}"
		}
	}
	laid, r, err := layFiles(t, s, home)
	if err != nil {
		return s, err
	}
	if r.Unreadable() && os.Geteuid() == 0 {
		return s, &Unable{What: "make a file unreadable: the system runs inside failwell, which runs as root"}
	}
	i.files = laid
	return s.edited(t, r), nil
}

func (i *inProcess) set(h http.Handler, code int, err error) {
	if err == nil {
		i.handler.Store(&h)
		return
	}
	fmt.Fprintln(i.log, err)
	select {
	case <-i.done: // stopped before
		return
	default:
	}
	i.exit.Store(&exchange.Exit{Code: code})
	_ = i.server.Close()
	i.cancel()
	i.once.Do(func() { close(i.done) })
}

// ServeHTTP hands a request to the handler, once there is one.
func (i *inProcess) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := i.handler.Load()
	if h == nil {
		panic(http.ErrAbortHandler)
	}
	(*h).ServeHTTP(w, r)
}

// URL is the base URL; there are no further ports.
func (i *inProcess) URL(port string) string {
	if port != "" {
		return ""
	}
	return i.url
}

// Logs gives the lines from position since on.
func (i *inProcess) Logs(since int) []exchange.Line { return i.lines.From(since) }

// Exited tells whether the function gave an error.
func (i *inProcess) Exited() (exchange.Exit, bool) {
	if exit := i.exit.Load(); exit != nil {
		return *exit, true
	}
	return exchange.Exit{}, false
}

// Done is closed when the function gave an error or the instance was stopped.
func (i *inProcess) Done() <-chan struct{} { return i.done }

// Stop closes the server and all its connections, and ends the function's context. It does not wait for handlers.
func (i *inProcess) Stop(context.Context) error {
	i.cancel()
	err := i.server.Close()
	i.log.End()
	i.once.Do(func() { close(i.done) })
	return err
}
