package report

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/leak"
)

const lines = `{"id":"a","request":{"method":"POST","path":"https://shop.example/orders?x=1","headers":{"Accept":"*/*"},"body":"{}"},"status":500,"headers":{"X-A":["1","2"],"Content-Type":"text/plain"},"body":"pq: relation \"orders\" does not exist"}

{"id":7,"request":{"path":"/b","host":"h:1"},"status":200,"headers":[["B","2"],["A","1"]],"body_base64":"/wA=","took_ms":1.5}
{"status":204}
`

func TestReadAnswers(t *testing.T) {
	all, err := ReadAnswers(strings.NewReader(lines))
	if err != nil || len(all) != 3 {
		t.Fatalf("%d answers, %v", len(all), err)
	}
	a, b, c := all[0], all[1], all[2]
	if a.Request.Method != "POST" || a.Request.Target != "/orders?x=1" || a.Host != "shop.example" || len(a.Response.Header) != 3 || a.Response.Header.Get("x-a") != "1" {
		t.Errorf("%+v", a)
	}
	if b.ID != "7" || !b.Response.Base64 || b.Response.Size != 2 || b.Response.Header[0].Name != "B" || b.Took != 1500*time.Microsecond || b.Host != "h:1" {
		t.Errorf("%+v", b)
	}
	if c.ID != "line-4" || c.Request.Method != "GET" || c.Request.Target != "/" {
		t.Errorf("%+v", c)
	}
}

func TestAllMistakesOfAnswersAreReported(t *testing.T) {
	_, err := ReadAnswers(strings.NewReader("{\"status\":200}\n{\n{\"stauts\":1}\n{\"id\":\"x\"}\n{\"status\":7,\"body_base64\":\"*\"}\n{\"status\":200}{}\n{\"status\":200,\"headers\":[[\"a\"]]}\n{\"status\":\"x\"}\n[]"))
	if err == nil {
		t.Fatal("no mistake was found")
	}
	for _, want := range []string{"2: no JSON", `3: unknown member "stauts"`, "status", "4: `status` is missing", "5: status is", "5: body_base64", "6: something follows", "7: headers", "8: status cannot be", "9: an answer cannot be"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in\n%v", want, err)
		}
	}
}

func TestJudgeAnswer(t *testing.T) {
	all, err := ReadAnswers(strings.NewReader(lines))
	if err != nil {
		t.Fatal(err)
	}
	d := leak.New()
	var judged []Judged
	for _, a := range all {
		judged = append(judged, JudgeAnswer(a, d, []check.Named{{Name: "leak", Check: check.Leak{}}, {Name: "complete", Check: check.Complete{}}}))
	}
	if j := judged[0]; !j.Leak || len(j.Kinds) == 0 || len(j.Evidence) == 0 || len(j.Verdicts) != 2 || j.Verdicts[0].Outcome != check.Fail {
		t.Errorf("%+v", j)
	}
	if judged[1].Leak || judged[2].Leak {
		t.Errorf("a leak in %+v", judged[1:])
	}
	var out bytes.Buffer
	if err := WriteJudged(&out, judged); err != nil {
		t.Fatal(err)
	}
	if got := strings.Split(strings.TrimSpace(out.String()), "\n"); len(got) != 3 || !strings.HasPrefix(got[2], `{"id":"line-4","leak":false,"kinds":[],"evidence":[],"verdicts":[`) {
		t.Error(out.String())
	}
}

const archive = `{"log":{"version":"1.2","creator":{"name":"x"},"entries":[
 {"time":12.5,"request":{"method":"GET","url":"http://h:8080/a?b=1","headers":[{"name":"Authorization","value":"Bearer s3cr3t"}]},
  "response":{"status":502,"statusText":"Bad Gateway","httpVersion":"HTTP/1.1","headers":[{"name":"Content-Encoding","value":"gzip"}],"content":{"mimeType":"text/html","text":"PGI+","encoding":"base64"}}},
 {"request":{"method":"GET","url":"/b"},"response":{"status":0}}]}}`

func TestReadHAR(t *testing.T) {
	all, odd, err := ReadHAR("x.har", []byte(archive))
	if err != nil || len(all) != 1 || len(odd) != 0 {
		t.Fatalf("%d answers, %v", len(all), err)
	}
	a := all[0]
	if a.ID != "x.har#1" || a.Host != "h:8080" || a.Request.Target != "/a?b=1" || a.Request.Header.Get("authorization") != "[redacted]" || a.Response.Body != "<b>" || a.Response.Header.Has("Content-Encoding") || a.Response.MediaType() != "text/html" {
		t.Errorf("%+v", a)
	}
	for src, want := range map[string]string{
		"":   "x.har: no HTTP archive",
		"{}": "no log.entries",
	} {
		if _, _, err := ReadHAR("x.har", []byte(src)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", src, err, want)
		}
	}
}

// entry is one entry of an archive: the members of its response.
func entry(response string) string {
	return `{"request":{"method":"GET","url":"http://h/a"},"response":{` + response + `}}`
}

