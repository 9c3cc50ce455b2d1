package edtf

// Weekday is the day of the week of d, 1 Monday … 7 Sunday; 0 if d is not one
// calendar day. Of a date with a time it is that of the day as written.
func Weekday(d Date) int {
	n, ok := d.civilDay()
	if !ok {
		return 0
	}
	return weekdayOf(n)
}

// LatestOnOrBefore is the latest given weekday on or before the anchor: what
// "on Monday" means in an article published on the anchor. The zero Date if the
// anchor is not one calendar day or weekday is not 1 to 7.
//
// An anchor with a time counts as its day as written, not in UTC: a newspaper's
// Monday is the one on its own wall. The anchor's qualifier is the result's.
func LatestOnOrBefore(anchor Date, weekday int) Date {
	if weekday < 1 || weekday > 7 {
		return Date{}
	}
	return latest(anchor, anyDay, weekday)
}

// LatestMonthDayOnOrBefore is the latest such day of the year on or before the
// anchor: what "May 8" means in an article about the past that was published on
// the anchor. 29 February goes back to the last leap year. The zero Date if the
// anchor is not one calendar day or there is no such day in any year.
func LatestMonthDayOnOrBefore(anchor Date, month, day int) Date {
	if month < 1 || month > 12 || day < 1 || day > monthDays(2000, month) {
		return Date{}
	}
	p := anyDay
	p.months, p.days = 1<<month, 1<<day
	return latest(anchor, p, 0)
}

func latest(anchor Date, p point, weekday int) Date {
	n, ok := anchor.civilDay()
	if !ok {
		return Date{}
	}
	if n, ok = p.last(n, weekday); !ok {
		return Date{}
	}
	d, err := Parse(dayText(civil(n)) + anchor.Qualifier().String())
	if err != nil { // before -9999
		return Date{}
	}
	return d
}
