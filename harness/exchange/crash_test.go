package exchange_test

import (
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/exchange"
)

// printouts are what programs print that end by an error which nobody has handled: those of Go 1.26, Python 3.11, Node 20, Java 17,
// Ruby 3.1 and PHP 8.2 as they came, cut short; of .NET and Rust as their sources and documents show them.
var printouts = map[string]struct{ printed, says string }{
	"go panic": {"shop 1.4 starting\npanic: open orders database: dial tcp 127.0.0.1:1: connect: connection refused\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:3 +0xb9\nexit status 2",
		"panic: open orders database: dial tcp 127.0.0.1:1: connect: connection refused"},
	"go runtime": {"panic: assignment to entry in nil map\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:2 +0x28", "panic: assignment to entry in nil map"},
	"python chain": {`starting
Traceback (most recent call last):
  File "/app/app.py", line 4, in connect
    socket.create_connection(("127.0.0.1",1))
ConnectionRefusedError: [Errno 111] Connection refused

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/app/app.py", line 8, in <module>
    connect()
RuntimeError: cannot reach the quotes service`, "RuntimeError: cannot reach the quotes service (caused by ConnectionRefusedError: [Errno 111] Connection refused)"},
	"python key": {`Traceback (most recent call last):
  File "/app/app.py", line 2, in <module>
    print(os.environ["QUOTES_URL"])
          ~~~~~~~~~~^^^^^^^^^^^^^^
  File "<frozen os>", line 679, in __getitem__
KeyError: 'QUOTES_URL'`, "KeyError: 'QUOTES_URL'"},
	"python driver": {`Traceback (most recent call last):
  File "/app/app.py", line 2, in <module>
    psycopg2.connect("postgres://u:p@127.0.0.1:1/db")
    conn = _connect(dsn, connection_factory=connection_factory, **kwasync)
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
psycopg2.OperationalError: connection to server at "127.0.0.1", port 1 failed: Connection refused
	Is the server running on that host and accepting TCP/IP connections?
`, `psycopg2.OperationalError: connection to server at "127.0.0.1", port 1 failed: Connection refused`},
	"python syntax": {"  File \"/app/app.py\", line 1\n    def f(:\n          ^\nSyntaxError: invalid syntax", "SyntaxError: invalid syntax"},
	"node throw": {`starting
/app/app.js:2
throw new Error('DATABASE_URL is not set');
^

Error: DATABASE_URL is not set
    at Object.<anonymous> (/app/app.js:2:7)
    at node:internal/main/run_main_module:28:49

Node.js v20.20.2`, "Error: DATABASE_URL is not set"},
	"node socket": {`node:events:502
      throw er; // Unhandled 'error' event
      ^

Error: connect ECONNREFUSED 127.0.0.1:1
    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16)
Emitted 'error' event on Socket instance at:
    at emitErrorNT (node:internal/streams/destroy:169:8) {
  errno: -111,
  code: 'ECONNREFUSED',
}

Node.js v20.20.2`, "Error: connect ECONNREFUSED 127.0.0.1:1"},
	"node fetch": {`node:internal/process/promises:389
      new UnhandledPromiseRejection(reason);
      ^

TypeError: fetch failed
    at node:internal/deps/undici/undici:14976:13
    at async main (/app/app.js:1:24) {
  [cause]: Error: connect ECONNREFUSED 127.0.0.1:18099
      at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16) {
    errno: -111,
  }
}

Node.js v20.20.2`, "TypeError: fetch failed (caused by Error: connect ECONNREFUSED 127.0.0.1:18099)"},
	"node several addresses": {`node:events:502
      throw er; // Unhandled 'error' event
      ^

AggregateError [ECONNREFUSED]: 
    at internalConnectMultiple (node:net:1139:18)
Emitted 'error' event on ClientRequest instance at:
    at emitErrorEvent (node:_http_client:107:11) {
  code: 'ECONNREFUSED',
  [errors]: [
    Error: connect ECONNREFUSED ::1:18099
        at createConnectionError (node:net:1675:14) {
    },
  ]
}

Node.js v20.20.2`, "AggregateError [ECONNREFUSED]: Error: connect ECONNREFUSED ::1:18099"},
	"node rejection": {`node:internal/process/promises:389
      new UnhandledPromiseRejection(reason);
      ^

UnhandledPromiseRejection: This error originated either by throwing inside of an async function without a catch block. The promise rejected with the reason "no database".
    at throwUnhandledRejectionsMode (node:internal/process/promises:389:7) {
  code: 'ERR_UNHANDLED_REJECTION'
}

Node.js v20.20.2`, `UnhandledPromiseRejection: This error originated either by throwing inside of an async function without a catch block. The promise rejected with the reason "no database".`},
	"node no error": {"/app/app.js:1\nthrow { code: 1 };\n^\n{ code: 1 }\n\nNode.js v20.20.2", "{ code: 1 }"},
	"java": {`starting
Exception in thread "main" java.lang.RuntimeException: cannot open the orders database
	at App.main(App.java:2)
Caused by: java.net.ConnectException: Connection refused
	at java.base/sun.nio.ch.Net.connect0(Native Method)
	... 1 more`, "java.lang.RuntimeException: cannot open the orders database (caused by java.net.ConnectException: Connection refused)"},
	"java initializer": {"Exception in thread \"main\" java.lang.ExceptionInInitializerError\nCaused by: java.lang.IllegalStateException: DATABASE_URL is not set\n\tat App.need(App.java:1)",
		"java.lang.IllegalStateException: DATABASE_URL is not set"},
	"ruby": {"starting\napp.rb:3:in `initialize': Connection refused - connect(2) for \"127.0.0.1\" port 1 (Errno::ECONNREFUSED)\n\tfrom app.rb:3:in `new'\n\tfrom app.rb:4:in `<main>'",
		`Connection refused - connect(2) for "127.0.0.1" port 1 (Errno::ECONNREFUSED)`},
	"ruby 3.4": {"/app/app.rb:3:in 'TCPSocket#initialize': Connection refused (Errno::ECONNREFUSED)\n\tfrom /app/app.rb:3:in '<main>'", "Connection refused (Errno::ECONNREFUSED)"},
	"ruby chain": {"app.rb:4:in `rescue in <main>': bad settings (ArgumentError)\n\tfrom app.rb:1:in `<main>'\napp.rb:2:in `fetch': key not found: \"DATABASE_URL\" (KeyError)\n\tfrom app.rb:2:in `<main>'",
		`bad settings (ArgumentError) (caused by key not found: "DATABASE_URL" (KeyError))`},
	"php": {`starting
PHP Fatal error:  Uncaught PDOException: SQLSTATE[08006] [7] connection to server at "127.0.0.1", port 1 failed: Connection refused
	Is the server running on that host and accepting TCP/IP connections? in /app/app.php:1
Stack trace:
#0 /app/app.php(1): PDO->__construct()
#1 {main}
  thrown in /app/app.php on line 1`, `PDOException: SQLSTATE[08006] [7] connection to server at "127.0.0.1", port 1 failed: Connection refused`},
	"php shown": {"\nFatal error: Uncaught Error: Call to undefined function f() in /app/app.php:3\nStack trace:\n#0 {main}\n  thrown in /app/app.php on line 3", "Error: Call to undefined function f()"},
	".net": {`Unhandled exception. System.InvalidOperationException: cannot open the orders database
 ---> Npgsql.NpgsqlException (0x80004005): Failed to connect to 127.0.0.1:5432
 ---> System.Net.Sockets.SocketException (111): Connection refused
   at Npgsql.Internal.NpgsqlConnector.Connect(NpgsqlTimeout timeout)
   --- End of inner exception stack trace ---
   at Program.<Main>$(String[] args) in /app/Program.cs:line 3`, "System.InvalidOperationException: cannot open the orders database (caused by Npgsql.NpgsqlException (0x80004005): Failed to connect to 127.0.0.1:5432)"},
	"rust": {"thread 'main' panicked at src/main.rs:3:47:\ncalled `Result::unwrap()` on an `Err` value: Os { code: 111, kind: ConnectionRefused, message: \"Connection refused\" }\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
		"called `Result::unwrap()` on an `Err` value: Os { code: 111, kind: ConnectionRefused, message: \"Connection refused\" }"},
	"rust 1.60": {"thread 'main' panicked at 'no database: Connection refused', src/main.rs:3:5\nnote: run with `RUST_BACKTRACE=1`", "no database: Connection refused"},
	"rust 1.90": {"\nthread 'main' (4711) panicked at src/main.rs:3:5:\nno database\nnote: run with `RUST_BACKTRACE=1`", "no database"},
}

