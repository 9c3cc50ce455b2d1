package edtf_test

import (
	"encoding/json"
	"testing"

	"github.com/onrecord/onrecord/graph/edtf"
)

func TestQualifiers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, all, year, month, day string }{
		{"1984", "", "", "", ""},
		{"1984?", "?", "?", "", ""},
		{"~2003", "~", "~", "", ""},
		{"2004-06~", "~", "~", "~", ""},
		{"2004-06-11%", "%", "%", "%", "%"},
		{"2004-06~-11", "~", "~", "~", ""},
		{"2004?-06-11", "?", "?", "", ""},
		{"?2004-06-~11", "%", "?", "", "~"},
		{"2004-%06-11", "%", "", "%", ""},
		{"?2004-06~-11", "%", "%", "~", ""},
		{"1984?/2004~", "%", "%", "", ""},
		{"1984/..", "", "", "", ""},
	} {
		d := edtf.MustParse(c.text)
		y, m, day := d.Qualifiers()
		if got := [4]string{d.Qualifier().String(), y.String(), m.String(), day.String()}; got != [4]string{c.all, c.year, c.month, c.day} {
			t.Errorf("%s: got %q, want %q %q %q %q", c.text, got, c.all, c.year, c.month, c.day)
		}
	}
}

func TestCovers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		d, r string
		want bool
	}{
		{"", "2018", true},
		{"", "", true},
		{"2018", "", false},
		{"XXXX-05-08", "2018-05-08", true},
		{"XXXX-05-08", "2018-05-08T10:00:00Z", true},
		{"XXXX-05-08", "2018-05-08T23:30:00-05:00", true}, // the next day in UTC
		{"XXXX-05-08", "201X-05-08", true},
		{"XXXX-05-08", "2018-06-01", false},
		{"XXXX-05-08", "2018-05", false},
		{"XXXX-05-08", "2018", false},
		{"XXXX-05", "2018-05-08", true},
		{"XXXX-05", "2018-05-08/2018-05-10", true},
		{"XXXX-05", "2018-05-08/2018-06-10", false},
		{"2015", "2015-07-14", true},
		{"2015?", "2015-07-14", true},
		{"2015", "2016-01-01", false},
		{"2015", "2015/2016", false},
		{"2015", "2015-01/2015-03", true},
		{"2015", "../2015", false},
		{"1X32", "1932-05", true},
		{"1X32", "1931", false},
		{"1X32", "193X", false},
		{"1X32", "1032/1932", false},
		{"1X32", "1932-01/1932-03", true},
		{"XXXX-05-08", "2017-05-08/2018-05-08", false},
		{"XXXX-XX-08", "2018-05-08/2018-06-08", false},
		{"XXXX-05", "XXXX-05-08/XXXX-05-10", true},
		{"2018-05-1X", "2018-05-11/2018-05-19", true},
		{"1X3X", "1X32", true},
		{"1X32", "1X3X", false},
		{"1X32", "-1X32", false},
		{"2004/2006", "2005-03/2005-04", true},
		{"2004/2006", "2007", false},
		{"../2006", "1900", true},
		{"XXXX-05-08/XXXX-05-10", "2018-05-08/2018-05-10", true},
		{"XXXX-05-08/XXXX-05-10", "2018-06-08/2018-06-10", false},
		{"2018-05-08T10:00:00Z", "2018-05-08T12:00:00+02:00", true},
		{"2018-05-08T10:00:00Z", "2018-05-08", false},
		{"2001-21", "2001-04-02", true},
		{"2001-33", "2001-04-02", false},
	} {
		var d, r edtf.Date
		if d.UnmarshalText([]byte(c.d)) != nil || r.UnmarshalText([]byte(c.r)) != nil {
			t.Fatalf("%q, %q: do not parse", c.d, c.r)
		}
		if got := d.Covers(r); got != c.want {
			t.Errorf("%q covers %q: got %v, want %v", c.d, c.r, got, c.want)
		}
	}
}

func TestBoundDay(t *testing.T) {
	t.Parallel()
	for b, want := range map[edtf.Bound]string{
		edtf.Past: "", edtf.Future: "", 0: "1970-01-01", -1: "1969-12-31", 86399: "1970-01-01",
		edtf.MustParse("-0044-03-15").Interval().Latest:   "-0044-03-15",
		edtf.MustParse("0000").Interval().Earliest:        "0000-01-01",
		edtf.MustParse("Y12018").Interval().Earliest:      "+12018-01-01",
		edtf.MustParse("Y-12018").Interval().Latest:       "-12018-12-31",
		edtf.MustParse("Y-2E11").Interval().Earliest:      "-200000000000-01-01",
		edtf.MustParse("Y200000000000").Interval().Latest: "+200000000000-12-31",
	} {
		if got := b.Day(); got != want {
			t.Errorf("Bound(%d).Day() = %q, want %q", b, got, want)
		}
	}
}

