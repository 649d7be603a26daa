package drivers

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/failwell/failwell/harness/fault"
)

// A sight is what a driver showed of a trouble, by name: the members of its answer, and
//
//	then     what the next statement of the transaction gave
//	commit   what its COMMIT gave
//	after    what was got of it when the trouble was over: the same connection, a new one, or an error, and then the next try
type sight struct {
	said map[string]string
	took time.Duration
}

// provoke lets the driver meet a trouble, and says what it showed.
func (l *lab) provoke(x trouble, inject bool) sight {
	l.Helper()
	addr, undo := l.place(x, inject), []func(){}
	var once sync.Once
	heal := func() {
		once.Do(func() {
			for _, u := range slices.Backward(undo) {
				u()
			}
		})
	}
	defer heal()
	if !inject {
		l.boss(x.before)
		undo = append(undo, func() { l.boss(x.after) })
		if x.start != nil {
			undo = append(undo, x.start(l))
		}
	}
	pid := ""
	if x.last.Do != "connect" {
		pid = l.works(step{Do: "connect", Timeout: 8000, Query: x.last.Timeout}, addr).value
	}
	if x.tx {
		l.works(step{Do: "begin"}, addr)
	}
	for _, sql := range x.first {
		l.works(run(sql, 1), addr)
	}
	if inject {
		undo = append(undo, l.inject(x))
	} else {
		undo = append(undo, l.make(x))
	}
	if x.idle {
		time.Sleep(300 * time.Millisecond) // the driver may notice
	}
	if inject && strings.Contains(x.last.SQL, "pg_sleep") {
		x.last.ID = 0 // nothing but failwell is slow
	}
	a := l.step(x.last, addr, heal)
	s := sight{said: map[string]string{}, took: a.took}
	for name, text := range a.said {
		s.said[name] = plain(name, text)
	}
	if x.tx && x.last.Do != "commit" {
		time.Sleep(200 * time.Millisecond) // an end that follows the answer has come
		s.said["then"] = outcome(l.step(run("select 1", 0), addr, heal))
		s.said["commit"] = outcome(l.step(commit, addr, heal))
	} else if a.value != "" && x.last.Do == "commit" {
		s.said["commit"] = a.value
	}
	heal()
	if inject && x.act != fault.Kill {
		l.until(x.name+" is carried out", l.carried)
	}
	if pid == "" && !l.pooled {
		s.said["after"] = outcome(l.step(connect, addr, heal))
	} else {
		s.said["after"] = l.after(addr, pid)
	}
	l.works(step{Do: "close"}, addr)
	return s
}

// after asks for a connection, and a pool once more when it has none.
func (l *lab) after(addr, pid string) string {
	said := ""
	for range map[bool]int{false: 1, true: 2}[l.pooled] {
		a := l.step(step{Do: "ping"}, addr, func() {})
		switch {
		case a.class() == "" && pid == "":
			return said + "done"
		case a.class() == "" && a.value == pid:
			return said + "same"
		case a.class() == "":
			return said + "new"
		}
		said += outcome(a) + ", then "
	}
	return strings.TrimSuffix(said, ", then ")
}

// outcome is an answer in short.
func outcome(a answer) string {
	if a.class() == "" {
		return "done"
	}
	return strings.TrimSpace(a.class() + " " + cmp.Or(a.said["code"], plain("", a.said["message"])))
}

// place is where the driver finds the server.
func (l *lab) place(x trouble, inject bool) string {
	switch {
	case inject:
		return l.rig.Addr("db")
	case x.cut.at != "":
		return l.relay.Addr().String()
	}
	return l.server.Addr()
}

// works asks for a step that has to succeed.
func (l *lab) works(s step, addr string) answer {
	l.Helper()
	a := l.step(s, addr, func() {})
	if a.class() != "" {
		l.Fatalf("%s %s: %s", s.Do, s.SQL, a.said)
	}
	return a
}
