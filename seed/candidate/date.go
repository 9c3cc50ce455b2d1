package candidate

import (
	"fmt"
	"strings"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/seed/extract"
)

// The rules by which a day is resolved from the day of publication.
const (
	ruleWeekday   = "latest-weekday-on-or-before-publication"
	ruleMonthDay  = "latest-month-day-on-or-before-publication"
	ruleToday     = "day-of-publication"
	ruleYesterday = "day-before-publication"
)

// said gives a statement the day that the text tells.
func (m *maker) said(f *extract.Attribution, n *graph.Node) error {
	words, err := m.words(f.Said)
	if err != nil || words == "" {
		return err
	}
	w, err := When(words, m.article.Published.Effective(), m.article.Source)
	if err != nil {
		return err
	}
	n.Props["said"] = w
	return nil
}

// When reads words that tell a day, "on Monday", "July 30", "am 3. Mai 2019", and
// resolves it from the day of publication where there is one. What it cannot
// read it keeps as written.
func When(words string, published edtf.Date, source string) (edtf.When, error) {
	t := extract.DayOf(words)
	w := edtf.When{Written: strings.TrimSpace(words), Weekday: t.Weekday}
	switch {
	case t.Month > 0 && t.Day > 0:
		year := "XXXX"
		if t.Year > 0 {
			year = fmt.Sprintf("%04d", t.Year)
		}
		if d, err := edtf.Parse(fmt.Sprintf("%s-%02d-%02d", year, t.Month, t.Day)); err == nil {
			w.EDTF = d
		}
	case t.Month > 0 && t.Year > 0:
		if d, err := edtf.Parse(fmt.Sprintf("%04d-%02d", t.Year, t.Month)); err == nil {
			w.EDTF = d
		}
	}
	if weekday := edtf.Weekday(published); weekday > 0 {
		var d edtf.Date
		rule := ""
		switch {
		case t.Month > 0 && t.Day > 0 && t.Year == 0:
			d, rule = edtf.LatestMonthDayOnOrBefore(published, t.Month, t.Day), ruleMonthDay
		case t.Month > 0:
		case t.Weekday > 0:
			d, rule = edtf.LatestOnOrBefore(published, t.Weekday), ruleWeekday
		case t.Today:
			d, rule = edtf.LatestOnOrBefore(published, weekday), ruleToday
		case t.Yesterday:
			d, rule = edtf.LatestOnOrBefore(published, (weekday+5)%7+1), ruleYesterday
		}
		if !d.IsZero() {
			w.Resolution = &edtf.Resolution{EDTF: d, Rule: rule, Source: source}
		}
	}
	if w.Validate() == nil {
		return w, nil
	}
	w.Resolution = nil // "Tuesday, July 30" of a year in which it is none
	if w.Validate() == nil {
		return w, nil
	}
	w = edtf.When{Written: w.Written}
	return w, w.Validate()
}
