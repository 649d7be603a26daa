package drivers

import "slices"

// make makes the genuine trouble, and returns how it ends.
func (l *lab) make(x trouble) func() {
	l.Helper()
	var undo []func()
	if x.beside != "" {
		c := l.session()
		_, err := c.Exec(l.Context(), x.beside).ReadAll()
		l.must(err)
		over := make(chan struct{})
		go func() {
			defer close(over)
			if x.aside != "" {
				_, _ = c.Exec(l.Context(), x.aside).ReadAll()
			}
		}()
		if x.aside != "" {
			l.until("it waits", func() bool { return l.waiting() == "1" })
		}
		undo = append(undo, func() { <-over; _ = c.Close(l.Context()) })
	}
	if x.cut.at != "" {
		l.relay.cut(x.cut)
		undo = append(undo, func() { l.relay.cut(cut{}) })
	}
	if x.act != "" {
		undo = append(undo, l.act(x.act))
	}
	if x.during != "" {
		undo = append(undo, l.meanwhile(x))
	}
	return func() {
		for _, u := range slices.Backward(undo) {
			u()
		}
	}
}

// asleep waits until the driver sleeps in the server, for some seconds at most.
const asleep = `do $$ begin
	for i in 1..300 loop
		exit when exists (select from pg_stat_activity where usename = 'ann' and wait_event = 'PgSleep');
		perform pg_sleep(0.01);
		perform pg_stat_clear_snapshot();
	end loop;
end $$`

// meanwhile runs what the superuser does: at once when the driver is idle, else as soon as it sleeps.
func (l *lab) meanwhile(x trouble) func() {
	c := l.session()
	over := make(chan struct{})
	go func() {
		defer close(over)
		if !x.idle {
			_, _ = c.Exec(l.Context(), asleep).ReadAll()
		}
		_, _ = c.Exec(l.Context(), x.during).ReadAll()
	}()
	if x.idle {
		<-over
	}
	return func() { <-over; _ = c.Close(l.Context()); l.ready() }
}
