package edtf

import "strings"

// year reads 2018, -0044, 156X, XXXX, 1950S2, Y170000002, Y-17E7, Y3388E2S3.
func (p *parser) year(pt *point) bool {
	if p.accept('Y') {
		return p.longYear(pt)
	}
	start := p.i
	pt.neg = p.accept('-')
	var digits [4]byte
	at := p.i
	for k := range digits {
		c := p.peek()
		if !isDigit(c) && c != 'X' {
			return p.fail(p.i, "%s", noYear(c, k))
		}
		digits[k] = c
		p.i++
	}
	least, greatest, sparse := digitRange(digits)
	if p.peek() == 'S' {
		if least != greatest {
			return p.fail(p.i, "S counts known digits; unknown ones are written X or counted, not both")
		}
		return p.significant(pt, least, 4)
	}
	if sparse {
		pt.digits = digits
	}
	pt.lo, pt.hi = least, greatest
	if pt.neg {
		pt.lo, pt.hi = -greatest, min(-least, -1) // -0000 is no year
		if greatest == 0 {
			return p.fail(at, "the year 0000 is written without a sign")
		}
	}
	if digits == [4]byte{'X', 'X', 'X', 'X'} {
		if pt.neg {
			return p.fail(start, "an unknown year has no sign: write XXXX, or ../-0001 for any year before 0000")
		}
		pt.lo, pt.hi = noLo, noHi
	}
	return true
}

func noYear(c byte, k int) string {
	switch {
	case c == 'u' || c == 'x':
		return "an unknown digit is a capital X"
	case c == 'y':
		return "a long year begins with a capital Y"
	case k > 0 && (c == 0 || c == '-'):
		return "a year has four digits: 0476 for the year 476, 201X for the decade"
	}
	return "want a year of four digits; where it is not known, XXXX, as in XXXX-05-08"
}

// digitRange is the least and the greatest number of that pattern; sparse if not
// all between them fit, since a digit follows an X.
func digitRange(digits [4]byte) (least, greatest int64, sparse bool) {
	var unknown bool
	for _, c := range digits {
		least, greatest = least*10, greatest*10
		if c == 'X' {
			greatest += 9
			unknown = true
			continue
		}
		sparse = sparse || unknown
		least += int64(c - '0')
		greatest += int64(c - '0')
	}
	return least, greatest, sparse
}

// significant reads S2: of the n digits of the year the first two are known.
func (p *parser) significant(pt *point, year int64, n int) bool {
	p.i++
	at := p.i
	s, ok := p.number(2)
	if !ok || s < 1 || s > int64(n) || p.in[at] == '0' {
		return p.fail(at, "S is followed by the number of known digits, 1 to %d here", n)
	}
	if pt.neg && year == 0 {
		return p.fail(at, "the year 0000 has no sign")
	}
	unit := int64(1)
	for range int64(n) - s {
		unit *= 10
	}
	lo, hi := year/unit*unit, year/unit*unit+unit-1
	if hi > maxYear {
		return p.fail(at, "years go to %d", int64(maxYear))
	}
	pt.form = formLong
	pt.lo, pt.hi = lo, hi
	if pt.neg {
		pt.lo, pt.hi = -hi, min(-lo, -1)
	}
	return true
}

// longYear reads what follows Y.
func (p *parser) longYear(pt *point) bool {
	pt.form = formLong
	pt.neg = p.accept('-')
	at := p.i
	y, ok := p.number(18)
	n := p.i - at
	switch {
	case !ok:
		return p.fail(p.i, "want the digits of a year behind Y, at most 18")
	case p.in[at] == '0':
		return p.fail(at, "a long year begins with another digit than 0")
	case y > maxYear:
		return p.fail(at, "years go to %d", int64(maxYear))
	}
	if p.accept('E') {
		at := p.i
		e, ok := p.number(2)
		if !ok || p.in[at] == '0' {
			return p.fail(at, "want an exponent without leading zeros behind E, as in Y-17E7")
		}
		for range e {
			if y *= 10; y > maxYear {
				return p.fail(at, "years go to %d", int64(maxYear))
			}
		}
		n += int(e)
	} else if n <= 4 {
		return p.fail(at, "a year of up to four digits has no Y: write it as four digits, 0476")
	}
	if p.peek() == 'S' {
		return p.significant(pt, y, n)
	}
	if pt.neg {
		y = -y
	}
	pt.lo, pt.hi = y, y
	return true
}

// month reads 05, XX, 1X, or a division of the year, 21 to 41.
func (p *parser) month(pt *point) bool {
	at := p.i
	a, b, ok := p.pair("month")
	if !ok {
		return false
	}
	if a != 'X' && b != 'X' {
		switch n := int(a-'0')*10 + int(b-'0'); {
		case n == 0:
			return p.fail(at, "there is no month 00; where the month is not known, write XX, as in 2004-XX")
		case n > 41 || n > 12 && n < 21:
			return p.fail(at, "months are 01 to 12, seasons and other parts of a year 21 to 41")
		case n > 12:
			pt.form, pt.months = formLong, divisions[n-21]
			return true
		}
	}
	pt.months = uint16(fitting(a, b, 12))
	if pt.months == 0 {
		return p.fail(at, "no month fits; months are 01 to 12")
	}
	return true
}

