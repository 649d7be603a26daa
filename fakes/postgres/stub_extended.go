package postgres

import (
	"bytes"
	"fmt"

	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/jackc/pgx/v5/pgtype"
)

// A stubPortal is a statement with its parameters bound.
type stubPortal struct {
	plan    *plan
	params  []*string
	formats []int16
	ran     bool
	result  result
	sent    int // rows
}

// extended handles a message of the extended protocol.
func (s *stubSession) extended(m pgproto3.FrontendMessage) *pgproto3.ErrorResponse {
	switch m := m.(type) {
	case *pgproto3.Parse:
		return s.parse(m)
	case *pgproto3.Bind:
		return s.bind(m)
	case *pgproto3.Describe:
		return s.describe(m)
	case *pgproto3.Execute:
		return s.portal(m)
	case *pgproto3.Close:
		if m.ObjectType == 'S' {
			delete(s.statements, m.Name)
		} else {
			delete(s.portals, m.Name)
		}
		s.wire.Send(&pgproto3.CloseComplete{})
		return nil
	}
	return failure("08P01", "a stub does not know the message %T", m)
}

func (s *stubSession) parse(m *pgproto3.Parse) *pgproto3.ErrorResponse {
	p, f := s.book.plan(m.Query, m.ParameterOIDs)
	if f != nil {
		return f
	}
	if f := s.allowed(p); f != nil {
		return f
	}
	if _, twice := s.statements[m.Name]; twice && m.Name != "" {
		return failure("42P05", `prepared statement "%s" already exists`, m.Name)
	}
	s.statements[m.Name] = p
	s.wire.Send(&pgproto3.ParseComplete{})
	return nil
}

func (s *stubSession) bind(m *pgproto3.Bind) *pgproto3.ErrorResponse {
	p, ok := s.statements[m.PreparedStatement]
	if !ok {
		return failure("26000", `prepared statement "%s" does not exist`, m.PreparedStatement)
	}
	if f := s.allowed(p); f != nil {
		return f
	}
	if len(m.Parameters) != len(p.params) {
		return failure("08P01", "bind message supplies %d parameters, but prepared statement \"%s\" requires %d",
			len(m.Parameters), m.PreparedStatement, len(p.params))
	}
	at := &stubPortal{plan: p, formats: append([]int16(nil), m.ResultFormatCodes...)}
	for i, raw := range m.Parameters {
		text, err := s.text(raw, p.params[i], formatOf(m.ParameterFormatCodes, i))
		if err != nil {
			return failure("22P03", "parameter $%d: %s", i+1, err)
		}
		at.params = append(at.params, text)
	}
	s.portals[m.DestinationPortal] = at
	s.wire.Send(&pgproto3.BindComplete{})
	return nil
}

// text is the text form of a parameter.
func (s *stubSession) text(raw []byte, oid uint32, format int16) (*string, error) {
	if raw == nil {
		return nil, nil
	}
	if format == pgtype.TextFormatCode {
		text := string(raw)
		return &text, nil
	}
	t, ok := s.types.TypeForOID(oid)
	if !ok {
		return nil, fmt.Errorf("binary value of an unknown type; say it under params")
	}
	value, err := t.Codec.DecodeValue(s.types, oid, format, raw)
	if err != nil {
		return nil, err
	}
	encoded, err := s.types.Encode(oid, pgtype.TextFormatCode, value, nil)
	text := string(encoded)
	return &text, err
}

func (s *stubSession) describe(m *pgproto3.Describe) *pgproto3.ErrorResponse {
	if m.ObjectType == 'P' {
		p, ok := s.portals[m.Name]
		if !ok {
			return failure("34000", `portal "%s" does not exist`, m.Name)
		}
		s.columns(p.plan, p.formats)
		return nil
	}
	p, ok := s.statements[m.Name]
	if !ok {
		return failure("26000", `prepared statement "%s" does not exist`, m.Name)
	}
	s.wire.Send(&pgproto3.ParameterDescription{ParameterOIDs: p.params})
	s.columns(p, nil)
	return nil
}

