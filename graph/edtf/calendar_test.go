package edtf

import (
	"math/rand/v2"
	"testing"
	"time"
)

// TestCalendar compares with package time, which knows the same calendar.
func TestCalendar(t *testing.T) {
	t.Parallel()
	for n := days(-801, 1, 1); n < days(2801, 1, 1); n++ {
		y, m, d := civil(n)
		u := time.Unix(n*daySeconds, 0).UTC()
		if int(y) != u.Year() || m != int(u.Month()) || d != u.Day() {
			t.Fatalf("day %d: got %d-%d-%d, want %v", n, y, m, d, u)
		}
		if days(y, m, d) != n {
			t.Fatalf("%d-%d-%d is day %d, want %d", y, m, d, days(y, m, d), n)
		}
		if got, want := weekdayOf(n)%7, int(u.Weekday()); got != want {
			t.Fatalf("day %d: weekday %d, want %d", n, got, want)
		}
		if d > monthDays(y, m) {
			t.Fatalf("month %d-%d has day %d", y, m, d)
		}
	}
}

// TestPatterns compares the search in random patterns with a walk day by day.
func TestPatterns(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	mask := func(s string, p float64) string {
		b := []byte(s)
		for k, c := range b {
			if c >= '0' && c <= '9' && rng.Float64() < p {
				b[k] = 'X'
			}
		}
		return string(b)
	}
	from, to := days(1690, 1, 1), days(2010, 12, 31)
	var all []string
	for n := from; n <= to; n++ {
		all = append(all, startOfDay(n).Day())
	}
	for range 200 {
		n := from + rng.Int64N(to-from)
		text := mask(all[n-from], 0.4)
		d, err := Parse(text)
		if err != nil {
			t.Fatalf("%q covers %s and is refused: %v", text, all[n-from], err)
		}
		p, _ := d.ends()
		weekday := rng.IntN(8)
		fits := func(n int64) bool {
			s := all[n-from]
			for k := range text {
				if text[k] != 'X' && text[k] != s[k] {
					return false
				}
			}
			return weekday == 0 || weekdayOf(n) == weekday
		}
		at := from + rng.Int64N(to-from)
		want := at
		for want <= to && !fits(want) {
			want++
		}
		if got, ok := p.first(at, weekday); want <= to && (!ok || got != want) || want > to && ok && got <= to {
			t.Errorf("%s, weekday %d: first from %s is %s, %v, want %s", text, weekday, startOfDay(at).Day(), startOfDay(got).Day(), ok, startOfDay(want).Day())
		}
		want = at
		for want >= from && !fits(want) {
			want--
		}
		if got, ok := p.last(at, weekday); want >= from && (!ok || got != want) || want < from && ok && got >= from {
			t.Errorf("%s, weekday %d: last to %s is %s, %v, want %s", text, weekday, startOfDay(at).Day(), startOfDay(got).Day(), ok, startOfDay(want).Day())
		}
	}
}
