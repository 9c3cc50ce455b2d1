// Package edtf is a date as a record knows it: often not whole, sometimes
// without a year, sometimes no more than "Monday".
//
// It reads the Extended Date/Time Format (EDTF, ISO 8601-2:2019), says which
// stretch of time a date can lie in, and orders such stretches without
// claiming more than they tell. A leaf: it knows no store, no clock, no time
// zone database.
//
// # Nouns
//
//   - A [Date] is one accepted EDTF text: a day, a month, a year, a season, an
//     instant, or an interval between two of them. Immutable; == compares the text.
//   - A [Bound] is a second, or the absence of one. An [Interval] is the first
//     and the last second at which a date can lie.
//   - A [When] is what a source says of a time: the words, the date they make,
//     a weekday, what the order of events implies, and, kept apart, the date
//     that somebody resolved it to with the rule or source that did.
//   - A sort key is ten bytes in which intervals order: see [AppendSortKey].
//
// # Units
//
// A [Bound] counts seconds since 1970-01-01T00:00:00Z in the proleptic
// Gregorian calendar, without leap seconds. Intervals are closed: a day is
// [00:00:00, 23:59:59]. Years are astronomical: 0000 is 1 BC, -0001 is 2 BC.
// A date that states no offset is read as UTC, the only reading that gives the
// same key on every machine. So two sources in different zones may disagree by
// a day about "the same" day, here as on paper.
//
// Weekdays are 1 Monday … 7 Sunday, as in ISO 8601.
//
// # What is accepted
//
// Levels 0 and 1 whole. Of level 2: unspecified digits anywhere (XXXX-05-08,
// 156X-12-25, 1X32), qualification of groups and of single parts
// (2004-06~-11, ?2004-06-~11), exponential years (Y-17E7), significant digits
// (1950S2), divisions of the year (25 to 41). Sets ([1667,1668] and {…}) are
// refused: they are several dates, and several dates are several statements.
// The calendar is checked: 2018-02-30 and 2019-02-29 are no dates.
//
// # Readings that had to be chosen
//
//   - Qualifiers (? uncertain, ~ approximate, % both) do not widen the
//     interval: EDTF gives them no width, and an invented one would order what
//     the source does not. [Date.Qualifier] reports them.
//   - XXXX means that the year is not known, not "some year from 0000 to
//     9999": it is unbounded on both sides. 1XXX is 1000 to 1999.
//   - Seasons (21 to 32) lie somewhere in their year. They say no months: 21 is
//     March in Tehran and September in Canberra. Where ISO names a hemisphere
//     (25 to 32) it still gives no days. Quarters, quadrimesters and
//     half-years (33 to 41) have their months.
//   - An open end (..) and an unknown one (nothing) are both unbounded. The
//     text keeps the difference.
//
// # Promises
//
// [Date.String] gives back the accepted text, byte for byte. The sort key and
// the binary form of [When] are stored in databases and do not change. No
// function but [MustParse] panics, on any input.
//
// Start with [Parse], [When] and [Compare].
package edtf
