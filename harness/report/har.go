package report

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/exchange"
)

// ReadHAR reads the answers of an HTTP archive (HAR 1.1 or 1.2); name is that of the file. Entries without an answer
// (status 0: blocked, cancelled) are left out. Credentials of requests are redacted, since an archive is the record of a
// person's browser. All mistakes are reported at once, each with the number of its entry, as decode.Problems.
func ReadHAR(name string, src []byte) ([]Answer, error) {
	var file struct {
		Log *struct {
			Entries []json.RawMessage `json:"entries"`
		} `json:"log"`
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	var bad decode.Problems
	here := decode.Pos{File: name}
	switch err := json.Unmarshal(src, &file); {
	case err != nil:
		bad.Add(here, "no HTTP archive: %v", err)
	case file.Log == nil || file.Log.Entries == nil:
		bad.Add(here, "no HTTP archive: it has no log.entries")
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	var answers []Answer
	for i, raw := range file.Log.Entries {
		a, err := readEntry(raw)
		if err != nil {
			bad.Add(here, "entry %d: %v", i+1, err)
			continue
		}
		if a.Response.Status == 0 {
			continue
		}
		a.ID = fmt.Sprint(name, "#", i+1)
		a.Request.Name = a.ID
		answers = append(answers, a)
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	return answers, nil
}

// harEntry is what failwell needs of an entry; an archive has much more.
type harEntry struct {
	Time    float64 `json:"time"` // milliseconds
	Request *struct {
		Method  string     `json:"method"`
		URL     string     `json:"url"`
		Headers []harField `json:"headers"`
		Post    struct {
			Text string `json:"text"`
		} `json:"postData"`
	} `json:"request"`
	Response *struct {
		Status  int        `json:"status"`
		Reason  string     `json:"statusText"`
		Proto   string     `json:"httpVersion"`
		Headers []harField `json:"headers"`
		Content struct {
			Type     string `json:"mimeType"`
			Text     string `json:"text"`
			Encoding string `json:"encoding"`
		} `json:"content"`
	} `json:"response"`
}

type harField struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func readEntry(raw []byte) (Answer, error) {
	var e harEntry
	if err := json.Unmarshal(raw, &e); err != nil {
		return Answer{}, wording(err)
	}
	switch {
	case e.Request == nil || e.Response == nil:
		return Answer{}, fmt.Errorf("it has no request or no response")
	case e.Response.Status == 0:
		return Answer{}, nil
	case e.Response.Status < 100 || e.Response.Status > 999:
		return Answer{}, fmt.Errorf("status is a number from 100 to 999, not %d", e.Response.Status)
	}
	a := Answer{Took: time.Duration(max(0, min(e.Time, 1e9)) * float64(time.Millisecond))}
	a.Request.Method, a.Request.Body = e.Request.Method, e.Request.Post.Text
	a.Request.Target, a.Host = target(e.Request.URL, "")
	for _, f := range e.Request.Headers {
		a.Request.Header = append(a.Request.Header, exchange.Field{Name: f.Name, Value: redact(f)})
	}
	a.Response = exchange.Response{Status: e.Response.Status, Reason: e.Response.Reason, Proto: e.Response.Proto}
	for _, f := range e.Response.Headers {
		// The body of an archive is decoded already.
		if !strings.EqualFold(f.Name, "Content-Encoding") && !strings.EqualFold(f.Name, "Transfer-Encoding") {
			a.Response.Header = append(a.Response.Header, exchange.Field(f))
		}
	}
	if !a.Response.Header.Has("Content-Type") && e.Response.Content.Type != "" {
		a.Response.Header = append(a.Response.Header, exchange.Field{Name: "Content-Type", Value: e.Response.Content.Type})
	}
	body := []byte(e.Response.Content.Text)
	if strings.EqualFold(e.Response.Content.Encoding, "base64") {
		decoded, err := base64.StdEncoding.DecodeString(e.Response.Content.Text)
		if err != nil {
			return Answer{}, fmt.Errorf("content.text is no base64: %w", err)
		}
		body = decoded
	}
	keep(&a.Response, body)
	return a, nil
}

func redact(f harField) string {
	switch strings.ToLower(f.Name) {
	case "authorization", "proxy-authorization", "cookie", "x-api-key":
		return "[redacted]"
	}
	return f.Value
}
