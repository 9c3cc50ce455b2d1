package page

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/onrecord/onrecord/graph/edtf"
)

var (
	isoDate = regexp.MustCompile(`^(\d{4})(-(\d{2})(-(\d{2}))?)?([T ]\d{1,2}:\d{2}.*)?$`)
	slashed = regexp.MustCompile(`^(\d{4})/(\d{1,2})/(\d{1,2})(\s.*)?$`)
	compact = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})(T?\d{4,6}.*)?$`)
)

// layouts are the other forms in which metadata gives dates, all of them with
// the month in English letters or the year first, so that none can be misread.
var layouts = []string{
	time.RFC1123, time.RFC1123Z, time.RFC850, time.ANSIC, time.UnixDate, time.RubyDate,
	"January 2, 2006", "Jan 2, 2006", "2 January 2006", "2 Jan 2006", "Monday, January 2, 2006", "Monday, 2 January 2006",
	"January 2, 2006 15:04", "January 2, 2006 3:04 PM", "Jan. 2, 2006", "Mon, 2 Jan 2006 15:04:05 MST", "Mon, 2 Jan 2006 15:04:05 -0700",
}

// dated reads a date of the metadata as the day, month or year that it states,
// in the page's own time zone. 03/04/2018 is refused: it is two days.
func dated(s string) (edtf.When, bool) {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > 100 {
		return edtf.When{}, false
	}
	text := ""
	switch m := isoDate.FindStringSubmatch(s); {
	case m != nil && m[5] == "" && m[6] != "":
		return edtf.When{}, false
	case m != nil:
		text = m[1] + m[2]
	case slashed.MatchString(s):
		m := slashed.FindStringSubmatch(s)
		text = m[1] + "-" + two(m[2]) + "-" + two(m[3])
	case compact.MatchString(s):
		m := compact.FindStringSubmatch(s)
		text = m[1] + "-" + m[2] + "-" + m[3]
	default:
		for _, layout := range layouts {
			if t, err := time.Parse(layout, s); err == nil {
				text = t.Format("2006-01-02")
				break
			}
		}
	}
	date, err := edtf.Parse(text)
	if err != nil {
		return edtf.When{}, false
	}
	if year, _ := strconv.Atoi(text[:4]); year < 1400 {
		return edtf.When{}, false // 0001-01-01 is what programs write for none
	}
	return edtf.When{Written: s, EDTF: date}, true
}

func two(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}
