package edtf

import "fmt"

// Date is one EDTF date, as [Parse] accepted it. The zero Date is no date: its
// text is "" and its interval [Always].
//
// Dates are values: copy them, compare them with ==, use them as map keys. Equal
// means equal text, so 2018 and 2018-01/2018-12 differ though their intervals do
// not.
type Date struct {
	text string
	// What follows is computed from text by Parse, and kept because a key is
	// made of every date that is written.
	iv       Interval
	q        Qualifier
	form     form
	ranged   bool // has a slash
	yearless bool // no digit of the year is known, at either end
}

// IsZero reports whether d is no date.
func (d Date) IsZero() bool { return d.text == "" }

// String is the text that was parsed.
func (d Date) String() string { return d.text }

// Interval is the first and the last second at which d can lie.
func (d Date) Interval() Interval {
	if d.IsZero() {
		return Always()
	}
	return d.iv
}

// IsInterval reports whether d is written as an interval, with a slash.
func (d Date) IsInterval() bool { return d.ranged }

// YearUnknown reports whether d leaves the year wholly open, as XXXX-05-08
// does. Of 201X the decade is known.
func (d Date) YearUnknown() bool { return d.yearless }

// Civil is the calendar day that d states; false if d is not one day. Of a date
// with a time it is the day as written, in the offset as written.
func (d Date) Civil() (year int64, month, day int, ok bool) {
	n, ok := d.civilDay()
	if !ok {
		return 0, 0, 0, false
	}
	year, month, day = civil(n)
	return year, month, day, true
}

// civilDay is the number of the one day that d states.
func (d Date) civilDay() (int64, bool) {
	switch {
	case d.ranged || d.form < formDay:
		return 0, false
	case d.form == formTime:
		p, _ := d.ends()
		return p.first(days(p.lo, 1, 1), 0)
	}
	return d.iv.Earliest.day(), d.iv.Order() == OrderKnown
}

// Day is a calendar day as a date; an error if there is no such day.
func Day(year int64, month, day int) (Date, error) {
	return Parse(dayText(year, month, day))
}

func dayText(y int64, m, d int) string {
	if y < 0 {
		return fmt.Sprintf("-%04d-%02d-%02d", -y, m, d)
	}
	return fmt.Sprintf("%04d-%02d-%02d", y, m, d)
}

// Qualifier says how far the source, or its reader, vouches for a date.
type Qualifier uint8

// The qualifiers are bits; % in the text is both.
const (
	Uncertain   Qualifier = 1 << iota // ? the source may be wrong
	Approximate                       // ~ the date is an estimate
)

// String is "", "?", "~" or "%".
func (q Qualifier) String() string { return []string{"", "?", "~", "%"}[q&3] }

// Qualifier is all that is said of any part of d.
func (d Date) Qualifier() Qualifier { return d.q }

// Qualifiers is what is said of the year, the month and the day of d. A
// qualifier behind a part holds for all that is left of it, one before a part
// for that part alone: of ?2004-06-~11 the year is uncertain, the day
// approximate, the month neither. Of an interval it is what is said at either end.
func (d Date) Qualifiers() (year, month, day Qualifier) {
	a, b := d.ends()
	return a.q[0] | b.q[0], a.q[1] | b.q[1], a.q[2] | b.q[2]
}

// Covers reports whether r may be a closer account of d: it lies in d's
// interval and agrees with every digit that d states. XXXX-05-08 covers 2018-05-08,
// 2018-05-08T10:00:00Z and 201X-05-08, not 2018-06-01 and not 2018. Qualifiers do not
// count. The zero Date covers everything and is covered by itself alone.
func (d Date) Covers(r Date) bool {
	switch {
	case d.IsZero():
		return true
	case r.IsZero():
		return false
	}
	if d.form == formTime {
		return d.iv == r.iv
	}
	from, to := d.ends()
	a, b := r.ends()
	if d.ranged {
		// What happened within 2004/2005 need not begin in 2004. Only where the
		// bounds say nothing do the ends have to agree.
		return d.iv.Contains(r.iv) && (!r.ranged ||
			(!from.yearless() || from.covers(&a)) && (!to.yearless() || to.covers(&b)))
	}
	return from.covers(&a) && to.covers(&b) && (!r.ranged || from.throughout(r.iv))
}

// MarshalText is the text of d, "" for the zero Date.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.text), nil }

// UnmarshalText is [Parse]; empty text is the zero Date.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	p, err := Parse(string(b))
	if err != nil {
		return err
	}
	*d = p
	return nil
}