// divisions are the months of 21 to 41: see the package comment for the seasons.
var divisions = [...]uint16{
	allMonths, allMonths, allMonths, allMonths, // spring, summer, autumn, winter
	allMonths, allMonths, allMonths, allMonths, // the northern ones
	allMonths, allMonths, allMonths, allMonths, // the southern ones
	0b111 << 1, 0b111 << 4, 0b111 << 7, 0b111 << 10, // quarters
	0b1111 << 1, 0b1111 << 5, 0b1111 << 9, // quadrimesters
	0b111111 << 1, 0b111111 << 7, // half-years
}

// day reads 08, XX or 1X, and asks the calendar.
func (p *parser) day(pt *point) bool {
	at := p.i
	a, b, ok := p.pair("day")
	if !ok {
		return false
	}
	pt.days = fitting(a, b, 31)
	switch {
	case a == '0' && b == '0':
		return p.fail(at, "there is no day 00; where the day is not known, write XX, as in 2004-02-XX")
	case pt.days == 0:
		return p.fail(at, "no day fits; days are 01 to 31")
	}
	if pt.yearless() {
		_, ok = pt.first(days(2000, 1, 1), 0) // a leap year: February has its 29th
	} else {
		_, ok = pt.interval()
	}
	if ok {
		return true
	}
	for m := 1; m <= 12; m++ {
		if pt.months == 1<<m && pt.lo == pt.hi {
			return p.fail(at, "there is no such day: that month has %d days", monthDays(pt.lo, m))
		}
	}
	return p.fail(at, "there is no such day in any month and year that fit")
}

// fitting has a bit for each number from 1 to most that the two digits may be.
func fitting(a, b byte, most int) (mask uint32) {
	if a != 'X' && b != 'X' {
		if n := int(a-'0')*10 + int(b-'0'); n >= 1 && n <= most {
			return 1 << n
		}
		return 0
	}
	for n := 1; n <= most; n++ {
		if (a == 'X' || int(a-'0') == n/10) && (b == 'X' || int(b-'0') == n%10) {
			mask |= 1 << n
		}
	}
	return mask
}

// pair reads two digits or Xs.
func (p *parser) pair(what string) (a, b byte, ok bool) {
	var d [2]byte
	for k := range d {
		c := p.peek()
		switch {
		case c == 'u' || c == 'x':
			return 0, 0, p.fail(p.i, "an unknown digit is a capital X")
		case !isDigit(c) && c != 'X':
			return 0, 0, p.fail(p.i, "a %s has two digits, or XX where it is not known", what)
		}
		d[k] = c
		p.i++
	}
	return d[0], d[1], true
}

// time reads T23:20:30 with nothing, Z, ±hh or ±hh:mm behind it.
func (p *parser) time(pt *point) bool {
	switch {
	case p.slash:
		return p.fail(p.i, "an interval is between dates; leave the time out")
	case pt.qualifier() != 0:
		return p.fail(p.i, "a date with a time has no qualifiers; leave the time out")
	case strings.Contains(p.in, "X"):
		return p.fail(p.i, "only a day that is wholly known has a time")
	}
	n, _ := pt.first(days(pt.lo, 1, 1), 0)
	p.i++
	at := p.i
	var t [3]int64
	for k := range t {
		if k > 0 && !p.accept(':') {
			return p.fail(p.i, "a time is hh:mm:ss, as in T23:20:30")
		}
		var ok bool
		if t[k], ok = p.twoDigits(); !ok {
			return p.fail(p.i, "a time is hh:mm:ss, as in T23:20:30")
		}
	}
	if t[0] > 23 || t[1] > 59 || t[2] > 59 {
		return p.fail(at, "a day has the times 00:00:00 to 23:59:59; midnight at its end is T00:00:00 of the next")
	}
	offset, ok := p.offset()
	if !ok {
		return false
	}
	pt.form = formTime
	pt.second = Bound(n*daySeconds + t[0]*3600 + t[1]*60 + t[2] - offset)
	return true
}

// offset reads the seconds that local time is ahead of UTC.
func (p *parser) offset() (int64, bool) {
	at, sign := p.i, int64(1)
	switch {
	case p.i == p.end:
		return 0, true
	case p.accept('Z'):
		if p.i != p.end {
			return 0, p.fail(p.i, "nothing follows Z")
		}
		return 0, true
	case p.accept('-'):
		sign = -1
	case !p.accept('+'):
		return 0, p.fail(p.i, "want Z, +hh:mm, -hh:mm or nothing behind the time; fractions of seconds are left out")
	}
	h, ok := p.twoDigits()
	var m int64
	if ok && p.accept(':') {
		m, ok = p.twoDigits()
	}
	if !ok || h > 23 || m > 59 || p.i != p.end {
		return 0, p.fail(at, "an offset is Z, ±hh or ±hh:mm, up to 23:59")
	}
	return sign * (h*3600 + m*60), true
}

func (p *parser) twoDigits() (int64, bool) {
	at := p.i
	n, ok := p.number(2)
	return n, ok && p.i-at == 2
}

// number reads up to most digits; false if there is none, or one more.
func (p *parser) number(most int) (n int64, ok bool) {
	at := p.i
	for isDigit(p.peek()) {
		if p.i-at == most {
			return 0, false
		}
		n = n*10 + int64(p.in[p.i]-'0')
		p.i++
	}
	return n, p.i > at
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
