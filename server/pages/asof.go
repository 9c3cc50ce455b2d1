package pages

import (
	"net/http"
	"regexp"
	"strconv"
	"time"
)

// asOf is the state of the record that a page shows; zero for the present.
type asOf struct {
	Seq  int
	Time string // RFC 3339
	raw  string
}

func (a asOf) given() bool { return a.raw != "" }

// Given reports whether the page shows an earlier state.
func (a asOf) Given() bool { return a.given() }

// String is the state as an address has it.
func (a asOf) String() string { return a.raw }

var seqForm = regexp.MustCompile(`^[0-9]{1,15}$`)

// parseAsOf reads a revision's number, a time, or a day, which means its end in
// UTC.
func parseAsOf(s string) (asOf, error) {
	if s == "" {
		return asOf{}, nil
	}
	if seqForm.MatchString(s) {
		n, err := strconv.Atoi(s)
		if err == nil && n > 0 {
			return asOf{Seq: n, raw: s}, nil
		}
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return asOf{Time: t.UTC().Format(time.RFC3339Nano), raw: s}, nil
	}
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return asOf{Time: t.Add(24*time.Hour - time.Nanosecond).Format(time.RFC3339Nano), raw: s}, nil
	}
	return asOf{}, &refusal{
		status: http.StatusBadRequest, title: "No such state of the record",
		message: "asOf is a revision's number (asOf=3), a day (asOf=2018-08-14) or a time (asOf=2018-08-14T12:00:00Z), and not “" + clip(s) + "”.",
	}
}