// An entry that cannot be read does not take the others with it.
func TestOddEntriesOfAnArchive(t *testing.T) {
	src := `{"log":{"entries":[{},1,` + entry(`"status":7`) + `,` + entry(`"status":200,"content":{"encoding":"base64","text":"<a/>"}`) + `,` + entry(`"status":-999`) + `,` +
		entry(`"status":null`) + `,` + entry(`"status":-1`) + `,` + entry(`"status":200,"_failureText":"net::ERR_ABORTED"`) + `,` + entry(`"status":200,"content":{"encoding":"base64","text":"_-8"}`) + `]}}`
	all, odd, err := ReadHAR("x.har", []byte(src))
	if err != nil || len(all) != 3 || all[0].Response.Body != "<a/>" || all[1].Response.Unseen != "the body was not recorded: net::ERR_ABORTED" || all[2].ID != "x.har#9" || !bytes.Equal(bodyOf(all[2].Subject().Exchanges[0]), []byte{0xff, 0xef}) {
		t.Fatalf("%+v, %v", all, err)
	}
	for i, want := range []string{"entry 1 is passed over: it has no request", "entry 2 is passed over: an answer cannot be", "entry 3 is passed over: status is", "entry 4: content.text is called base64"} {
		if len(odd) != 4 || !strings.HasPrefix(odd[i], "x.har: "+want) {
			t.Errorf("%q, want %q", odd, want)
		}
	}
}

// What an archive does not have is not passed.
func TestAnArchiveWithoutBodies(t *testing.T) {
	both := []check.Named{{Name: "leak", Check: check.Leak{}}, {Name: "complete", Check: check.Complete{}}, {Name: "shape", Check: check.Shape{}}}
	for response, want := range map[string]check.Outcome{
		`"status":500,"content":{"size":812,"mimeType":"application/json"}`:           check.Inconclusive,
		`"status":500,"content":{"size":812,"mimeType":"application/json","text":""}`: check.Inconclusive,
		`"status":200`: check.Inconclusive,
		`"status":200,"content":{"size":4,"text":"good"},"_failureText":"net::ERR_CONNECTION_RESET"`: check.Inconclusive,
		`"status":200,"content":{"size":-1}`:                                                                                         check.Inconclusive,
		`"status":200,"content":{"size":0},"bodySize":120`:                                                                           check.Inconclusive,
		`"status":200,"content":{"size":0},"headers":[{"name":"content-length","value":"12"}]`:                                       check.Inconclusive,
		`"status":200,"content":{"size":900,"text":"short","mimeType":"text/plain"}`:                                                 check.Inconclusive,
		`"status":200,"content":{"size":0}`:                                                                                          check.Pass,
		`"status":200,"content":{"size":-1},"bodySize":-1,"headers":[{"name":"Content-Length","value":"0"}]`:                         check.Pass,
		`"status":302,"bodySize":0`:                                                                                                  check.Pass,
		`"status":204`:                                                                                                               check.Pass,
		`"status":304,"content":{"size":812}`:                                                                                        check.Inconclusive,
		`"status":200,"content":{"size":11,"text":"{\"ok\":true}","mimeType":"application/json"}`:                                    check.Pass,
		`"status":200,"headers":[{"name":"Content-Encoding","value":"br"}],"content":{"size":9,"text":"unpacked!"}`:                  check.Pass,
		`"status":200,"content":{"size":16,"text":"caf\u00e9"},"headers":[{"name":"Content-Type","value":"text/x; charset=utf-16"}]`: check.Inconclusive,
	} {
		all, odd, err := ReadHAR("x.har", []byte(`{"log":{"entries":[`+entry(response)+`]}}`))
		if err != nil || len(all) != 1 || len(odd) > 0 {
			t.Fatalf("%s: %d answers, %q, %v", response, len(all), odd, err)
		}
		for _, v := range JudgeAnswer(all[0], check.Detector(), both[:2]).Verdicts {
			if v.Outcome != want {
				t.Errorf("%s: %+v, want %s", response, v, want)
			}
		}
		for _, v := range JudgeAnswer(all[0], check.Detector(), both[2:]).Verdicts {
			if want == check.Inconclusive && v.Outcome == check.Fail {
				t.Errorf("%s: %+v", response, v)
			}
		}
	}
}

func FuzzReadHAR(f *testing.F) {
	f.Add([]byte(archive))
	f.Add([]byte(`{"log":{"entries":[{"request":{"url":"http://[::1"},"response":{"status":200}}]}}`))
	f.Fuzz(func(t *testing.T, src []byte) {
		all, _, err := ReadHAR("x.har", src)
		if err != nil && len(all) > 0 {
			t.Error("both answers and an error")
		}
		sound(t, all)
	})
}

func FuzzReadAnswers(f *testing.F) {
	f.Add([]byte(lines))
	f.Add([]byte(`{"status":200,"headers":{"a":[]},"body":"\ud800"}`))
	f.Fuzz(func(t *testing.T, src []byte) {
		all, err := ReadAnswers(bytes.NewReader(src))
		if err != nil && len(all) > 0 {
			t.Error("both answers and an error")
		}
		sound(t, all)
	})
}

// sound checks what every reader promises, and that each format takes it.
func sound(t *testing.T, all []Answer) {
	t.Helper()
	var r Run
	for _, a := range all {
		if a.ID == "" || a.Response.Status < 100 || a.Took < 0 || a.Request.Target == "" {
			t.Errorf("%+v", a)
		}
		if _, err := base64.StdEncoding.DecodeString(a.Response.Body); a.Response.Base64 && err != nil {
			t.Error(err)
		}
		s := a.Subject()
		r.Results = append(r.Results, Result{ID: a.ID, Request: a.Request.Target, On: []string{a.Host}, Outcome: check.Fail, Subject: &s,
			Verdicts: []check.Verdict{{Check: "status", Outcome: check.Fail, Reason: a.Response.Body}}})
		if line := Curl(a.Request, "http://h:1"); strings.ContainsAny(line, "\n\x1b\x00") {
			t.Errorf("not one line: %q", line)
		}
	}
	r.Finish()
	for format, write := range formats() {
		var out bytes.Buffer
		if err := write(&out, r); err != nil {
			t.Errorf("%s: %v", format, err)
		}
		if (format == "json" || format == "sarif") && !json.Valid(out.Bytes()) {
			t.Errorf("%s is no JSON", format)
		}
	}
}
