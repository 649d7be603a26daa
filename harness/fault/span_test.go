package fault_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/failwell/failwell/harness/fault"
)

func TestSpan(t *testing.T) {
	for text, want := range map[string]fault.Span{
		"250ms": fault.For(250 * time.Millisecond), "2s": fault.For(2 * time.Second), "0s": {},
		"3x-deadline": {X: 3}, "0.5x-deadline": {X: 0.5}, "1000x-deadline": {X: 1000},
	} {
		var s fault.Span
		if err := s.UnmarshalText([]byte(text)); err != nil || s != want {
			t.Errorf("%s: %+v %v", text, s, err)
		}
		if got, _ := s.MarshalText(); string(got) != text {
			t.Errorf("%s is written %s", text, got)
		}
	}
	for text, want := range map[string]string{
		"-1s": "duration", "ten": "duration", "": "duration", "x-deadline": "multiple", "0x-deadline": "multiple", "-2x-deadline": "multiple",
		"1001x-deadline": "multiple", "NaNx-deadline": "multiple", "Infx-deadline": "multiple",
	} {
		s := fault.For(7)
		err := s.UnmarshalText([]byte(text))
		long := map[string]string{
			"duration": "want a duration such as 250ms, 2s or 3x-deadline, not \"" + text + "\"",
			"multiple": "want a multiple such as 3x-deadline, not \"" + text + "\"",
		}[want]
		if err == nil || err.Error() != long || s != fault.For(7) {
			t.Errorf("%s: %v, left %+v", text, err, s)
		}
	}
	if d := (fault.Span{X: 1.5}).Of(2 * time.Second); d != 3*time.Second {
		t.Errorf("1.5 deadlines of 2s are %s", d)
	}
	if d := fault.For(time.Second).Of(time.Hour); d != time.Second {
		t.Errorf("1s is %s", d)
	}
}

func TestSpanText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := fault.For(time.Duration(rapid.Int64Min(0).Draw(t, "d")))
		if rapid.Bool().Draw(t, "multiple") {
			s = fault.Span{X: rapid.Float64Range(0.001, 1000).Draw(t, "x")}
		}
		text, _ := s.MarshalText()
		var again fault.Span
		if err := again.UnmarshalText(text); err != nil || again != s {
			t.Fatalf("%+v, written %s, came back as %+v (%v)", s, text, again, err)
		}
	})
}
