package extract_test

import (
	"testing"

	"github.com/onrecord/onrecord/seed/extract"
)

func TestDayOf(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]extract.Day{
		"on Monday":             {Weekday: 1},
		"Sunday, July 30, 2018": {Weekday: 7, Month: 7, Day: 30, Year: 2018},
		"Sept. 4":               {Month: 9, Day: 4},
		"am 3. März 2019":       {Month: 3, Day: 3, Year: 2019},
		"gestern":               {Yesterday: true},
		"سه‌شنبه":               {Weekday: 2},
		"سه شنبه":               {Weekday: 2},
		"شنبه":                  {Weekday: 6},
		"يوم الاثنين":           {Weekday: 1},
		"":                      {},
		"last year":             {},
	} {
		if got := extract.DayOf(words); got != want {
			t.Errorf("%q: got %+v, want %+v", words, got, want)
		}
	}
}

func TestPronounAndUntitled(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]bool{"he": true, "They": true, "ihm": true, "Lee": false, "he said": false, "": false} {
		if got := extract.Pronoun(words); got != want {
			t.Errorf("Pronoun(%q): got %v, want %v", words, got, want)
		}
	}
	for name, want := range map[string]string{"President Donald Trump": "Donald Trump", "Sen. Ann Lee": "Ann Lee", "President": "President", "Ann Lee": "Ann Lee", "": ""} {
		if got := extract.Untitled(name); got != want {
			t.Errorf("Untitled(%q): got %q, want %q", name, got, want)
		}
	}
}
