package shop_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/postgres"
	"github.com/failwell/failwell/fakes/servers"
)

const schema = `create table orders (id text primary key, sku text not null, quantity int not null, paid bool not null default false);
insert into orders values ('1001', 'A-1', 2)`

// statements are what a stub answers where no PostgreSQL is installed.
var statements = []postgres.Statement{
	{SQL: "select id, sku, quantity from orders where id = $1", Params: []string{"text"},
		Columns: []postgres.Column{{Name: "id", Type: "text"}, {Name: "sku", Type: "text"}, {Name: "quantity", Type: "int4"}},
		Rows:    [][]postgres.Cell{postgres.Row("$1", "A-1", 2)}},
	{SQL: "insert into orders (id, sku, quantity) values ($1, $2, $3)", Params: []string{"text", "text", "int4"}},
	{SQL: "update orders set paid = true where id = $1", Params: []string{"text"}},
}

// startDatabase starts a PostgreSQL that is thrown away afterwards, or a stub.
func startDatabase(ctx context.Context) (dsn string, stop func(context.Context) error, err error) {
	b, err := servers.Postgres{}.Start(ctx)
	var missing *fakes.Unavailable
	if errors.As(err, &missing) {
		b, err = postgres.Stub{Statements: statements, User: "app", Password: "secret", Database: "shop"}.Start(ctx)
	}
	if err != nil {
		return "", nil, err
	}
	n := b.Names()
	u := url.URL{Scheme: "postgres", User: url.UserPassword(n["user"], n["password"]), Host: b.Addr(), Path: "/" + n["database"]}
	if b.Stateful() {
		err = b.(fakes.Scripted).Exec(ctx, schema, "")
	}
	return u.String(), b.Stop, err
}

// charge is the payments API, as the shop knows it.
var charge = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_, _ = io.WriteString(w, `{"id":"ch_1"}`)
})

// startQueue starts a queue that takes a line and says ok.
func startQueue() (addr string, stop func() error, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = c.Close() }()
				for lines := bufio.NewScanner(c); lines.Scan(); {
					_, _ = fmt.Fprint(c, "ok\n")
				}
			}()
		}
	}()
	return l.Addr().String(), l.Close, nil
}
