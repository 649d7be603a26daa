package decode_test

import (
	"encoding/json"
	"testing"

	"github.com/failwell/failwell/harness/decode"
)

func TestPos(t *testing.T) {
	for _, row := range []struct {
		pos  decode.Pos
		want string
	}{
		{decode.Pos{}, ""},
		{decode.Pos{File: "a.yaml"}, "a.yaml"},
		{decode.Pos{File: "a.yaml", Line: 3}, "a.yaml:3"},
		{decode.Pos{File: "a.yaml", Line: 3, Col: 7}, "a.yaml:3:7"},
		{decode.Pos{File: `C:\a.yaml`, Line: 3, Col: 7}, `C:\a.yaml:3:7`},
		{decode.Pos{Line: 3, Col: 7}, "3:7"},
		{decode.Pos{Line: 3}, "3"},
	} {
		if got := row.pos.String(); got != row.want {
			t.Errorf("%#v: got %q, want %q", row.pos, got, row.want)
		}
		data, err := json.Marshal(row.pos)
		if err != nil {
			t.Fatal(err)
		}
		var back decode.Pos
		if err := json.Unmarshal(data, &back); err != nil || back != row.pos {
			t.Errorf("%s came back as %#v, %v", data, back, err)
		}
	}
	if got := (decode.Pos{File: "a.yaml", Col: 7}).String(); got != "a.yaml" {
		t.Errorf("a column without a line: got %q", got)
	}
}
