package system

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

// forkAndServe listens, starts two workers that answer there, replaces each that ends, and starts one more for every SIGUSR1.
func forkAndServe() {
	more := make(chan os.Signal, 1)
	signal.Notify(more, syscall.SIGUSR1)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	file, err := listener.(*net.TCPListener).File()
	if err != nil {
		panic(err)
	}
	ended := make(chan error)
	fork := func() {
		worker := exec.Command(os.Args[0])
		worker.Env, worker.ExtraFiles, worker.Stdout = append(os.Environ(), "PROGRAM=worker"), []*os.File{file}, os.Stdout
		if err := worker.Start(); err != nil {
			panic(err)
		}
		go func() { ended <- worker.Wait() }()
	}
	fork()
	fork()
	fmt.Println("two forked")
	for {
		select {
		case <-more:
		case err := <-ended:
			fmt.Println("replace a worker:", err)
		}
		fork()
	}
}

func serveForked() {
	listener, err := net.FileListener(os.NewFile(3, "listener"))
	if err != nil {
		panic(err)
	}
	fmt.Println("worker begins")
	panic(http.Serve(listener, http.HandlerFunc(hello)))
}
