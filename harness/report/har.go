package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/redact"
)

// ReadHAR reads the answers of an HTTP archive (HAR 1.1 or 1.2); name is that of the file. Entries without an answer (blocked,
// cancelled, aborted: status 0, less, or none) are left out; of one that was aborted after its status, that much is there, and the body was
// not recorded. An entry that cannot be
// read is passed over; odd says each of these, and what else was wrong in an entry. The error is of a file that is no archive.
// Credentials of requests are redacted, since an archive is the record of a person's browser.
func ReadHAR(name string, src []byte) (answers []Answer, odd []string, err error) {
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
		return nil, nil, err
	}
	for i, raw := range file.Log.Entries {
		a, note, err := readEntry(raw)
		switch {
		case err != nil:
			odd = append(odd, fmt.Sprintf("%s: entry %d is passed over: %v", name, i+1, err))
			continue
		case note != "":
			odd = append(odd, fmt.Sprintf("%s: entry %d: %s", name, i+1, note))
		}
		if a.Response.Status == 0 {
			continue
		}
		a.ID = fmt.Sprint(name, "#", i+1)
		a.Request.Name = a.ID
		answers = append(answers, a)
	}
	return answers, odd, nil
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
		Status  int        `json:"status"` // null, 0, -1, -999: there was none
		Reason  string     `json:"statusText"`
		Proto   string     `json:"httpVersion"`
		Headers []harField `json:"headers"`
		Content struct {
			Type     string `json:"mimeType"`
			Size     *int   `json:"size"` // decoded; less than 0: not known
			Text     string `json:"text"`
			Encoding string `json:"encoding"`
		} `json:"content"`
		BodySize *int   `json:"bodySize"` // as sent
		Failure  string `json:"_failureText"`
		Error    string `json:"_error"`
	} `json:"response"`
}

type harField struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// readEntry reads an entry; the zero Answer: it has none. note says what was odd in it.
func readEntry(raw []byte) (a Answer, note string, err error) {
	var e harEntry
	if err := json.Unmarshal(raw, &e); err != nil {
		return Answer{}, "", wording(err)
	}
	switch {
	case e.Request == nil || e.Response == nil:
		return Answer{}, "", fmt.Errorf("it has no request or no response")
	case e.Response.Status <= 0:
		return Answer{}, "", nil
	case e.Response.Status < 100 || e.Response.Status > 999:
		return Answer{}, "", fmt.Errorf("status is a number from 100 to 999, not %d", e.Response.Status)
	}
	a = Answer{Took: time.Duration(max(0, min(e.Time, 1e9)) * float64(time.Millisecond))}
	a.Request.Method, a.Request.Body = e.Request.Method, e.Request.Post.Text
	a.Request.Target, a.Host = target(e.Request.URL, "")
	for _, f := range e.Request.Headers {
		a.Request.Header = append(a.Request.Header, exchange.Field{Name: f.Name, Value: private(f)})
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
	coded := strings.EqualFold(e.Response.Content.Encoding, "base64")
	if coded {
		if b, err := unbase64(e.Response.Content.Text); err == nil {
			body = b
		} else {
			coded, note = false, "content.text is called base64 and is none; it is read as text"
		}
	}
	record(&a.Response, body)
	e.lacking(&a.Response, coded)
	if failure := e.Response.Failure + e.Response.Error; failure != "" {
		a.Response.Size, a.Response.Sum = a.Response.Size+1, 0 // one more stands for those that nobody recorded
		a.Response.Unseen = orNothing(a.Response.Size > 1, "the rest of ") + "the body was not recorded: " + failure
	}
	return a, note, nil
}

// lacking says in a response what the archive does not have of its body: nothing of it, as when the recorder let go of it, or
// only the beginning. Text may have become shorter by being made UTF-8, though not by more than half.
func (e harEntry) lacking(r *exchange.Response, coded bool) {
	size, got := -1, r.Size
	if n := e.Response.Content.Size; n != nil {
		size = *n
	}
	if !coded {
		got *= 2
	}
	switch {
	case r.Size == 0 && size <= 0 && e.empty(size):
		return
	case r.Size == 0:
		r.Unseen = "the body was not recorded"
	case got < size:
		r.Unseen = fmt.Sprintf("only %d bytes of the body were recorded, of %d", r.Size, size)
	default:
		return
	}
	r.Size, r.Sum = max(size, r.Size), 0
}

// empty tells whether an answer without a text in the archive had no body: none is owed (RFC 9110, 6.4.1), or the sizes say so.
func (e harEntry) empty(size int) bool {
	s := e.Response.Status
	if e.Request.Method == http.MethodHead || s < 200 || s == http.StatusNoContent || s == http.StatusResetContent || s == http.StatusNotModified {
		return true
	}
	length := ""
	for _, f := range e.Response.Headers {
		if strings.EqualFold(f.Name, "Content-Length") {
			length = strings.TrimSpace(f.Value)
		}
	}
	sent := e.Response.BodySize
	if length == "0" || length == "" && sent != nil && *sent == 0 {
		return true
	}
	return size == 0 && length == "" && (sent == nil || *sent <= 0)
}

func private(f harField) string {
	if redact.Credential(f.Name) {
		return "[redacted]"
	}
	return f.Value
}
