package postgres

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// longestWait bounds a hang, so that a server whose gate died is not left with it for good.
const longestWait = time.Hour

// waitStatement sleeps for d. A lock is given up after lock_timeout. The server sends the signal of one CancelRequest twice, to the
// process and to its group (signal_child in postmaster.c): the second may come while the first is told of, and is caught, too.
func waitStatement(token string, d time.Duration, lock bool) string {
	sleep, after := fmt.Sprintf("pg_catalog.pg_sleep(%.6f)", d.Seconds()), ""
	if lock {
		const timeout = "extract(epoch from pg_catalog.current_setting('lock_timeout')::interval)"
		sleep = "pg_catalog.pg_sleep(" + strings.Join([]string{"case when", timeout, "> 0 then", timeout, "else",
			fmt.Sprintf("%.6f", d.Seconds()), "end)"}, " ")
		after = "raise info 'canceling statement due to lock timeout' using errcode = '55P03', hint = '" + token + "'; "
	}
	tell := "exception when query_canceled then raise info using message = sqlerrm, errcode = '57014', hint = '" + token + "'; end"
	return fmt.Sprintf("do $$ begin begin raise info 'begun' using hint = '%s'; perform %s; %s%s; %s $$", token, sleep, after, tell, tell)
}

var waitText = regexp.MustCompile(`^do \$\$ begin .* perform pg_catalog\.pg_sleep\((?:case .* else )?([0-9.]+).* hint = '(fw[a-z0-9]+)'; end \$\$$`)

// readWait reads what waitStatement wrote, for the stub.
func readWait(sql string) (token string, d time.Duration, lock, ok bool) {
	m := waitText.FindStringSubmatch(sql)
	if m == nil {
		return "", 0, false, false
	}
	seconds, err := strconv.ParseFloat(m[1], 64)
	return m[2], time.Duration(seconds * float64(time.Second)), strings.Contains(sql, "55P03"), err == nil
}

// message is the wait on the wire: a Query, or a part of the pipeline that the application is about to end.
func (w *serverWait) message(sql string) []byte {
	if w.simple {
		return message('Q', zero(sql))
	}
	return bytes.Join([][]byte{
		message('P', zero(w.token), zero(sql), []byte{0, 0}),
		message('B', zero(w.token), zero(w.token), []byte{0, 0, 0, 0, 0, 0}),
		message('E', zero(w.token), []byte{0, 0, 0, 0}),
		message('C', []byte{'S'}, zero(w.token)),
		message('H'),
	}, nil)
}
