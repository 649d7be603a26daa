package postgres

import (
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/jackc/pgx/v5/pgtype"
)

// shown are the columns of a SHOW.
func shown(p *plan) []column {
	if p.word != "show" {
		return nil
	}
	return []column{{name: shownSetting(p.sql), oid: pgtype.TextOID}}
}

// control carries out a statement about the session or its transaction.
func (s *stubSession) control(p *plan) (result, *pgproto3.ErrorResponse) {
	words := strings.Fields(p.text)
	last := words[len(words)-1]
	switch p.word {
	case "begin", "start":
		s.status = 'T'
		return result{tag: map[string]string{"begin": "BEGIN", "start": "START TRANSACTION"}[p.word]}, nil
	case "commit", "end":
		tag := "COMMIT"
		if s.status == 'E' {
			tag = "ROLLBACK"
		}
		s.endTransaction()
		return result{tag: tag}, nil
	case "rollback", "abort":
		if opOf(p.sql) == opRollback {
			s.endTransaction()
			return result{tag: "ROLLBACK"}, nil
		}
		return s.savepoint(p.word, last)
	case "savepoint", "release":
		return s.savepoint(p.word, last)
	case "show":
		value, f := s.show(p.columns[0].name)
		return result{columns: p.columns, rows: [][][]byte{{[]byte(value)}}, tag: "SHOW"}, f
	case "do":
		return s.waits(p)
	case "set":
		return result{tag: "SET"}, s.set(p.sql)
	case "reset":
		return result{tag: "RESET"}, s.reset(p.sql)
	case "deallocate":
		if last == "all" {
			clear(s.statements)
			return result{tag: "DEALLOCATE ALL"}, nil
		}
		name := strings.Trim(last, `"`)
		if _, ok := s.statements[name]; !ok {
			return result{}, failure("26000", `prepared statement "%s" does not exist`, name)
		}
		delete(s.statements, name)
	case "discard":
		clear(s.statements)
		return result{tag: strings.ToUpper(p.text)}, nil
	}
	return result{tag: strings.ToUpper(p.word)}, nil
}

func (s *stubSession) endTransaction() {
	s.status, s.savepoints = 'I', nil
	clear(s.portals)
}

// savepoint sets, releases, or goes back to one.
func (s *stubSession) savepoint(word, name string) (result, *pgproto3.ErrorResponse) {
	if s.status == 'I' {
		return result{}, failure("25P01", "%s can only be used in transaction blocks", strings.ToUpper(word))
	}
	if word == "savepoint" {
		s.savepoints = append(s.savepoints, name)
		return result{tag: "SAVEPOINT"}, nil
	}
	at := len(s.savepoints) - 1
	for at >= 0 && s.savepoints[at] != name {
		at--
	}
	if at < 0 {
		return result{}, failure("3B001", `savepoint "%s" does not exist`, name)
	}
	if word == "release" {
		s.savepoints = slices.Clip(s.savepoints[:at])
		return result{tag: "RELEASE"}, nil
	}
	s.savepoints = s.savepoints[:at+1]
	s.status = 'T'
	return result{tag: "ROLLBACK"}, nil
}

// allowed tells what a failed transaction still accepts.
func (s *stubSession) allowed(p *plan) *pgproto3.ErrorResponse {
	ends := p.text == "" || p.word == "commit" || p.word == "end" || p.word == "rollback" || p.word == "abort"
	if s.status == 'E' && !ends {
		return failure("25P02", "current transaction is aborted, commands ignored until end of transaction block")
	}
	return nil
}

// run carries out a parsed statement.
func (s *stubSession) execute(p *plan, params []*string) (r result, f *pgproto3.ErrorResponse) {
	if f = s.allowed(p); f != nil {
		return r, f
	}
	switch {
	case p.control:
		r, f = s.control(p)
	case p.lookups != nil:
		r, f = s.lookUp(p.lookups, params)
	default:
		r, f = p.answer(params)
	}
	if f == nil && p.word != "do" {
		s.note(p.text)
	}
	return r, f
}

// fails answers with an error, which a transaction does not survive.
func (s *stubSession) fails(f *pgproto3.ErrorResponse) {
	s.wire.Send(f)
	if s.status == 'T' {
		s.status = 'E'
	}
}
