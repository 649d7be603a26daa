package report

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/exchange"
)

// Answer is an answer that was made elsewhere: in a HAR file, or as a line of JSON.
type Answer struct {
	ID       string
	Request  exchange.Request
	Response exchange.Response
	Host     string // whom the request was sent to, which is no leak
	Took     time.Duration
}

// ReadAnswers reads answers as JSON lines:
//
//	{"id":"1","request":{"method":"GET","path":"/a","host":"h","headers":{},"body":""},"status":500,"headers":{"Content-Type":"text/plain"},"body":"..."}
//
// Header fields are an object of strings or lists of strings, or a list of [name, value]; body_base64 stands for a body that
// is no text. Only status must be there; an answer without id is called line-N. Empty lines are passed over. All mistakes
// are reported at once, with their lines, as decode.Problems.
func ReadAnswers(r io.Reader) ([]Answer, error) {
	var answers []Answer
	var bad decode.Problems
	lines := bufio.NewReaderSize(r, 1<<16)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("read answers: line %d: %w", n, err)
		}
		if n == 1 {
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
		}
		if text := bytes.TrimSpace(line); len(text) > 0 {
			a, mistake := readAnswer(text)
			bad.Join(mistake, decode.Pos{Line: n})
			if a.ID == "" {
				a.ID = fmt.Sprint("line-", n)
			}
			answers = append(answers, a)
		}
		if err != nil {
			break
		}
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	return answers, nil
}

// answerLine is one line as it is written.
type answerLine struct {
	ID      text        `json:"id"`
	Request requestLine `json:"request"`
	Status  *int        `json:"status"`
	Headers fields      `json:"headers"`
	Body    string      `json:"body"`
	Base64  *string     `json:"body_base64"`
	TookMS  float64     `json:"took_ms"`
}

type requestLine struct {
	Method  string  `json:"method"`
	Path    string  `json:"path"`
	Host    string  `json:"host"`
	Headers fields  `json:"headers"`
	Body    string  `json:"body"`
	Base64  *string `json:"body_base64"`
}

func readAnswer(line []byte) (Answer, error) {
	var l answerLine
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&l); err != nil {
		return Answer{}, wording(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Answer{}, errors.New("something follows the answer; want one on a line")
	}
	var bad []error
	switch {
	case l.Status == nil:
		bad = append(bad, errors.New("`status` is missing"))
	case *l.Status < 100 || *l.Status > 999:
		bad = append(bad, fmt.Errorf("status is a number from 100 to 999, not %d", *l.Status))
	}
	body, err := bytesOf("body", l.Body, l.Base64)
	bad = append(bad, err)
	asked, err := bytesOf("request.body", l.Request.Body, l.Request.Base64)
	bad = append(bad, err)
	if err := errors.Join(bad...); err != nil {
		return Answer{ID: string(l.ID)}, err
	}
	a := Answer{ID: string(l.ID), Host: l.Request.Host, Took: time.Duration(max(0, min(l.TookMS, 1e9)) * float64(time.Millisecond))}
	a.Request = exchange.Request{Name: a.ID, Method: orWord(l.Request.Method, http.MethodGet), Header: exchange.Header(l.Request.Headers), Body: string(asked)}
	a.Request.Target, a.Host = target(l.Request.Path, a.Host)
	a.Response = exchange.Response{Status: *l.Status, Header: exchange.Header(l.Headers)}
	record(&a.Response, body)
	return a, nil
}

func bytesOf(name, text string, coded *string) ([]byte, error) {
	switch {
	case coded == nil:
		return []byte(text), nil
	case text != "":
		return nil, fmt.Errorf("%s and %s_base64 are both there; want one", name, name)
	}
	b, err := base64.StdEncoding.DecodeString(*coded)
	if err != nil {
		return nil, fmt.Errorf("%s_base64 is no base64: %v", name, err)
	}
	return b, nil
}

// target splits an address into what stands in the request line, and the host.
func target(path, host string) (string, string) {
	u, err := url.Parse(path)
	if err != nil || !u.IsAbs() || u.Host == "" {
		return orWord(path, "/"), host
	}
	return u.RequestURI(), orWord(host, u.Host)
}

// wording says what is wrong with a line of JSON, with the nearest member for one that is unknown.
func wording(err error) error {
	if _, name, ok := strings.Cut(err.Error(), "unknown field "); ok {
		name = strings.Trim(name, `"`)
		known := []string{"id", "request", "status", "headers", "body", "body_base64", "took_ms", "method", "path", "host"}
		return fmt.Errorf("unknown member %q%s", name, decode.DidYouMean(name, known))
	}
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return fmt.Errorf("%s cannot be a JSON %s", orWord(kind.Field, "an answer"), kind.Value)
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("no JSON: %w", err)
	}
	return err
}

// text is a JSON string, or a number as it is written.
type text string

// UnmarshalJSON reads the text.
func (t *text) UnmarshalJSON(src []byte) error {
	if len(src) > 0 && src[0] != '"' {
		if n := json.Number(""); json.Unmarshal(src, &n) == nil {
			*t = text(n)
			return nil
		}
		return errors.New("id is a string or a number")
	}
	return json.Unmarshal(src, (*string)(t))
}

// fields are header fields in any of their three forms, in their order; those of an object are sorted by name.
type fields exchange.Header

// UnmarshalJSON reads the fields.
func (f *fields) UnmarshalJSON(src []byte) error {
	var pairs [][2]string
	var lists map[string]json.RawMessage
	switch {
	case string(src) == "null":
		return nil
	case len(src) > 0 && src[0] == '[':
		var raw [][]string
		if err := json.Unmarshal(src, &raw); err != nil {
			return errors.New("headers are a list of [name, value] or an object")
		}
		for _, p := range raw {
			if len(p) != 2 {
				return errors.New("headers are a list of [name, value]: two strings each")
			}
			pairs = append(pairs, [2]string(p))
		}
	default:
		if err := json.Unmarshal(src, &lists); err != nil {
			return errors.New("headers are a list of [name, value] or an object")
		}
	}
	names := make([]string, 0, len(lists))
	for name := range lists {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		var one string
		var many []string
		if json.Unmarshal(lists[name], &one) == nil {
			many = []string{one}
		} else if json.Unmarshal(lists[name], &many) != nil {
			return fmt.Errorf("header %q is neither a string nor a list of strings", name)
		}
		for _, v := range many {
			pairs = append(pairs, [2]string{name, v})
		}
	}
	for _, p := range pairs {
		*f = append(*f, exchange.Field{Name: p[0], Value: p[1]})
	}
	return nil
}
