package edtf

import "math"

// form is how far a point goes into the calendar.
type form uint8

const (
	formOpen form = iota // no date at this end of an interval
	formYear
	formMonth
	formLong // a long year, a season, a quarter: nothing finer follows
	formDay
	formTime
)

// A point is a date that is no interval, as a set of days: those of the years
// lo to hi (that match digits) whose month and day are in the masks. So
// 15XX-12-25 and 2018-05-08 are asked the same questions.
type point struct {
	form   form
	lo, hi int64   // years; noLo and noHi where the year is not known
	digits [4]byte // year with X at other places than the end; else zero
	neg    bool    // sign of digits
	months uint16  // bit m
	days   uint32  // bit d
	second Bound   // of formTime
	q      [3]Qualifier
}

const (
	noLo = math.MinInt64
	noHi = math.MaxInt64

	allMonths = 1<<13 - 2
	allDays   = 1<<32 - 2

	// maxYear keeps seconds in an int64.
	maxYear = 200_000_000_000
)

// anyDay is the point that says nothing.
var anyDay = point{form: formDay, lo: noLo, hi: noHi, months: allMonths, days: allDays}

// maxYears is how many years a search goes through: what does not occur in a
// cycle of the calendar, of 400 years, never does. Sparse years are not
// contiguous, and there are 10,000 that four digits write.
func (p *point) maxYears() int {
	if p.digits == [4]byte{} {
		return 401
	}
	return 10_000
}

func (p *point) yearless() bool { return p.lo == noLo }

func (p *point) interval() (Interval, bool) {
	switch p.form {
	case formOpen:
		return Always(), true
	case formTime:
		return Interval{p.second, p.second}, true
	}
	i := Always()
	if p.lo != noLo {
		n, ok := p.first(days(p.lo, 1, 1), 0)
		if !ok {
			return i, false
		}
		i.Earliest = startOfDay(n)
	}
	if p.hi != noHi {
		n, ok := p.last(days(p.hi, 12, 31), 0)
		if !ok {
			return i, false
		}
		i.Latest = endOfDay(n)
	}
	return i, true
}

func (p *point) hasYear(y int64) bool {
	if p.digits == [4]byte{} {
		return true
	}
	if p.neg {
		y = -y
	}
	for k := 3; k >= 0; k-- {
		if c := p.digits[k]; c != 'X' && int64(c-'0') != y%10 {
			return false
		}
		y /= 10
	}
	return true
}

// first is the first day of p on or after day n, on the given weekday if that is
// not 0; false if there is none.
func (p *point) first(n int64, weekday int) (int64, bool) {
	y, m, d := civil(n)
	if y < p.lo {
		y, m, d = p.lo, 1, 1
	}
	for range p.maxYears() {
		if y > p.hi {
			break
		}
		if p.hasYear(y) {
			for ; m <= 12; m, d = m+1, 1 {
				if p.months>>m&1 == 0 {
					continue
				}
				for end := monthDays(y, m); d <= end; d++ {
					if p.days>>d&1 == 0 {
						continue
					}
					if n := days(y, m, d); weekday == 0 || weekday == weekdayOf(n) {
						return n, true
					}
				}
			}
		}
		y, m, d = y+1, 1, 1
	}
	return 0, false
}

// last is the last day of p on or before day n, as first.
func (p *point) last(n int64, weekday int) (int64, bool) {
	y, m, d := civil(n)
	if y > p.hi {
		y, m, d = p.hi, 12, 31
	}
	for range p.maxYears() {
		if y < p.lo {
			break
		}
		if p.hasYear(y) {
			for ; m >= 1; m, d = m-1, 31 {
				if p.months>>m&1 == 0 {
					continue
				}
				for d = min(d, monthDays(y, m)); d >= 1; d-- {
					if p.days>>d&1 == 0 {
						continue
					}
					if n := days(y, m, d); weekday == 0 || weekday == weekdayOf(n) {
						return n, true
					}
				}
			}
		}
		y, m, d = y-1, 12, 31
	}
	return 0, false
}

// throughout reports whether p has every day of i, an interval of whole days
// whose ends it has. One of unknown years has no days to look at.
func (p *point) throughout(i Interval) bool {
	if !i.Bounded() || p.months == allMonths && p.days == allDays && p.digits == [4]byte{} {
		return true
	}
	for n := i.Earliest.day(); n <= i.Latest.day(); n++ {
		if next, ok := p.first(n, 0); !ok || next != n {
			return false
		}
	}
	return true
}

// covers reports whether every day of r is a day of p.
func (p *point) covers(r *point) bool {
	if p.form == formOpen {
		return true
	}
	if r.form == formOpen || r.lo < p.lo || r.hi > p.hi ||
		r.months&^p.months != 0 || r.days&^p.days != 0 {
		return false
	}
	if p.digits == [4]byte{} {
		return true
	}
	if r.lo == r.hi {
		return p.hasYear(r.lo)
	}
	if r.digits == [4]byte{} || r.neg != p.neg {
		return false
	}
	for k, c := range p.digits {
		if c != 'X' && c != r.digits[k] {
			return false
		}
	}
	return true
}
