package shop_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"

	. "github.com/onsi/ginkgo/v2"

	"github.com/failwell/failwell/harness"
)

const schema = `create table orders (id text primary key, sku text not null, quantity int not null, paid bool not null default false);
insert into orders values ('1001', 'A-1', 2)`

// stub answers the shop's statements where no PostgreSQL is installed.
var stub = harness.StubPostgres(
	harness.Statement{SQL: "select id, sku, quantity from orders where id = $1", Params: []string{"text"},
		Columns: []harness.Column{{Name: "id", Type: "text"}, {Name: "sku", Type: "text"}, {Name: "quantity", Type: "int4"}},
		Rows:    [][]harness.Cell{harness.Row("$1", "A-1", 2)}},
	harness.Statement{SQL: "insert into orders (id, sku, quantity) values ($1, $2, $3)", Params: []string{"text", "text", "int4"}},
	harness.Statement{SQL: "update orders set paid = true where id = $1", Params: []string{"text"}},
)

// database is a PostgreSQL that is thrown away afterwards, or a stub.
func database() harness.Dependency {
	if db, err := harness.InstalledPostgres(); err == nil {
		return db
	}
	return stub
}

// charge is the payments API, as the shop knows it.
var charge = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_, _ = io.WriteString(w, `{"id":"ch_1"}`)
})

// startQueue starts a queue that takes a line and says ok.
func startQueue() net.Listener {
	GinkgoHelper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		Fail(err.Error())
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
	return l
}
