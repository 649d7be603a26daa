package servers

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/system"
)

func TestAServerStandsStill(t *testing.T) {
	b := started(t, Postgres{})
	c, err := pgx.Connect(t.Context(), dsn(b))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.Background())
	undo, err := b.(system.Actor).Act(t.Context(), fault.Act{On: "db", Do: "pause"})
	if err != nil {
		t.Fatal(err)
	}
	answered := make(chan error, 1)
	go func() {
		_, err := c.Exec(context.Background(), "select 1")
		answered <- err
	}()
	select {
	case err := <-answered:
		t.Errorf("a connection that was open got an answer: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	brief, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := pgx.Connect(brief, dsn(b)); err == nil {
		t.Error("a new connection got an answer")
	}
	if err := undo(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-answered; err != nil {
		t.Errorf("after going on: %v", err)
	}
}

func TestAServerDiesAndComesBack(t *testing.T) {
	b := started(t, Postgres{})
	db := b.(*server)
	if err := db.Exec(t.Context(), "create table kept(n int); insert into kept values (7)", ""); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		c, err := pgx.Connect(t.Context(), dsn(b))
		if err != nil {
			t.Fatal(err)
		}
		undo, err := db.Act(t.Context(), fault.Act{On: "db", Do: fault.Kill})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Exec(t.Context(), "select 1"); err == nil {
			t.Error("a connection outlived the server")
		}
		if _, err := pgx.Connect(t.Context(), dsn(b)); err == nil {
			t.Error("there is still a server")
		}
		began := time.Now()
		if err := undo(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.Logf("back after %v", time.Since(began).Round(time.Millisecond))
		if n, err := db.Query(t.Context(), "select n from kept"); err != nil || n != "7" {
			t.Errorf("its data is %q, %v", n, err)
		}
	}
	if _, err := db.Act(t.Context(), fault.Act{On: "db", Do: fault.Kill}); err != nil {
		t.Fatal(err) // and stopped while it is dead
	}
}

func TestWhatAServerCannotDo(t *testing.T) {
	var unable *system.Unable
	if _, err := (&server{}).Act(t.Context(), fault.Act{On: "db", Do: "dance"}); !errors.As(err, &unable) || !unable.NotApplicable {
		t.Errorf("got %v", err)
	}
}
