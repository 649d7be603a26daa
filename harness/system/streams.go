package system

import (
	"context"
	"io"
	"os"
	"time"
)

// pipe reads a stream line by line; it gives the end to write to.
func (i *process) pipe(name string) (*os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	to := i.lines.Stream(name)
	i.readers.Go(func() {
		settled := context.AfterFunc(i.hurry, func() { _ = r.SetReadDeadline(time.Now().Add(dying)) })
		defer settled()
		_, _ = io.Copy(to, r)
		to.End()
		_ = r.Close()
	})
	return w, nil
}

// tail looks at the log files from time to time until the stop.
func (i *process) tail() {
	if len(i.tails) == 0 {
		return
	}
	tick := time.NewTicker(tailing)
	defer tick.Stop()
	for {
		select {
		case <-i.stopped:
			return
		case <-tick.C:
			i.readTails()
		}
	}
}

func (i *process) readTails() {
	for _, t := range i.tails {
		t.read()
	}
}