// Of every runtime the message of the error itself is found, whatever it prints around it; and none of its lines is taken for one
// that the program has printed itself.
func TestCrashOf(t *testing.T) {
	for name, c := range printouts {
		t.Run(name, func(t *testing.T) {
			own := `{"level":"info","msg":"good bye"}`
			lines := append(strings.Split(c.printed, "\n"), own)
			got, ok := exchange.CrashOf(lines)
			if !ok || got.Says != c.says {
				t.Fatalf("got  %s (%v)\nwant %s", got.Says, ok, c.says)
			}
			if got.To != len(lines)-1 {
				t.Errorf("what it printed ends before %q", lines[got.To])
			}
			if why := exchange.Why(lines); why != c.says {
				t.Errorf("Why gives %s", why)
			}
		})
	}
}

// A program that handles its errors prints no crash, and says why in a line of its own.
func TestWhy(t *testing.T) {
	for printed, want := range map[string]string{
		"2026/11/29 21:22:39 starting\n2026/11/29 21:22:39 connect to db: dial tcp 127.0.0.1:1: connect: connection refused\nbye": "2026/11/29 21:22:39 connect to db: dial tcp 127.0.0.1:1: connect: connection refused",
		`{"level":"error","msg":"settings rejected","key":"DEADLINE"}`:                                                            `{"level":"error","msg":"settings rejected","key":"DEADLINE"}`,
		"starting\nError: Os { code: 111, kind: ConnectionRefused }":                                                              "Error: Os { code: 111, kind: ConnectionRefused }",
		"starting\ngood bye\n\n": "good bye",
		"":                       "",
		"a panic: is nothing to be afraid of; a user asked for Traceback": "a panic: is nothing to be afraid of; a user asked for Traceback",
	} {
		lines := strings.Split(printed, "\n")
		if c, ok := exchange.CrashOf(lines); ok {
			t.Errorf("%q is taken for a crash: %+v", printed, c)
		}
		if got := exchange.Why(lines); got != want {
			t.Errorf("%q gives %q, want %q", printed, got, want)
		}
	}
}
