package system

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/failwell/failwell/harness/fault"
)

// forking is how many open files a master is left beyond those it has, to fork a worker and for that one to begin. In
// production the limit is one number that all inherit (getrlimit(2): RLIMIT_NOFILE is per process, and "a child process
// created via fork(2) inherits its parent's resource limits"), and the service did start under it. What fills up are the tables
// of those that answer; that of a new worker is as good as empty.
const forking = 16

// following is how often newcomers are looked for. They have inherited the limit, but runtimes such as those of Node and Go raise
// it to the hard one when they begin, which ulimit -n sets too and which only root could give back.
const following = 50 * time.Millisecond

// descriptors leaves each process of the group that answers room for a few more open files, and a master what it needs to
// fork. Who is forked meanwhile has the limit of its parent. All get back what they had. A worker that has ended meanwhile is
// how a master that replaces it felt the want, however well it then serves.
func (i *process) descriptors(a fault.Act) (undo func(context.Context) error, err error) {
	spare, err := strconv.Atoi(cmp.Or(a.Args["spare"], "2"))
	if err != nil || spare < 0 {
		return nil, fmt.Errorf("descriptors: want a number as spare, not %q", a.Args["spare"])
	}
	s := &scarcity{leader: i.pid, known: map[int]allowance{}}
	if err := s.take(spare); err != nil {
		return nil, errors.Join(&Unable{What: err.Error()}, s.giveBack())
	}
	if len(s.known) == 0 {
		return nil, &Unable{What: "descriptors: the system has ended already"}
	}
	lifted, lift := context.WithCancel(context.Background())
	followed := make(chan struct{})
	go func() {
		defer close(followed)
		await(lifted, following, func() bool { return s.follow() != nil })
	}()
	return func(context.Context) error {
		lift()
		<-followed
		return errors.Join(s.giveBack(), s.word())
	}, nil
}