func (s *stubSession) columns(p *plan, formats []int16) {
	if p.columns == nil {
		s.wire.Send(&pgproto3.NoData{})
		return
	}
	s.wire.Send(s.description(p.columns, formats))
}

// portal carries out an Execute, or goes on with one that was suspended.
func (s *stubSession) portal(m *pgproto3.Execute) *pgproto3.ErrorResponse {
	p, ok := s.portals[m.Portal]
	if !ok {
		return failure("34000", `portal "%s" does not exist`, m.Portal)
	}
	if p.plan.text == "" {
		s.wire.Send(&pgproto3.EmptyQueryResponse{})
		return nil
	}
	if !p.ran {
		r, f := s.execute(p.plan, p.params)
		if f != nil {
			return f
		}
		p.result, p.ran = r, true
		if p.plan.word == "copy" {
			return s.copies(p.plan, r)
		}
	}
	for ; p.sent < len(p.result.rows); p.sent++ {
		if m.MaxRows > 0 && p.sent > 0 && p.sent%int(m.MaxRows) == 0 && p.suspend() {
			s.wire.Send(&pgproto3.PortalSuspended{})
			return nil
		}
		row, err := s.encoded(p.result.rows[p.sent], p.plan.columns, p.formats)
		if err != nil {
			return failure("22P03", "%s", err)
		}
		s.wire.Send(&pgproto3.DataRow{Values: row})
	}
	s.wire.Send(&pgproto3.CommandComplete{CommandTag: []byte(p.result.tag)})
	return nil
}

// suspend cuts off the rows that were sent, so that the next Execute begins with the rest.
func (p *stubPortal) suspend() bool {
	p.result.rows, p.sent = p.result.rows[p.sent:], 0
	return true
}

func (s *stubSession) encoded(row [][]byte, columns []column, formats []int16) ([][]byte, error) {
	values := make([][]byte, len(row))
	for i, text := range row {
		if text == nil {
			continue
		}
		value, err := encode(s.types, columns[i].oid, formatOf(formats, i), string(text))
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", columns[i].name, err)
		}
		values[i] = value
	}
	return values, nil
}

// formatOf is the i-th of format codes as Bind gives them: none means text, one stands for all.
func formatOf(formats []int16, i int) int16 {
	switch {
	case len(formats) == 1:
		return formats[0]
	case i < len(formats):
		return formats[i]
	}
	return pgtype.TextFormatCode
}

// copies carries out the data transfer of a COPY: TO sends the rows, FROM counts the lines that come.
func (s *stubSession) copies(p *plan, r result) *pgproto3.ErrorResponse {
	if r.columns != nil {
		s.wire.Send(&pgproto3.CopyOutResponse{ColumnFormatCodes: make([]uint16, len(r.columns))})
		for _, row := range r.rows {
			s.wire.Send(&pgproto3.CopyData{Data: append(bytes.Join(row, []byte("\t")), '\n')})
		}
		s.wire.Send(&pgproto3.CopyDone{})
		s.wire.Send(&pgproto3.CommandComplete{CommandTag: fmt.Appendf(nil, "COPY %d", len(r.rows))})
		return nil
	}
	s.wire.Send(&pgproto3.CopyInResponse{})
	if err := s.wire.Flush(); err != nil {
		return failure("08006", "%s", err)
	}
	lines := 0
	for {
		m, err := s.wire.Receive()
		if err != nil {
			return failure("08006", "%s", err)
		}
		switch m := m.(type) {
		case *pgproto3.CopyData:
			lines += bytes.Count(m.Data, []byte("\n"))
		case *pgproto3.CopyFail:
			return failure("57014", "COPY from stdin failed: %s", m.Message)
		case *pgproto3.CopyDone:
			tag := p.entries[0].Tag
			if tag == "" {
				tag = fmt.Sprintf("COPY %d", lines)
			}
			s.wire.Send(&pgproto3.CommandComplete{CommandTag: []byte(tag)})
			return nil
		}
	}
}
