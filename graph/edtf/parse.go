package edtf

import (
	"fmt"
	"strings"
)

// SyntaxError says why a text is no date, where, and what to write instead.
type SyntaxError struct {
	Input  string
	Offset int // in bytes
	Reason string
}

func (e *SyntaxError) Error() string {
	in := e.Input
	if len(in) > maxLen {
		in = in[:maxLen] + "…"
	}
	return fmt.Sprintf("EDTF date %q, byte %d: %s", in, e.Offset, e.Reason)
}

// maxLen is far above any date that says something.
const maxLen = 128

// Parse reads an EDTF date. The error is a [*SyntaxError].
func Parse(s string) (Date, error) {
	p := parser{in: s}
	d, ok := p.date()
	if !ok {
		return Date{}, &SyntaxError{Input: s, Offset: p.errAt, Reason: p.reason}
	}
	return d, nil
}

// MustParse is [Parse] for dates in source code; it panics if s is none.
func MustParse(s string) Date {
	d, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

type parser struct {
	in     string
	i, end int // the next byte, and where this date ends: at the slash or the end of in
	slash  bool

	errAt  int
	reason string
}

func (p *parser) fail(at int, reason string, args ...any) bool {
	if p.reason == "" {
		p.errAt, p.reason = at, fmt.Sprintf(reason, args...)
	}
	return false
}

func (p *parser) date() (Date, bool) {
	switch {
	case p.in == "":
		return Date{}, p.fail(0, "empty; where nothing is known, leave the date out")
	case len(p.in) > maxLen:
		return Date{}, p.fail(maxLen, "longer than %d bytes; a set or list of dates is several statements", maxLen)
	case p.in[0] == '[' || p.in[0] == '{':
		return Date{}, p.fail(0, "sets of dates are not accepted; state each date by itself, or an interval such as 1667/1672")
	}
	a, b, ok := p.points()
	if !ok {
		return Date{}, false
	}
	i, ok := a.interval()
	if !ok {
		return Date{}, p.fail(0, "no day of the calendar fits")
	}
	d := Date{text: p.in, ranged: p.slash, form: a.form, q: a.qualifier()}
	d.yearless = a.form != formOpen && a.yearless()
	if p.slash {
		at := strings.IndexByte(p.in, '/') + 1
		j, ok := b.interval()
		switch {
		case !ok:
			return Date{}, p.fail(at, "no day of the calendar fits")
		case i.Earliest > j.Latest:
			return Date{}, p.fail(at, "the interval ends before it begins; exchange its ends")
		}
		i.Latest = j.Latest
		d.q |= b.qualifier()
		d.yearless = d.yearless || b.form != formOpen && b.yearless()
	}
	d.iv = i
	return d, true
}

// points reads both ends; of a date without a slash they are the same.
func (p *parser) points() (a, b point, ok bool) {
	at := strings.IndexByte(p.in, '/')
	if at < 0 {
		p.end = len(p.in)
		a, ok = p.point()
		return a, a, ok
	}
	if n := strings.IndexByte(p.in[at+1:], '/'); n >= 0 {
		return a, b, p.fail(at+1+n, "a second slash; an interval has one (2004-02/2005), a day has hyphens (2018-05-08)")
	}
	p.slash = true
	p.end = at
	if a, ok = p.endpoint(); !ok {
		return a, b, false
	}
	p.i, p.end = at+1, len(p.in)
	if b, ok = p.endpoint(); !ok {
		return a, b, false
	}
	if a.form == formOpen && b.form == formOpen {
		return a, b, p.fail(0, "an interval without a date at either end; leave the date out")
	}
	return a, b, true
}

func (p *parser) endpoint() (point, bool) {
	switch p.in[p.i:p.end] {
	case "", "..":
		return point{}, true
	case "open", "unknown":
		return point{}, p.fail(p.i, "the 2012 draft's word; write .. for an open end, nothing for an unknown one")
	}
	return p.point()
}

func (p *point) qualifier() Qualifier { return p.q[0] | p.q[1] | p.q[2] }

// ends reads the text again: points are needed seldom, and would make a Date
// four times as large.
func (d Date) ends() (from, to point) {
	if d.IsZero() {
		return anyDay, anyDay
	}
	p := parser{in: d.text}
	from, to, _ = p.points()
	return from, to
}

func (p *parser) peek() byte {
	if p.i < p.end {
		return p.in[p.i]
	}
	return 0
}

func (p *parser) accept(c byte) bool {
	if p.peek() != c || p.i >= p.end {
		return false
	}
	p.i++
	return true
}

func (p *parser) point() (pt point, ok bool) {
	pt.form, pt.months, pt.days = formYear, allMonths, allDays
	if !p.part(&pt, 0, p.year) {
		return pt, false
	}
	if p.i == p.end {
		return pt, true
	}
	if p.peek() != '-' {
		return pt, p.fail(p.i, "%s", p.afterYear())
	}
	if pt.form != formYear {
		return pt, p.fail(p.i, "a year with Y, E or S stands alone; leave month and day out")
	}
	p.i++
	pt.form = formMonth
	if !p.part(&pt, 1, p.month) || p.i == p.end {
		return pt, p.reason == ""
	}
	if p.peek() != '-' {
		return pt, p.fail(p.i, "want - and a day behind the month, as in 2018-05-08")
	}
	if pt.form != formMonth {
		return pt, p.fail(p.i, "a season or other part of a year has no days")
	}
	p.i++
	pt.form = formDay
	if !p.part(&pt, 2, p.day) || p.i == p.end {
		return pt, p.reason == ""
	}
	if p.peek() != 'T' {
		return pt, p.fail(p.i, "want the end, or T and a time such as T23:20:30Z, behind the day")
	}
	return pt, p.time(&pt)
}

func (p *parser) afterYear() string {
	switch c := p.peek(); {
	case c >= '0' && c <= '9' && p.end-p.i == 4:
		return "want hyphens: 2018-05-08, not 20180508"
	case c >= '0' && c <= '9':
		return "a year has four digits; longer ones begin with Y, as in Y170000002"
	}
	return "want the end, or - and a month, behind the year"
}

// part reads one part of a date with its qualifiers. One behind it holds for
// all parts so far.
func (p *parser) part(pt *point, k int, read func(*point) bool) bool {
	q, before := p.qualifier()
	pt.q[k] |= q
	if !read(pt) {
		return false
	}
	at := p.i
	q, after := p.qualifier()
	if before && after {
		return p.fail(at, "two qualifiers on one part; write %% for uncertain and approximate")
	}
	for j := 0; j <= k; j++ {
		pt.q[j] |= q
	}
	return true
}

func (p *parser) qualifier() (q Qualifier, ok bool) {
	switch p.peek() {
	case '?':
		q = Uncertain
	case '~':
		q = Approximate
	case '%':
		q = Uncertain | Approximate
	default:
		return 0, false
	}
	p.i++
	return q, true
}
