package edtf_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/onrecord/onrecord/graph/edtf"
)

var day = edtf.MustParse

// goldTimes are the fourteen time expressions of the annotated seed article, and
// what the text by itself makes of them.
var goldTimes = []struct {
	when        edtf.When
	interval    string
	order       string
	yearUnknown bool
	unresolved  bool
}{
	{edtf.When{Written: "Monday", Weekday: 1}, "../..", "UNKNOWN", false, true},
	{edtf.When{Written: "July 30", EDTF: day("XXXX-07-30")}, "../..", "UNKNOWN", true, false},
	{edtf.When{Written: "May 8", EDTF: day("XXXX-05-08"), NotBefore: day("2015")}, "2015-05-08/..", "UNKNOWN", true, false},
	{edtf.When{Written: "2015", EDTF: day("2015")}, "2015-01-01/2015-12-31", "RANGE", false, false},
	{edtf.When{Written: "years of negotiations", NotAfter: day("2015")}, "../2015-12-31", "UNKNOWN", false, true},
	{edtf.When{Written: "at present"}, "../..", "UNKNOWN", false, true},
	{edtf.When{Written: "recent months"}, "../..", "UNKNOWN", false, true},
	{edtf.When{Written: "recent weeks"}, "../..", "UNKNOWN", false, true},
	{edtf.When{Written: "now"}, "../..", "UNKNOWN", false, true},
	{edtf.When{Written: "like the past"}, "../..", "UNKNOWN", false, true},
	{edtf.When{Written: "During the nuclear negotiations", NotAfter: day("2015")}, "../2015-12-31", "UNKNOWN", false, true},
	{edtf.When{Written: "whenever they want to"}, "../..", "UNKNOWN", false, true},
	{edtf.When{Written: "The comments came after", NotBefore: day("2015-07-30")}, "2015-07-30/..", "UNKNOWN", false, true},
	{edtf.When{Written: "Following the US exit", NotBefore: day("2015-05-08")}, "2015-05-08/..", "UNKNOWN", false, true},
}

// resolvedTimes are four of them with what evidence from elsewhere adds.
var resolvedTimes = []struct {
	when     edtf.When
	interval string
}{
	{edtf.When{
		Written: "Monday", Weekday: 1,
		Resolution: &edtf.Resolution{EDTF: day("2018-08-13"), Rule: "latest Monday on or before publication"},
	}, "2018-08-13"},
	{edtf.When{
		Written: "July 30", EDTF: day("XXXX-07-30"),
		Resolution: &edtf.Resolution{EDTF: day("2018-07-30"), Rule: "latest 30 July on or before publication"},
	}, "2018-07-30"},
	{edtf.When{
		Written: "May 8", EDTF: day("XXXX-05-08"), NotBefore: day("2015"),
		Resolution: &edtf.Resolution{EDTF: day("2018-05-08"), Source: "https://example.org/exit"},
	}, "2018-05-08"},
	{edtf.When{
		Written: "2015", EDTF: day("2015"),
		Resolution: &edtf.Resolution{EDTF: day("2015-07-14"), Source: "https://wikiwand.com/en/articles/JCPOA"},
	}, "2015-07-14"},
}

func TestGoldTimes(t *testing.T) {
	t.Parallel()
	for _, c := range goldTimes {
		w := c.when
		if err := w.Validate(); err != nil {
			t.Errorf("%q: %v", w.Written, err)
		}
		i := w.Interval()
		if got := i.String(); got != c.interval || i.Order().String() != c.order {
			t.Errorf("%q: %s %v, want %s %s", w.Written, got, i.Order(), c.interval, c.order)
		}
		if w.YearUnknown() != c.yearUnknown || w.Unresolved() != c.unresolved {
			t.Errorf("%q: year unknown %v, unresolved %v; want %v, %v", w.Written, w.YearUnknown(), w.Unresolved(), c.yearUnknown, c.unresolved)
		}
		checkCodecs(t, w)
	}
	for _, c := range resolvedTimes {
		w := c.when
		if err := w.Validate(); err != nil {
			t.Errorf("%q: %v", w.Written, err)
		}
		if got := w.Interval().String(); got != c.interval || w.YearUnknown() || w.Unresolved() || w.ResolvedBy() == "" {
			t.Errorf("%q resolved: %s, want %s", w.Written, got, c.interval)
		}
		checkCodecs(t, w)
	}
}