func TestZeroDate(t *testing.T) {
	t.Parallel()
	var d edtf.Date
	if !d.IsZero() || d.String() != "" || d.Interval() != edtf.Always() || d.Qualifier() != 0 || edtf.Weekday(d) != 0 {
		t.Errorf("zero date: %q %v", d, d.Interval())
	}
	if _, _, _, ok := d.Civil(); ok || d.IsInterval() || d.YearUnknown() {
		t.Error("the zero date is a day, an interval, or without a year")
	}
}

func TestYearUnknown(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"XXXX": true, "XXXX-05-08": true, "XXXX-21": true, "201X": false, "2018": false, "XXX8": false,
		"XXXX-05-08/XXXX-05-10": true, "2018/..": false, "../2018": false, "2018-XX": false,
	} {
		if got := edtf.MustParse(text).YearUnknown(); got != want {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
}

func TestDateJSON(t *testing.T) {
	t.Parallel()
	var d edtf.Date
	if err := json.Unmarshal([]byte(`"XXXX-05-08"`), &d); err != nil || d != edtf.MustParse("XXXX-05-08") {
		t.Errorf("got %q, %v", d, err)
	}
	if err := json.Unmarshal([]byte(`"2018-02-30"`), &d); err == nil || d.String() != "XXXX-05-08" {
		t.Errorf("a refused date: got %q, %v; want the former one and an error", d, err)
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ got, want string }{
		{edtf.LatestOnOrBefore(edtf.MustParse("2018-08-15"), 1).String(), "2018-08-13"},
		{edtf.LatestOnOrBefore(edtf.MustParse("2018-08-13"), 1).String(), "2018-08-13"},
		{edtf.LatestOnOrBefore(edtf.MustParse("2018-08-13"), 2).String(), "2018-08-07"},
		{edtf.LatestOnOrBefore(edtf.MustParse("2018-01-03?"), 7).String(), "2017-12-31?"},
		{edtf.LatestOnOrBefore(edtf.MustParse("2018-08-13T23:30:00-05:00"), 1).String(), "2018-08-13"},
		{edtf.LatestOnOrBefore(edtf.MustParse("2018-08"), 1).String(), ""},
		{edtf.LatestOnOrBefore(edtf.MustParse("2018-08-13/.."), 1).String(), ""},
		{edtf.LatestOnOrBefore(edtf.MustParse("XXXX-08-13"), 1).String(), ""},
		{edtf.LatestOnOrBefore(edtf.MustParse("2018-08-13"), 0).String(), ""},
		{edtf.LatestOnOrBefore(edtf.MustParse("2018-08-13"), 8).String(), ""},
		{edtf.LatestOnOrBefore(edtf.MustParse("-9999-01-01"), 3).String(), ""},
		{edtf.LatestOnOrBefore(edtf.Date{}, 1).String(), ""},
		{edtf.LatestMonthDayOnOrBefore(edtf.MustParse("2018-08-13"), 5, 8).String(), "2018-05-08"},
		{edtf.LatestMonthDayOnOrBefore(edtf.MustParse("2018-08-13"), 8, 13).String(), "2018-08-13"},
		{edtf.LatestMonthDayOnOrBefore(edtf.MustParse("2018-08-13"), 11, 8).String(), "2017-11-08"},
		{edtf.LatestMonthDayOnOrBefore(edtf.MustParse("2018-08-13"), 2, 29).String(), "2016-02-29"},
		{edtf.LatestMonthDayOnOrBefore(edtf.MustParse("1903-01-01"), 2, 29).String(), "1896-02-29"},
		{edtf.LatestMonthDayOnOrBefore(edtf.MustParse("2018-08-13"), 2, 30).String(), ""},
		{edtf.LatestMonthDayOnOrBefore(edtf.MustParse("2018-08-13"), 13, 1).String(), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	for text, want := range map[string]int{
		"2018-08-13": 1, "2018-08-12": 7, "1970-01-01": 4, "0000-01-01": 6, "2018-08": 0, "2018-08-13T23:30:00-05:00": 1,
	} {
		if got := edtf.Weekday(edtf.MustParse(text)); got != want {
			t.Errorf("Weekday(%s) = %d, want %d", text, got, want)
		}
	}
}

func TestDay(t *testing.T) {
	t.Parallel()
	d, err := edtf.Day(2018, 5, 8)
	if y, m, day, ok := d.Civil(); err != nil || !ok || y != 2018 || m != 5 || day != 8 {
		t.Errorf("got %q, %v", d, err)
	}
	for _, c := range [][3]int{{2018, 2, 30}, {2018, 13, 1}, {2018, 0, 1}, {10000, 1, 1}, {2018, 5, -8}, {2018, 21, 1}} {
		if d, err := edtf.Day(int64(c[0]), c[1], c[2]); err == nil {
			t.Errorf("Day(%v) = %q, want an error", c, d)
		}
	}
	if d, err := edtf.Day(-44, 3, 15); err != nil || d.String() != "-0044-03-15" {
		t.Errorf("got %q, %v", d, err)
	}
}
