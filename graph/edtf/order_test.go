package edtf_test

import (
	"bytes"
	"cmp"
	"math/rand/v2"
	"testing"

	"github.com/onrecord/onrecord/graph/edtf"
)

func interval(t testing.TB, text string) edtf.Interval {
	t.Helper()
	var d edtf.Date
	if err := d.UnmarshalText([]byte(text)); err != nil {
		t.Fatal(err)
	}
	return d.Interval()
}

func TestCompare(t *testing.T) {
	t.Parallel()
	flip := map[edtf.Relation]edtf.Relation{edtf.Before: edtf.After, edtf.After: edtf.Before}
	for _, c := range []struct {
		a, b string
		want edtf.Relation
	}{
		{"2018-05-08", "2018-07-30", edtf.Before},
		{"2015", "2018-05-08", edtf.Before},
		{"2018", "2018-05-08", edtf.Overlaps},
		{"2018-05-08", "2018-05-08", edtf.Same},
		{"2018", "2018-01/2018-12", edtf.Same},
		{"2018-05-08T10:00:00Z", "2018-05-08", edtf.Overlaps},
		{"2018-05-08T10:00:00Z", "2018-05-08T12:00:00+02", edtf.Same},
		{"XXXX-05-08", "2018", edtf.Unknown},
		{"XXXX-05-08", "XXXX-07-30", edtf.Unknown},
		{"XXXX-05-08", "XXXX-05-08", edtf.Unknown},
		{"", "", edtf.Unknown},
		{"", "2018", edtf.Unknown},
		{"../1985", "1990", edtf.Before},
		{"1985/..", "1980", edtf.After},
		{"1985/..", "1990", edtf.Unknown},       // over before 1990, or not
		{"1985/..", "1980/1986", edtf.Overlaps}, // 1985 is in both, whenever it ended
		{"1985/..", "1985/..", edtf.Overlaps},
		{"../1985", "1985/..", edtf.Unknown},
		{"../1985", "1984/1990", edtf.Overlaps},
	} {
		a, b := interval(t, c.a), interval(t, c.b)
		if got := edtf.Compare(a, b); got != c.want {
			t.Errorf("Compare(%s, %s) = %v, want %v", c.a, c.b, got, c.want)
		}
		want, ok := flip[c.want]
		if !ok {
			want = c.want
		}
		if got := edtf.Compare(b, a); got != want {
			t.Errorf("Compare(%s, %s) = %v, want %v", c.b, c.a, got, want)
		}
	}
}

func TestOrder(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2018-05-08": "KNOWN", "2018-05-08T10:00:00Z": "KNOWN", "2018-05-08?": "KNOWN", "2018-05": "RANGE", "2018": "RANGE",
		"201X-02-29": "RANGE", "XXXX-05-08": "UNKNOWN", "../2018": "UNKNOWN", "2018/": "UNKNOWN", "": "UNKNOWN",
	} {
		if got := interval(t, text).Order().String(); got != want {
			t.Errorf("%q: order %s, want %s", text, got, want)
		}
	}
}

// TestSortKeyRule writes the rule out by an example.
func TestSortKeyRule(t *testing.T) {
	t.Parallel()
	var before []byte
	for _, text := range []string{
		"../-0044", "../1985", "../1985-12-31T", "../2018", // no earliest: by latest
		"-9999", "-0044-03-15", "0000", "1969-12-31", "1970-01-01",
		"2018-01-01T00:00:00Z", "2018-01-01", "2018-01", "2018", "2018/2020", "2018/..", // by earliest, then by latest
		"2018-05-08", "9999-12-31", "9999-12-31/..", "Y19000",
		"XXXX-05-08", // neither
	} {
		text = string(bytes.TrimSuffix([]byte(text), []byte("T")))
		key := edtf.AppendSortKey(nil, interval(t, text))
		if len(key) != edtf.SortKeySize {
			t.Errorf("%s: key of %d bytes", text, len(key))
		}
		if bytes.Compare(before, key) > 0 {
			t.Errorf("%s: %x sorts before %x", text, key, before)
		}
		before = key
	}
	if !bytes.Equal(before, bytes.Repeat([]byte{0xff}, 10)) {
		t.Errorf("undated: %x", before)
	}
	// The stored form does not change.
	if got, want := edtf.AppendSortKey([]byte("k"), interval(t, "2018-05-08")), "k\x80\x5a\xf0\xe8\x80\x80\x5a\xf2\x39\xff"; string(got) != want {
		t.Errorf("2018-05-08: got %x, want %x", got, want)
	}
}

// randomInterval has ends of all kinds, often equal ones.
func randomInterval(rng *rand.Rand) edtf.Interval {
	end := func() edtf.Bound {
		switch rng.IntN(4) {
		case 0:
			return edtf.Bound(rng.IntN(5))
		case 1:
			return edtf.Bound(rng.Int64N(1e12) - 5e11)
		case 2:
			return edtf.Bound(rng.Int64() - rng.Int64())
		}
		return edtf.Bound(1.5e9 + float64(rng.IntN(1e8)))
	}
	a, b := end(), end()
	if a > b {
		a, b = b, a
	}
	switch rng.IntN(8) {
	case 0:
		a = edtf.Past
	case 1:
		b = edtf.Future
	case 2:
		return edtf.Always()
	case 3:
		b = a
	}
	return edtf.Interval{Earliest: a, Latest: b}
}

