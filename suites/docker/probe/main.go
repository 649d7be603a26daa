// Command probe is a system that tells what its container gives it. Each path answers one question; what goes wrong is the
// body of a 500.
package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	fmt.Println("first to stdout")
	fmt.Fprintln(os.Stderr, "first to stderr")
	switch mode := strings.Join(os.Args[1:], " "); {
	case mode == "health":
		os.Exit(health())
	case mode == "eat":
		eat()
	case strings.HasPrefix(mode, "exit"):
		os.Exit(3)
	}
	if wait, err := time.ParseDuration(os.Getenv("WARMUP")); err == nil {
		time.Sleep(wait)
	}
	for _, name := range []string{"ADMIN_PORT", "PORT"} {
		port := os.Getenv(name)
		if port == "" {
			continue
		}
		l, err := net.Listen("tcp", ":"+port)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		go func() { _ = http.Serve(l, http.HandlerFunc(serve(name))) }()
		fmt.Println("listening on", name)
	}
	select {}
}

// health succeeds when HEALTHY is there.
func health() int {
	if _, err := os.Stat(os.Getenv("HEALTHY")); err != nil {
		return 1
	}
	return 0
}

func eat() {
	for all := [][]byte{}; ; {
		page := make([]byte, 1<<20)
		for i := range page {
			page[i] = 1
		}
		all = append(all, page)
	}
}

func serve(port string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		answers := map[string]func(string) (string, error){
			"/port": func(string) (string, error) { return port, nil },
			"/env":  func(name string) (string, error) { return os.Getenv(name), nil },
			"/args": func(string) (string, error) { return strings.Join(os.Args, " "), nil },
			"/user": func(string) (string, error) { return fmt.Sprintf("%d:%d", os.Getuid(), os.Getgid()), nil },
			"/dir":  func(string) (string, error) { return os.Getwd() },
			"/read": read, "/write": write, "/fill": fill, "/files": files, "/dial": dial, "/get": get, "/resolve": resolve,
		}
		answer, ok := answers[r.URL.Path]
		if !ok {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		text, err := answer(r.URL.Query().Get("of"))
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			text = err.Error()
		}
		_, _ = io.WriteString(w, text)
	}
}

func read(name string) (string, error) {
	text, err := os.ReadFile(name)
	return strings.TrimSpace(string(text)), err
}

func write(name string) (string, error) { return "written", os.WriteFile(name, []byte("x"), 0o600) }

// fill writes until there is no room, and gives how many bytes fitted.
func fill(name string) (string, error) {
	f, err := os.Create(name)
	if err != nil {
		return "", err
	}
	defer os.Remove(name)
	defer f.Close()
	for n := 0; n < 64<<20; n += 4096 {
		if _, err := f.Write(make([]byte, 4096)); err != nil {
			return strconv.Itoa(n), nil
		}
	}
	return "", fmt.Errorf("64 MiB fitted")
}

func files(string) (string, error) {
	var l syscall.Rlimit
	err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l)
	return fmt.Sprint(l.Max), err
}

func dial(addr string) (string, error) {
	c, err := net.DialTimeout("tcp", addr, 500*time.Millisecond)
	if err != nil {
		return "", err
	}
	return "reached", c.Close()
}

// resolve gives the addresses of a name; whose it is not, is an error that says how long that took.
func resolve(name string) (string, error) {
	began := time.Now()
	addrs, err := net.LookupHost(name)
	if wrong := (*net.DNSError)(nil); errors.As(err, &wrong) {
		return "", fmt.Errorf("found=%t after %d ms: %w", !wrong.IsNotFound, time.Since(began).Milliseconds(), err)
	}
	return strings.Join(addrs, " "), err
}

func get(url string) (string, error) {
	resp, err := http.Get(url)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return string(text), err
}