func TestWhenInterval(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, edtf, notBefore, notAfter string
		weekday                         int
		want                            string
	}{
		{"nothing", "", "", "", 0, "../.."},
		{"first 8 May on or after", "XXXX-05-08", "2015", "", 0, "2015-05-08/.."},
		{"first 8 May after 9 May", "XXXX-05-08", "2015-05-09", "", 0, "2016-05-08/.."},
		{"last 8 May before", "XXXX-05-08", "", "2018-05-07", 0, "../2017-05-08"},
		{"one 8 May is left", "XXXX-05-08", "2017-06", "2019-04", 0, "2018-05-08"},
		{"one year is left", "XXXX-05", "2017-06", "2019-04", 0, "2018-05-01/2018-05-31"},
		{"cut within the month", "XXXX-05", "2018-05-09", "2019-04", 0, "2018-05-09/2018-05-31"},
		{"within the day", "XXXX-05-08", "2018-05-08T10:00:00Z", "2018", 0, "2018-05-08"},
		{"leap day", "XXXX-02-29", "2013", "2019", 0, "2016-02-29"},
		{"decade", "201X-05-08", "2015-06", "", 0, "2016-05-08/2019-05-08"},
		{"only bounds", "", "2015", "2018-08-13", 0, "2015-01-01/2018-08-13"},
		{"a Monday between", "", "2018-08-10", "2018-08-17", 1, "2018-08-13"},
		{"Mondays between", "", "2018-08-01", "2018-08-31", 1, "2018-08-06/2018-08-27"},
		{"a Monday in August", "2018-08", "", "", 1, "2018-08-06/2018-08-27"},
		{"8 May on a Tuesday", "XXXX-05-08", "2015", "2020", 2, "2018-05-08"},
		{"29 February on a Monday", "XXXX-02-29", "1901", "", 1, "1904-02-29/.."},
		{"interval", "2010/2018", "2012", "2015-06", 0, "2012-01-01/2015-06-30"},
		{"interval with a weekday", "2010/2018", "2012", "", 1, "2012-01-01/2018-12-31"},
		{"open interval", "2010/..", "", "2015", 0, "2010-01-01/2015-12-31"},
		{"interval without years", "XXXX-05-08/XXXX-05-10", "2018-05-09", "2018", 0, "2018-05-09/2018-12-31"},
		{"time", "2018-05-08T10:00:00Z", "2018", "", 2, "2018-05-08"},
		{"contradiction", "2018-05-08", "2019", "", 0, "2018-05-08"},
		{"no such day", "XXXX-05-08", "2018-05-09", "2018-05-10", 0, "../.."},
		{"no such Monday", "", "2018-08-14", "2018-08-16", 1, "../.."},
	} {
		w := edtf.When{Written: c.name, Weekday: c.weekday}
		for text, dst := range map[*string]*edtf.Date{&c.edtf: &w.EDTF, &c.notBefore: &w.NotBefore, &c.notAfter: &w.NotAfter} {
			if err := dst.UnmarshalText([]byte(*text)); err != nil {
				t.Fatal(err)
			}
		}
		if got := w.Interval().String(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
		contradicts := strings.HasPrefix(c.name, "contra") || strings.HasPrefix(c.name, "no such")
		if err := w.Validate(); (err != nil) != contradicts {
			t.Errorf("%s: Validate: %v", c.name, err)
		}
	}
}

func TestYearLeftByBounds(t *testing.T) {
	t.Parallel()
	w := edtf.When{EDTF: day("XXXX-05-08"), NotBefore: day("2017-06"), NotAfter: day("2019-04")}
	if w.YearUnknown() {
		t.Error("2018 is the only year left")
	}
	w.NotAfter = day("2019-05-08")
	if !w.YearUnknown() {
		t.Error("2018 and 2019 are left")
	}
}

func TestValidateRefuses(t *testing.T) {
	t.Parallel()
	by := func(s string) *edtf.Resolution { return &edtf.Resolution{EDTF: day(s), Rule: "r"} }
	for _, c := range []struct {
		name string
		w    edtf.When
		want string
	}{
		{"weekday 8", edtf.When{Weekday: 8}, "want 1 Monday"},
		{"weekday -1", edtf.When{Weekday: -1}, "want 1 Monday"},
		{"not UTF-8", edtf.When{Written: "\xff"}, "UTF-8"},
		{"another day", edtf.When{EDTF: day("XXXX-05-08"), Resolution: by("2018-06-01")}, "not within"},
		{"another year", edtf.When{EDTF: day("2015"), Resolution: by("2016-01-01")}, "not within"},
		{"coarser", edtf.When{EDTF: day("2015-07"), Resolution: by("2015")}, "not within"},
		{"Tuesday", edtf.When{Weekday: 1, Resolution: by("2018-08-14")}, "has no Monday"},
		{"written Tuesday", edtf.When{Weekday: 1, EDTF: day("2018-08-14")}, "has no Monday"},
		{"bounds exchanged", edtf.When{NotBefore: day("2016"), NotAfter: day("2015")}, "is after"},
		{"bound without a year", edtf.When{NotBefore: day("XXXX-05")}, "bounds nothing"},
		{"bound without an end", edtf.When{NotAfter: day("2015/..")}, "bounds nothing"},
		{"resolved outside the bounds", edtf.When{NotBefore: day("2019"), Resolution: by("2018-08-14")}, "not within"},
		{"no rule", edtf.When{Resolution: &edtf.Resolution{EDTF: day("2018")}}, "name the rule"},
		{"no date", edtf.When{Resolution: &edtf.Resolution{Rule: "r"}}, "no date"},
		{"rule not UTF-8", edtf.When{Resolution: &edtf.Resolution{EDTF: day("2018"), Rule: "\xff"}}, "UTF-8"},
	} {
		if err := c.w.Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want an error with %q", c.name, err, c.want)
		}
	}
}

