package pages

import (
	"strconv"
	"strings"

	"github.com/onrecord/onrecord/graph/edtf"
)

var months = []string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}

var weekdays = []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}

// dateless is written where the record knows no date.
const dateless = "undated"

// String is the date as a newspaper prints it. What is not known is said, never
// filled in.
func (d *Date) String() string {
	switch {
	case d == nil:
		return dateless
	case d.EDTF != "":
		return spoken(d.EDTF)
	case d.Weekday >= 1 && d.Weekday <= 7:
		return "a " + weekdays[d.Weekday-1] + ", date not known"
	case d.Written != "":
		return "“" + d.Written + "”, date not known"
	}
	return dateless
}

// Machine is the date for <time datetime>: a day, a month or a year; "" where
// HTML has no form for it.
func (d *Date) Machine() string {
	if d == nil || len(d.EDTF) > 10 || strings.ContainsAny(d.EDTF, "X~?%/.,[{Y") {
		return ""
	}
	return d.EDTF
}

// Source is how the source wrote the date, where that is not what is printed.
func (d *Date) Source() string {
	if d == nil || d.Written == "" || d.EDTF == "" || d.Written == d.String() {
		return ""
	}
	return d.Written
}

// spoken puts an EDTF date into words; what there are no words for stays as it is.
func spoken(s string) string {
	date, err := edtf.Parse(s)
	if err != nil {
		return s
	}
	if from, to, ranged := strings.Cut(s, "/"); ranged {
		switch {
		case from == "" || from == "..":
			return "up to " + spoken(to)
		case to == "" || to == "..":
			return "from " + spoken(from)
		}
		return spoken(from) + " to " + spoken(to)
	}
	bare := strings.TrimRight(strings.TrimLeft(s, "~?%"), "~?%")
	if strings.ContainsAny(bare, "~?%[{,") {
		return s // qualified in parts, or one of a set
	}
	words, ok := plainWords(bare)
	if !ok {
		return s
	}
	switch date.Qualifier().String() {
	case "~":
		return "about " + words
	case "?":
		return words + " (uncertain)"
	case "%":
		return "about " + words + " (uncertain)"
	}
	return words
}

// plainWords puts YYYY, YYYY-MM, YYYY-MM-DD and their forms with unspecified
// digits into words. A time of day is not printed.
func plainWords(s string) (string, bool) {
	day, _, _ := strings.Cut(s, "T")
	parts := strings.Split(day, "-")
	if len(parts) > 3 || len(parts[0]) != 4 {
		return "", false
	}
	year, known := parts[0], true
	switch {
	case year == "XXXX":
		known = false
	case strings.HasSuffix(year, "XX") && digits(year[:2]):
		year = "between " + year[:2] + "00 and " + year[:2] + "99"
	case strings.HasSuffix(year, "X") && digits(year[:3]):
		year = year[:3] + "0s"
	case !digits(year):
		return "", false
	}
	if len(parts) == 1 {
		if !known {
			return "year not known", true
		}
		return year, true
	}
	withYear := func(what string) (string, bool) {
		if !known {
			return what + ", year not stated", true
		}
		return what + " " + year, true
	}
	if parts[1] == "XX" {
		if !known {
			return "date not known", true
		}
		return year, true
	}
	m, err := strconv.Atoi(parts[1])
	if err != nil {
		return "", false
	}
	if name, ok := season(m); ok && len(parts) == 2 {
		return withYear(name)
	}
	if m < 1 || m > 12 {
		return "", false
	}
	if len(parts) == 2 {
		return withYear(months[m-1])
	}
	if parts[2] == "XX" {
		return withYear("day not known, " + months[m-1])
	}
	n, err := strconv.Atoi(parts[2])
	if err != nil {
		return "", false
	}
	return withYear(strconv.Itoa(n) + " " + months[m-1])
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func season(n int) (string, bool) {
	name, ok := map[int]string{
		21: "spring", 22: "summer", 23: "autumn", 24: "winter",
		33: "first quarter of", 34: "second quarter of", 35: "third quarter of", 36: "fourth quarter of",
		40: "first half of", 41: "second half of",
	}[n]
	return name, ok
}
