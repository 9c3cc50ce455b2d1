package extract

import (
	"strconv"
	"strings"
	"sync"

	"github.com/onrecord/onrecord/graph/text"
)

// A Day is what words say of a day, as far as they say it.
type Day struct {
	Weekday          int // 1 Monday … 7 Sunday; 0 where none is named
	Year, Month, Day int // 0 where it is not told
	Today, Yesterday bool
}

// days are the names of weekdays and months in every language, folded; the
// lists are lang/CODE/days.txt, in their order. A short form may end in a stop.
var days = sync.OnceValue(func() (d struct{ weekday, month, near map[string]int }) {
	d.weekday, d.month, d.near = map[string]int{}, map[string]int{}, map[string]int{}
	for _, code := range Languages() {
		n := map[string]int{}
		section(code, "days.txt", func(head, word string) {
			list := map[string]map[string]int{"weekday": d.weekday, "month": d.month, "near": d.near}[head]
			n[head]++
			for form := range strings.SplitSeq(word, "/") {
				list[text.Fold(joined(form))] = n[head]
			}
		})
	}
	return d
})

// joined takes out the sign by which Persian keeps two letters of a word apart.
func joined(s string) string { return strings.ReplaceAll(s, "\u200c", "") }

// DayOf reads words that tell a day: "on Monday", "July 30, 2018".
func DayOf(words string) Day {
	var d Day
	known, before := days(), ""
	for _, w := range text.Words(joined(words)) {
		if known.weekday[before+w] > 0 {
			w = before + w // Persian writes three of them as two words
		}
		before = w
		n, err := strconv.Atoi(w)
		switch {
		case err != nil && known.weekday[w] > 0:
			d.Weekday = known.weekday[w]
		case err != nil && known.month[w] > 0:
			d.Month = known.month[w]
		case err != nil:
			d.Today = d.Today || known.near[w] == 1
			d.Yesterday = d.Yesterday || known.near[w] == 2
		case n >= 1000 && n <= 9999:
			d.Year = n
		case n >= 1 && n <= 31 && d.Day == 0:
			d.Day = n
		}
	}
	return d
}
