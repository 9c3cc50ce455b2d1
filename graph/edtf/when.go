package edtf

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// When is what a source says of a time, and apart from it what somebody made of
// it. "On Monday" has Written and Weekday and no EDTF, since no EDTF text says
// "a Monday"; read in an article of 15 August 2018 it is resolved to 2018-08-13 by a
// rule, and the rule is on record beside the day.
//
// The zero When says nothing. Copies share the Resolution: do not change one
// that is in use.
type When struct {
	// Written is the source's own words: "May 8", "recent weeks".
	Written string
	// EDTF is what they say by themselves: XXXX-05-08. Zero where nothing.
	EDTF Date
	// Weekday is 1 Monday … 7 Sunday where the source names one, else 0.
	Weekday int
	// NotBefore and NotAfter follow from the order in which the source tells
	// of events; zero where nothing follows. Both are inclusive: not before
	// 2015 is from 2015-01-01 on.
	NotBefore, NotAfter Date
	// Resolution is the closer date that somebody gave it; nil if nobody did.
	Resolution *Resolution
}

// Resolution is a closer date than the source gives, and what it rests on.
type Resolution struct {
	EDTF   Date
	Rule   string // "latest Monday on or before publication"
	Source string // what else says so: a URL, the id of a source
}

// IsZero reports whether w says nothing.
func (w When) IsZero() bool { return w == When{} }

// Equal reports whether w and v say the same.
func (w When) Equal(v When) bool {
	a, b := w.Resolution, v.Resolution
	w.Resolution, v.Resolution = nil, nil
	return w == v && (a == b || a != nil && b != nil && *a == *b)
}

// Effective is the date to go by: the resolution, else what is written.
func (w When) Effective() Date {
	if w.Resolution != nil {
		return w.Resolution.EDTF
	}
	return w.EDTF
}

// ResolvedBy is the rule that resolved w, else the source; "" if nothing did.
func (w When) ResolvedBy() string {
	switch {
	case w.Resolution == nil:
		return ""
	case w.Resolution.Rule != "":
		return w.Resolution.Rule
	}
	return w.Resolution.Source
}

func (w When) bounds() Interval {
	return Interval{w.NotBefore.Interval().Earliest, w.NotAfter.Interval().Latest}
}

// Interval is the first and the last second that the effective date, the weekday
// and the bounds leave. XXXX-05-08 not before 2015 is earliest 2015-05-08: the
// first day that fits on or after the bound; a Monday not before 2018-08-10 and
// not after 2018-08-17 is 2018-08-13. A weekday alone bounds nothing.
//
// Where the parts exclude each other, which [When.Validate] refuses, it is the
// interval of the effective date alone.
func (w When) Interval() Interval {
	i, ok := w.narrow()
	if !ok {
		return w.Effective().Interval()
	}
	return i
}

func (w When) narrow() (Interval, bool) {
	d := w.Effective()
	i, ok := d.Interval().Intersect(w.bounds())
	if !ok || d.ranged || d.form == formTime || i == d.Interval() && w.Weekday == 0 {
		return i, ok // an interval goes on through days that are neither of its ends
	}
	p, _ := d.ends()
	weekday := w.Weekday
	if weekday < 1 || weekday > 7 {
		weekday = 0 // Validate refuses others
	}
	if i.Earliest.Bounded() {
		n, ok := p.first(i.Earliest.day(), weekday)
		if !ok {
			return Interval{}, false
		}
		i.Earliest = max(i.Earliest, startOfDay(n))
	}
	if i.Latest.Bounded() {
		n, ok := p.last(i.Latest.day(), weekday)
		if !ok {
			return Interval{}, false
		}
		i.Latest = min(i.Latest, endOfDay(n))
	}
	return i, i.Earliest <= i.Latest
}

