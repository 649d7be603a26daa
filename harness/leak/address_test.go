package leak

import "testing"

// An address of a dependency is found for certain, whole, and only where calm does not show it too.
func TestAnAddressIsACanary(t *testing.T) {
	d := New()
	db := Canary{Token: "127.0.0.1:34567", Kind: KindAddress, Where: "the address of db"}
	for name, c := range map[string]struct {
		in    Input
		found bool
	}{
		"in an error":        {Input{Status: 502, Body: []byte(`{"error":"no answer of 127.0.0.1:34567"}`)}, true},
		"in a link":          {Input{Status: 502, Body: []byte(`{"see":"http://127.0.0.1:34567/x"}`)}, true},
		"escaped":            {Input{Status: 502, Body: []byte(`{"see":"/go?to=127.0.0.1%3A34567"}`)}, true},
		"by libpq":           {Input{Status: 500, Body: []byte(`{"detail":"(psycopg2.OperationalError) connection to server at \"127.0.0.1\", port 34567 failed: Connection refused"}`)}, true},
		"by libpq, resolved": {Input{Status: 500, Body: []byte(`connection to server at "localhost" (127.0.0.1), port 34567 failed`)}, true},
		"by an older libpq":  {Input{Status: 500, Body: []byte("Is the server running on host \"127.0.0.1\" and accepting\n\tTCP/IP connections on port 34567?")}, true},
		"by urllib3":         {Input{Status: 500, Body: []byte(`{"error":"HTTPConnectionPool(host='127.0.0.1', port=34567): Max retries exceeded"}`)}, true},
		"by Ruby":            {Input{Status: 500, Body: []byte(`{"error":"Connection refused - connect(2) for \"127.0.0.1\" port 34567"}`)}, true},
		"by Node, as JSON":   {Input{Status: 500, Body: []byte(`{"err":{"code":"ECONNREFUSED","address":"127.0.0.1","port":34567}}`)}, true},
		"said, another port": {Input{Status: 500, Body: []byte(`connection to server at "127.0.0.1", port 3456 failed`)}, false},
		"said, a longer one": {Input{Status: 500, Body: []byte(`connection to server at "127.0.0.1", port 345678 failed`)}, false},
		"said in calm":       {Input{Status: 500, Body: []byte(`{"to":"\"127.0.0.1\", port 34567"}`), Calm: []byte(`{"to":"\"127.0.0.1\", port 34567"}`)}, false},
		"calm says so":       {Input{Status: 502, Body: []byte(`{"see":"http://127.0.0.1:34567/x"}`), Calm: []byte(`{"see":"http://127.0.0.1:34567/y"}`)}, false},
		"the request did":    {Input{Status: 502, Body: []byte(`{"see":"127.0.0.1:34567"}`), Request: []string{"/?on=127.0.0.1:34567"}}, false},
		"a longer port":      {Input{Status: 502, Body: []byte(`{"see":"127.0.0.1:345678"}`)}, false},
		"another port":       {Input{Status: 502, Body: []byte(`{"see":"127.0.0.1:3456"}`)}, false},
		"a longer host":      {Input{Status: 502, Body: []byte(`{"see":"1.127.0.0.1:34567"}`)}, false},
		"cut off at the end": {Input{Status: 502, Body: []byte(`{"see":"127.0.0.1:3`)}, false},
		"in a field":         {Input{Status: 502, Header: [][2]string{{"X-Backend", "127.0.0.1:34567"}}}, false},
	} {
		c.in.Canaries = []Canary{db}
		found := false
		for _, f := range d.Scan(c.in) {
			found = found || f.Canary != nil && *f.Canary == db && f.Certainty == Certain
		}
		if found != c.found {
			t.Errorf("%s: found is %v", name, found)
		}
	}
	if got := d.ScanText("connect to 127.0.0.1:34567", []Canary{db}); len(got) != 0 {
		t.Errorf("a log may name it: %+v", got)
	}
}
