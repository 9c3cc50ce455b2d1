package edtf_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode/utf8"

	"github.com/onrecord/onrecord/graph/edtf"
)

func FuzzParse(f *testing.F) {
	for _, c := range accepted {
		f.Add(c.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := edtf.Parse(text)
		if err != nil {
			if s, ok := err.(*edtf.SyntaxError); !ok || s.Offset < 0 || s.Offset > len(text) || s.Reason == "" {
				t.Fatalf("%q: %#v", text, err)
			}
			return
		}
		if d.String() != text || d.IsZero() {
			t.Fatalf("%q gives back %q", text, d)
		}
		i := d.Interval()
		if i.Earliest > i.Latest || i.Earliest == edtf.Future || i.Latest == edtf.Past {
			t.Fatalf("%q: interval %d to %d", text, i.Earliest, i.Latest)
		}
		if !d.Covers(d) {
			t.Fatalf("%q does not cover itself", text)
		}
		if y, m, day, ok := d.Civil(); ok != (edtf.Weekday(d) != 0) || ok && y >= -9999 && y <= 9999 {
			if again, err := edtf.Day(y, m, day); err != nil || !d.Covers(again) && i.Earliest != i.Latest {
				t.Fatalf("%q is the day %q, %v", text, again, err)
			}
		}
		checkNarrow(t, edtf.When{EDTF: d})
	})
}

func checkNarrow(t *testing.T, w edtf.When) {
	t.Helper()
	outer := w.Effective().Interval()
	if i := w.Interval(); i.Earliest > i.Latest || !outer.Contains(i) {
		t.Fatalf("%+v: interval %v is not within %v", w, i, outer)
	}
	w.YearUnknown()
	w.Unresolved()
}

// FuzzWhen makes a When of parts, which need not agree.
func FuzzWhen(f *testing.F) {
	f.Add("May 8", "XXXX-05-08", 2, "2015", "2018", "2018-05-08", "rule", "source")
	f.Add("Monday", "", 1, "2018-08-10", "2018-08-17", "", "", "")
	f.Add("", "201X-02-29", 7, "", "Y17E7", "", "", "")
	f.Add("", "XXX1-XX-31/..", 0, "-9999", "", "../2018-05-08T10:00:00+04:30", "r", "")
	f.Fuzz(func(t *testing.T, written, date string, weekday int, notBefore, notAfter, resolved, rule, source string) {
		w := edtf.When{Written: written, Weekday: weekday}
		w.EDTF, _ = edtf.Parse(date)
		w.NotBefore, _ = edtf.Parse(notBefore)
		w.NotAfter, _ = edtf.Parse(notAfter)
		if r, err := edtf.Parse(resolved); err == nil {
			w.Resolution = &edtf.Resolution{EDTF: r, Rule: rule, Source: source}
		}
		checkNarrow(t, w)
		if w.Weekday >= 0 && w.Weekday <= 7 && utf8.ValidString(written+rule+source) &&
			utf8.ValidString(written) && utf8.ValidString(rule) {
			checkCodecs(t, w)
		}
		if w.Validate() == nil {
			if b := (edtf.Interval{Earliest: w.NotBefore.Interval().Earliest, Latest: w.NotAfter.Interval().Latest}); !b.Contains(w.Interval()) {
				t.Fatalf("%+v is valid, its interval %v is not within its bounds", w, w.Interval())
			}
			checkOrder(t, w.Interval(), w.EDTF.Interval())
			checkKeys(t, w.Interval(), w.EDTF.Interval())
		}
	})
}

func FuzzDecodeWhen(f *testing.F) {
	for _, c := range goldTimes {
		b, _ := c.when.AppendBinary(nil)
		f.Add(b)
	}
	for _, c := range resolvedTimes {
		b, _ := c.when.AppendBinary(nil)
		f.Add(append(b, "rest"...))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		w, rest, err := edtf.DecodeWhen(b)
		if err != nil {
			return
		}
		again, err := w.AppendBinary(nil)
		if err != nil || !bytes.Equal(append(again, rest...), b) {
			t.Fatalf("%x decodes to %+v, which is %x, %v", b, w, again, err)
		}
		checkNarrow(t, w)
	})
}

func FuzzWhenJSON(f *testing.F) {
	for _, c := range resolvedTimes {
		b, _ := json.Marshal(c.when)
		f.Add(b)
	}
	f.Add([]byte(`{"written":"Monday","weekday":1,"notBefore":"2015","notAfter":"2018-08","unknown":1}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var w edtf.When
		if json.Unmarshal(b, &w) != nil {
			return
		}
		j, err := json.Marshal(w)
		if err != nil {
			t.Fatal(err)
		}
		var again edtf.When
		if err := json.Unmarshal(j, &again); err != nil || !again.Equal(w) {
			t.Fatalf("%s gives %s, %v", b, j, err)
		}
	})
}

func FuzzOrder(f *testing.F) {
	f.Add(int64(0), int64(5), int64(-1<<39), int64(1<<39))
	f.Fuzz(func(t *testing.T, a, b, c, d int64) {
		i := edtf.Interval{Earliest: edtf.Bound(min(a, b)), Latest: edtf.Bound(max(a, b))}
		j := edtf.Interval{Earliest: edtf.Bound(min(c, d)), Latest: edtf.Bound(max(c, d))}
		for _, k := range []*edtf.Interval{&i, &j} { // the extremes have one meaning each
			k.Earliest, k.Latest = min(k.Earliest, edtf.Future-1), max(k.Latest, edtf.Past+1)
		}
		checkOrder(t, i, j)
		checkKeys(t, i, j)
	})
}
