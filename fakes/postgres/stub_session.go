package postgres

import (
	"errors"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/jackc/pgx/v5/pgtype"
)

// A stubSession is one connection to a stub.
type stubSession struct {
	*stub
	conn       net.Conn
	wire       *pgproto3.Backend
	types      *pgtype.Map
	id         uint32
	user       string
	database   string
	status     byte // I, T or E
	savepoints []string
	settings   map[string]string
	statements map[string]*plan
	portals    map[string]*stubPortal
	skipping   bool // an error came; everything up to Sync is skipped
}

func newStubSession(b *stub, c net.Conn, id uint32) *stubSession {
	return &stubSession{stub: b, conn: c, wire: pgproto3.NewBackend(c, c), types: pgtype.NewMap(), id: id, status: 'I',
		settings: settings(), statements: map[string]*plan{}, portals: map[string]*stubPortal{}}
}

var errRefused = errors.New("not let in")

func (s *stubSession) run() {
	if err := s.start(); err != nil {
		return
	}
	for {
		m, err := s.wire.Receive()
		if err != nil {
			return
		}
		if _, ends := m.(*pgproto3.Terminate); ends {
			return
		}
		if err := s.message(m); err != nil {
			return
		}
	}
}

// start speaks the protocol up to the first ReadyForQuery. The password is asked for in clear text: every driver has that.
func (s *stubSession) start() error {
	for {
		m, err := s.wire.ReceiveStartupMessage()
		if err != nil {
			return err
		}
		switch m := m.(type) {
		case *pgproto3.SSLRequest, *pgproto3.GSSEncRequest:
			if _, err := s.conn.Write([]byte{'N'}); err != nil {
				return err
			}
		case *pgproto3.StartupMessage:
			return s.login(m.Parameters)
		case *pgproto3.CancelRequest:
			s.cancel(m)
			return errRefused
		default:
			return errRefused
		}
	}
}

func (s *stubSession) login(parameters map[string]string) error {
	if s.Password != "" {
		s.wire.Send(&pgproto3.AuthenticationCleartextPassword{})
		if err := s.wire.Flush(); err != nil {
			return err
		}
		if err := s.wire.SetAuthType(pgproto3.AuthTypeCleartextPassword); err != nil {
			return err
		}
		m, err := s.wire.Receive()
		if err != nil {
			return err
		}
		if p, ok := m.(*pgproto3.PasswordMessage); !ok || p.Password != s.Password {
			return s.refuse("28P01", `password authentication failed for user "`+parameters["user"]+`"`)
		}
	}
	database := parameters["database"]
	if database == "" {
		database = parameters["user"]
	}
	switch {
	case s.User != "" && parameters["user"] != s.User:
		return s.refuse("28P01", `password authentication failed for user "`+parameters["user"]+`"`)
	case s.Database != "" && database != s.Database:
		return s.refuse("3D000", `database "`+database+`" does not exist`)
	}
	s.wire.Send(&pgproto3.AuthenticationOk{})
	s.user, s.database = parameters["user"], database
	s.startSettings(parameters)
	s.settings["session_authorization"] = s.user
	for _, name := range reported {
		s.wire.Send(&pgproto3.ParameterStatus{Name: name, Value: s.settings[strings.ToLower(name)]})
	}
	s.wire.Send(&pgproto3.ParameterStatus{Name: "session_authorization", Value: parameters["user"]})
	s.wire.Send(&pgproto3.BackendKeyData{ProcessID: s.id, SecretKey: []byte(s.secret()[4:])})
	return s.ready()
}

func (s *stubSession) refuse(code, text string) error {
	f := failure(code, "%s", text)
	f.Severity, f.SeverityUnlocalized = "FATAL", "FATAL"
	s.wire.Send(f)
	_ = s.wire.Flush()
	return errRefused
}

func (s *stubSession) ready() error {
	s.wire.Send(&pgproto3.ReadyForQuery{TxStatus: s.status})
	return s.wire.Flush()
}

// message handles one message of the client.
func (s *stubSession) message(m pgproto3.FrontendMessage) error {
	switch m := m.(type) {
	case *pgproto3.Query:
		return s.query(m.String)
	case *pgproto3.Sync:
		s.skipping = false
		if s.status == 'I' {
			clear(s.portals)
		}
		return s.ready()
	case *pgproto3.Flush:
		return s.wire.Flush()
	case *pgproto3.CopyData, *pgproto3.CopyDone, *pgproto3.CopyFail:
		return nil // of a COPY that has failed
	}
	if s.skipping {
		return nil
	}
	if f := s.extended(m); f != nil {
		s.skipping = true
		s.fails(f)
	}
	return nil
}

// query carries out a Query message: nothing, when one of its statements cannot be parsed.
func (s *stubSession) query(sql string) error {
	texts := splitStatements(sql)
	for _, text := range texts {
		if _, f := s.book.plan(text, nil); f != nil && f.Code == "42601" {
			s.fails(f)
			return s.ready()
		}
	}
	if len(texts) == 0 {
		s.wire.Send(&pgproto3.EmptyQueryResponse{})
	}
	for _, text := range texts {
		p, f := s.book.plan(text, nil)
		if f == nil {
			f = s.simple(p)
		}
		if f != nil {
			s.fails(f)
			break
		}
	}
	return s.ready()
}

func (s *stubSession) simple(p *plan) *pgproto3.ErrorResponse {
	r, f := s.execute(p, nil)
	if f != nil {
		return f
	}
	if p.word == "copy" {
		return s.copies(p, r)
	}
	if r.columns != nil {
		s.wire.Send(s.description(r.columns, nil))
	}
	for _, row := range r.rows {
		s.wire.Send(&pgproto3.DataRow{Values: row})
	}
	s.wire.Send(&pgproto3.CommandComplete{CommandTag: []byte(r.tag)})
	return nil
}

func (s *stubSession) description(columns []column, formats []int16) *pgproto3.RowDescription {
	d := &pgproto3.RowDescription{}
	for i, c := range columns {
		size := int16(-1)
		switch c.oid {
		case pgtype.BoolOID:
			size = 1
		case pgtype.Int2OID:
			size = 2
		case pgtype.Int4OID, pgtype.Float4OID, pgtype.DateOID:
			size = 4
		case pgtype.Int8OID, pgtype.Float8OID, pgtype.TimestampOID, pgtype.TimestamptzOID:
			size = 8
		case pgtype.UUIDOID:
			size = 16
		}
		d.Fields = append(d.Fields, pgproto3.FieldDescription{Name: []byte(c.name), DataTypeOID: c.oid, DataTypeSize: size,
			TypeModifier: -1, Format: formatOf(formats, i)})
	}
	return d
}
