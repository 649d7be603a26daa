package postgres

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/failwell/failwell/harness/fault"
)

// newToken returns a name that no server knows: as a statement it is a syntax error, as a portal or a table it does not
// exist, and every error that comes of it holds it.
func newToken() string { return "fw" + strings.ToLower(rand.Text()) }

// canceled is what the server says about a statement that the client cancelled.
var canceled = fault.Saying{Status: "57014", Fields: map[string]string{
	"message": "canceling statement due to user request", "file": "postgres.c", "routine": "ProcessInterrupts"}}

// poisonQuery is the Query that fails in place of a statement. A COMMIT that fails ends its transaction.
func poisonQuery(token string, endTx bool) []byte {
	text := token
	if endTx {
		text = `ROLLBACK; SELECT FROM "` + token + `"`
	}
	return message('Q', zero(text))
}

// poisonParse is the Parse that fails in place of one of the same name.
func poisonParse(name []byte, token string) []byte {
	return message('P', name, []byte{0}, zero(token), []byte{0, 0})
}

// poisonExecute is the Execute that fails; with endTx the transaction is ended before. It returns how many replies of our
// own making come before the error.
func poisonExecute(token string, endTx bool) (raw []byte, own int) {
	fails := message('E', zero(token), []byte{0, 0, 0, 0})
	if !endTx {
		return fails, 0
	}
	return bytes.Join([][]byte{
		message('P', zero(token), zero("ROLLBACK"), []byte{0, 0}),
		message('B', zero(token), zero(token), []byte{0, 0, 0, 0, 0, 0}),
		message('E', zero(token), []byte{0, 0, 0, 0}),
		message('C', []byte{'S'}, zero(token)),
		fails,
	}, nil), 4
}

func message(kind byte, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	return append(binary.BigEndian.AppendUint32([]byte{kind}, uint32(4+len(body))), body...)
}

func zero(text string) []byte { return append([]byte(text), 0) }

// spoken is what an effect makes the server say in place of its own reply.
func spoken(e fault.Effect, severity string) []byte {
	switch {
	case e.Say.Raw != "":
		return []byte(e.Say.Raw)
	case e.Verb == fault.Garble:
		return []byte{'D', 0, 0, 0, 2, 0xff, 0xfe} // a row whose length is less than that of the length
	}
	field := func(name string) string { return e.Say.Fields[name] }
	if own := field("severity"); own != "" {
		severity = own
	}
	code := e.Say.Status
	if code == "" {
		code = "XX000"
	}
	response := pgproto3.ErrorResponse{
		Severity: severity, SeverityUnlocalized: severity, Code: code, Message: field("message") + field("notice"),
		Detail: field("detail"), Hint: field("hint"), Where: field("where"), SchemaName: field("schema"), TableName: field("table"),
		ColumnName: field("column"), DataTypeName: field("datatype"), ConstraintName: field("constraint"),
		Position: number(field("position")), File: field("file"), Line: number(field("line")), Routine: field("routine"),
	}
	raw, err := response.Encode(nil)
	if err == nil && field("notice") != "" {
		raw[0] = 'N' // a NoticeResponse has the fields of an ErrorResponse
	}
	if err != nil {
		return message('E', zero("S"+severity), zero("C"+code), []byte{0})
	}
	return raw
}

// number reads a field of a reply that is a number; 0 leaves it out.
func number(text string) int32 {
	n, _ := strconv.ParseInt(text, 10, 32)
	return int32(n)
}

// spokenAs is what spoken says, in short.
func spokenAs(e fault.Effect) string {
	switch {
	case e.Verb == fault.Garble:
		return "garbled"
	case e.Say.Status == "":
		return "XX000"
	}
	return e.Say.Status
}

// fatal tells whether the connection ends with what an effect says.
func fatal(e fault.Effect) bool {
	severity := e.Say.Fields["severity"]
	return e.Say.Then != "" || e.Verb == fault.Garble || strings.EqualFold(severity, "FATAL") || strings.EqualFold(severity, "PANIC")
}