// rule is the stated order, of intervals whose ends fit a key.
func rule(a, b edtf.Interval) int {
	if x, y := a.Unbounded(), b.Unbounded(); x || y {
		switch {
		case x && y:
			return 0
		case x:
			return 1
		}
		return -1
	}
	return cmp.Or(cmp.Compare(a.Earliest, b.Earliest), cmp.Compare(a.Latest, b.Latest))
}

func fitsKey(i edtf.Interval) bool {
	fits := func(b edtf.Bound) bool { return !b.Bounded() || b > -(1<<39)+1 && b < 1<<39-2 }
	return fits(i.Earliest) && fits(i.Latest)
}

func TestSortKeyAgrees(t *testing.T) {
	t.Parallel()
	for _, year := range []string{"-9999", "9999"} {
		if !fitsKey(interval(t, year)) {
			t.Errorf("the year %s does not fit a key", year)
		}
	}
	rng := rand.New(rand.NewPCG(3, 4))
	for range 200_000 {
		a, b := randomInterval(rng), randomInterval(rng)
		checkOrder(t, a, b)
		checkKeys(t, a, b)
	}
}

func checkOrder(t *testing.T, a, b edtf.Interval) {
	t.Helper()
	got := bytes.Compare(edtf.AppendSortKey(nil, a), edtf.AppendSortKey(nil, b))
	if fit := fitsKey(a) && fitsKey(b); fit && got != rule(a, b) {
		t.Errorf("keys of %v and %v compare %d, want %d", a, b, got, rule(a, b))
	} else if rel := edtf.Compare(a, b); rel == edtf.Before && (got > 0 || fit && got == 0) {
		t.Errorf("%v is before %v, its key is not: %d", a, b, got)
	} else if back := edtf.Compare(b, a); (rel == edtf.Before) != (back == edtf.After) || rel != back && rel != edtf.Before && rel != edtf.After {
		t.Errorf("%v to %v is %v, back %v", a, b, rel, back)
	}
}

// checkKeys asks of the two scans what they promise.
func checkKeys(t *testing.T, q, i edtf.Interval) {
	t.Helper()
	key := edtf.AppendSortKey(nil, i)
	in := func(start, end []byte) bool { return bytes.Compare(start, key) <= 0 && bytes.Compare(key, end) < 0 }
	dated := !i.Unbounded()
	if start, end := edtf.OverlapKeys(q); dated && q.Overlaps(i) && !in(start, end) {
		t.Errorf("%v overlaps %v, its key %x is not in %x-%x", i, q, key, start, end)
	} else if !dated && in(start, end) {
		t.Errorf("the undated are in the scan of %v", q)
	}
	starts := q.Earliest <= i.Earliest && i.Earliest <= q.Latest
	if start, end := edtf.StartKeys(q); dated && starts && !in(start, end) {
		t.Errorf("%v begins in %v, its key %x is not in %x-%x", i, q, key, start, end)
	} else if dated && !starts && fitsKey(q) && fitsKey(i) && in(start, end) {
		t.Errorf("%v does not begin in %v, its key %x is in %x-%x", i, q, key, start, end)
	}
}

func TestBetween(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ from, to, want string }{
		{"2015", "2018-05", "2015-01-01/2018-05-31"},
		{"2015", "", "2015-01-01/.."},
		{"", "2018-05-08", "../2018-05-08"},
		{"", "", "../.."},
		{"2018", "2018", "2018-01-01/2018-12-31"},
		{"XXXX-05-08", "", ""},
		{"", "2018/..", ""},
		{"2018", "2015", ""},
	} {
		var from, to edtf.Date
		if from.UnmarshalText([]byte(c.from)) != nil || to.UnmarshalText([]byte(c.to)) != nil {
			t.Fatal(c)
		}
		i, err := edtf.Between(from, to)
		switch {
		case c.want == "" && err == nil:
			t.Errorf("Between(%q, %q) = %v, want an error", c.from, c.to, i)
		case c.want != "" && (err != nil || i.String() != c.want):
			t.Errorf("Between(%q, %q) = %v, %v, want %s", c.from, c.to, i, err, c.want)
		}
	}
}

func TestIntervalHelpers(t *testing.T) {
	t.Parallel()
	a, b := interval(t, "2018-01/2018-06"), interval(t, "2018-06/2018-12")
	if got, ok := a.Intersect(b); !ok || got != interval(t, "2018-06") {
		t.Errorf("got %v, %v", got, ok)
	}
	if _, ok := a.Intersect(interval(t, "2018-07")); ok {
		t.Error("June and July share something")
	}
	if !edtf.Always().Contains(a) || a.Contains(edtf.Always()) || !a.Contains(interval(t, "2018-06-30")) || a.Before(b) {
		t.Error("Contains or Before")
	}
}