func checkCodecs(t *testing.T, w edtf.When) {
	t.Helper()
	b, err := w.AppendBinary([]byte("head"))
	if err != nil {
		t.Fatalf("%+v: %v", w, err)
	}
	got, rest, err := edtf.DecodeWhen(append(b[4:], "tail"...))
	if err != nil || string(rest) != "tail" || !got.Equal(w) {
		t.Errorf("binary %x: %v, rest %q\n%s", b, err, rest, cmp.Diff(w, got))
	}
	j, err := json.Marshal(w)
	if err != nil {
		t.Fatal(err)
	}
	got = edtf.When{}
	if err := json.Unmarshal(j, &got); err != nil || !got.Equal(w) {
		t.Errorf("JSON %s: %v\n%s", j, err, cmp.Diff(w, got))
	}
}

// TestBinaryIsStable fails when the stored form changes.
func TestBinaryIsStable(t *testing.T) {
	t.Parallel()
	w := resolvedTimes[0].when
	b, err := w.AppendBinary(nil)
	want := "\x89\x06Monday\x0a2018-08-13\x26latest Monday on or before publication\x00"
	if err != nil || string(b) != want {
		t.Errorf("got %q, %v, want %q", b, err, want)
	}
	if _, err := (edtf.When{Weekday: 8}).AppendBinary(nil); err == nil {
		t.Error("weekday 8 was written")
	}
	for _, bad := range []string{"", "\x08", "\x08\x00", "\x08\x81\x00a", "\x08\x05a", "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01a", "\x10\x03May", "\x80\x00\x00", "\x10\xff"} {
		if w, rest, err := edtf.DecodeWhen([]byte(bad)); err == nil || !w.IsZero() || string(rest) != bad {
			t.Errorf("DecodeWhen(%q) = %+v, %q, %v; want an error", bad, w, rest, err)
		}
	}
}

func TestWhenJSON(t *testing.T) {
	t.Parallel()
	w := edtf.When{
		Written: "Tuesday, May 8", EDTF: day("XXXX-05-08"), Weekday: 2, NotBefore: day("2015"), NotAfter: day("2018-08"),
		Resolution: &edtf.Resolution{EDTF: day("2018-05-08"), Rule: "r", Source: "s"},
	}
	want := `{"written":"Tuesday, May 8","edtf":"XXXX-05-08","weekday":2,"notBefore":"2015","notAfter":"2018-08",` +
		`"resolved":{"edtf":"2018-05-08","rule":"r","source":"s"}}`
	if got, err := json.Marshal(w); err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
	if got, _ := json.Marshal(edtf.When{}); string(got) != "{}" {
		t.Errorf("the zero When is %s", got)
	}
	checkCodecs(t, w)
	for text, want := range map[string]string{
		`{"Written":"May 8"}`:                    `unknown key "Written"`,
		`{"date":"2018"}`:                        "it has edtf, notAfter",
		`{"resolved":{"edtf":"2018","by":"me"}}`: `unknown key "by"`,
		`{"edtf":"2018-02-30"}`:                  "28 days",
		`{"notBefore":2018}`:                     "notBefore",
		`{"weekday":"Monday"}`:                   "weekday",
		`"2018"`:                                 `{"edtf":"2018-05-08"}`,
		`[]`:                                     "object",
	} {
		var w edtf.When
		if err := json.Unmarshal([]byte(text), &w); err == nil || !strings.Contains(err.Error(), want) || !w.IsZero() {
			t.Errorf("%s: got %+v, %v; want an error with %q", text, w, err, want)
		}
	}
	for _, text := range []string{`null`, `{}`, `{"resolved":null,"edtf":null}`} {
		var w edtf.When
		if err := json.Unmarshal([]byte(text), &w); err != nil || !w.IsZero() {
			t.Errorf("%s: got %+v, %v", text, w, err)
		}
	}
}

func TestEqual(t *testing.T) {
	t.Parallel()
	a, b := resolvedTimes[0].when, resolvedTimes[0].when
	r := *a.Resolution
	b.Resolution = &r
	if !a.Equal(b) {
		t.Error("equal resolutions differ")
	}
	r.Source = "s"
	if a.Equal(b) || a.Equal(goldTimes[0].when) {
		t.Error("different resolutions are equal")
	}
}
