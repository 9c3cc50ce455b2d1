package edtf

import "math"

// Bound is one end of an [Interval]: seconds since 1970-01-01T00:00:00Z.
//
// The two unbounded values are the extremes of the type, so < orders bounds
// and no case is forgotten: nothing is before [Past], nothing after [Future].
type Bound int64

// The ends that are not there.
const (
	Past   Bound = math.MinInt64 // unbounded, as an earliest
	Future Bound = math.MaxInt64 // unbounded, as a latest
)

const daySeconds = 86400

// Bounded reports whether b is a second.
func (b Bound) Bounded() bool { return b != Past && b != Future }

// Day is the UTC day that b lies in: YYYY-MM-DD, with a sign for years before
// 0000 and beyond 9999 (ISO 8601 expanded form: -0044-03-15, +12018-05-08), or
// "" where b is unbounded.
func (b Bound) Day() string {
	if !b.Bounded() {
		return ""
	}
	y, m, d := civil(b.day())
	if y > 9999 {
		return "+" + dayText(y, m, d)
	}
	return dayText(y, m, d)
}

// day counts days since 1970-01-01; b must be bounded.
func (b Bound) day() int64 { return floorDiv(int64(b), daySeconds) }

func startOfDay(n int64) Bound { return Bound(n * daySeconds) }
func endOfDay(n int64) Bound   { return Bound(n*daySeconds + daySeconds - 1) }

// Interval is the stretch of time that a date can lie in, closed: Earliest and
// Latest are its first and its last second. Earliest is [Past] where nothing
// bounds it, Latest is [Future].
//
// It bounds a point or a stretch in time; it does not say that what is dated
// lasted that long. The zero Interval is the first second of 1970: [Always] is
// the one that says nothing.
type Interval struct {
	Earliest, Latest Bound
}

// Always is the interval of which nothing is known.
func Always() Interval { return Interval{Past, Future} }

// Bounded reports whether both ends are known.
func (i Interval) Bounded() bool { return i.Earliest.Bounded() && i.Latest.Bounded() }

// Unbounded reports whether neither end is known.
func (i Interval) Unbounded() bool { return i == Always() }

// Overlaps reports whether i and j share a second. What is unbounded overlaps
// whatever its known end does not exclude.
func (i Interval) Overlaps(j Interval) bool {
	return i.Earliest <= j.Latest && j.Earliest <= i.Latest
}

// Before reports whether i is certainly over before j begins.
func (i Interval) Before(j Interval) bool { return i.Latest < j.Earliest }

// Contains reports whether all of j lies in i.
func (i Interval) Contains(j Interval) bool {
	return i.Earliest <= j.Earliest && j.Latest <= i.Latest
}

// Intersect is what i and j share; false if nothing.
func (i Interval) Intersect(j Interval) (Interval, bool) {
	if !i.Overlaps(j) {
		return Interval{}, false
	}
	return Interval{max(i.Earliest, j.Earliest), min(i.Latest, j.Latest)}, true
}

// String writes the days of both ends: 2018-05-08, 2015-01-01/2015-12-31, and
// .. for an end that is not known.
func (i Interval) String() string {
	a, b := i.Earliest.Day(), i.Latest.Day()
	if a == b && a != "" {
		return a
	}
	if a == "" {
		a = ".."
	}
	if b == "" {
		b = ".."
	}
	return a + "/" + b
}

// days counts from 1970-01-01 to a day of the proleptic Gregorian calendar. It
// lets the year begin in March, so that the leap day is its last: see Howard
// Hinnant, "chrono-compatible low-level date algorithms". Package time knows the
// same calendar, and the tests compare with it; a search that looks at a day at
// a time wants neither its zones nor its nanoseconds.
func days(y int64, m, d int) int64 {
	if m <= 2 {
		y--
	}
	era := floorDiv(y, 400)
	yoe := y - era*400
	doy := int64((153*((m+9)%12)+2)/5 + d - 1)
	return era*146097 + yoe*365 + yoe/4 - yoe/100 + doy - 719468
}

// civil undoes days.
func civil(n int64) (y int64, m, d int) {
	n += 719468
	era := floorDiv(n, 146097)
	doe := n - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	d = int(doy - (153*mp+2)/5 + 1)
	m = int((mp+2)%12 + 1)
	y = yoe + era*400
	if m <= 2 {
		y++
	}
	return y, m, d
}

func leap(y int64) bool { return y%4 == 0 && (y%100 != 0 || y%400 == 0) }

func monthDays(y int64, m int) int {
	switch m {
	case 2:
		if leap(y) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// weekdayOf is 1 on Mondays; day 0, 1970-01-01, was a Thursday.
func weekdayOf(n int64) int { return int(n+3-floorDiv(n+3, 7)*7) + 1 }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