// YearUnknown reports whether the effective date has month or day but no year
// (XXXX-05-08), and the bounds do not leave just one.
func (w When) YearUnknown() bool {
	if !w.Effective().YearUnknown() {
		return false
	}
	i := w.Interval()
	if !i.Bounded() {
		return true
	}
	from, _, _ := civil(i.Earliest.day())
	to, _, _ := civil(i.Latest.day())
	return from != to
}

// Unresolved reports whether w says something that is no date: neither EDTF
// nor bounds on both sides place it in the calendar. "Monday" and "recent weeks"
// are unresolved; XXXX-05-08 is a date without a year, see [When.YearUnknown].
func (w When) Unresolved() bool {
	return !w.IsZero() && w.Effective().IsZero() && !w.Interval().Bounded()
}

// Validate reports the first disagreement among the parts of w.
func (w When) Validate() error {
	if w.Weekday < 0 || w.Weekday > 7 {
		return fmt.Errorf("weekday %d: want 1 Monday to 7 Sunday, or 0 for none", w.Weekday)
	}
	if !utf8.ValidString(w.Written) {
		return fmt.Errorf("written %q: not UTF-8", w.Written)
	}
	if err := w.validateBounds(); err != nil {
		return err
	}
	if err := w.fits("date", w.EDTF); err != nil || w.Resolution == nil {
		return err
	}
	return w.validateResolution()
}

func (w When) validateBounds() error {
	b := w.bounds()
	switch {
	case !w.NotBefore.IsZero() && b.Earliest == Past:
		return fmt.Errorf("notBefore %q bounds nothing: give a year, or leave it out", w.NotBefore)
	case !w.NotAfter.IsZero() && b.Latest == Future:
		return fmt.Errorf("notAfter %q bounds nothing: give a year, or leave it out", w.NotAfter)
	case b.Earliest > b.Latest:
		return fmt.Errorf("notBefore %q is after notAfter %q", w.NotBefore, w.NotAfter)
	}
	return nil
}

func (w When) validateResolution() error {
	r := w.Resolution
	switch {
	case r.EDTF.IsZero():
		return errors.New("resolved to no date: give one, or leave the resolution out")
	case r.Rule == "" && r.Source == "":
		return fmt.Errorf("resolved to %q by nothing: name the rule or the source", r.EDTF)
	case !utf8.ValidString(r.Rule) || !utf8.ValidString(r.Source):
		return fmt.Errorf("resolved to %q by a rule or source that is not UTF-8", r.EDTF)
	case !w.EDTF.Covers(r.EDTF):
		return fmt.Errorf("resolved to %q, which is not within %q", r.EDTF, w.EDTF)
	}
	return w.fits("resolved date", r.EDTF)
}

// fits reports whether d agrees with the weekday and the bounds of w.
func (w When) fits(what string, d Date) error {
	if !w.bounds().Overlaps(d.Interval()) {
		return fmt.Errorf("%s %q is not within notBefore %q and notAfter %q", what, d, w.NotBefore, w.NotAfter)
	}
	if w.Weekday != 0 && !d.hasWeekday(w.Weekday) {
		return fmt.Errorf("%s %q has no %s", what, d, weekdays[w.Weekday])
	}
	if _, ok := (When{EDTF: d, Weekday: w.Weekday, NotBefore: w.NotBefore, NotAfter: w.NotAfter}).narrow(); !ok {
		return fmt.Errorf("%s %q has no day that fits the weekday and the bounds", what, d)
	}
	return nil
}

var weekdays = [...]string{"", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}

// hasWeekday reports whether some day of d is that weekday.
func (d Date) hasWeekday(weekday int) bool {
	if d.ranged {
		return true
	}
	if n, ok := d.civilDay(); ok {
		return weekdayOf(n) == weekday
	}
	p, _ := d.ends()
	if p.yearless() {
		return true // in 400 years every day of the year falls on every weekday
	}
	_, ok := p.first(days(p.lo, 1, 1), weekday)
	return ok
}
