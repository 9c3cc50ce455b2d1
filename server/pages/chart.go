package pages

import (
	"fmt"
	"strconv"
	"time"
)

// Chart is a timeline as a drawing: a lane for each sort of entry, a dot for a
// day, a band for a date that is only known within bounds, and a column of its
// own for what has no date. Lengths are user units of the SVG.
type Chart struct {
	Width, Height int
	Plot          struct{ Left, Right, Bottom int }
	Lanes         []Lane
	Ticks         []Tick
	Marks         []Shape
	Undated       int // the x of the undated column; 0 where there is none
	Label         string
}

// Lane is a row of a chart.
type Lane struct {
	Name  string
	Class string
	Y     int
}

// Tick is a date on the axis.
type Tick struct {
	X    int
	Text string
}

// Shape is an entry in a chart.
type Shape struct {
	X, Y  int
	Width int // of a band; 0 for a dot
	Class string
	Path  string
	Title string
}

const (
	chartWidth  = 720
	chartLeft   = 92
	chartPad    = 14
	laneHeight  = 26
	undatedSize = 84
)

// laneOf is the row and the look of a timeline's entry.
func laneOf(e *Entry) (name, class string) {
	switch e.Node.Kind {
	case "STATEMENT":
		switch e.Polarity {
		case "DENIES":
			return "denied", "denies"
		case "QUESTIONS":
			return "questioned", "questions"
		case "ASSERTS":
			return "asserted", "asserts"
		}
		return "said", "said"
	case "EVENT":
		return "events", "event"
	case "STANCE":
		return "stances", "stance"
	case "REVIEW":
		return "reviews", "review"
	}
	return "other", "other"
}

var laneOrder = []string{"asserted", "denied", "questioned", "said", "events", "stances", "reviews", "other"}

// newChart draws the entries of a timeline.
func newChart(entries []*Entry) *Chart {
	var items []charted
	for _, e := range entries {
		if e.Node == nil {
			continue
		}
		lane, class := laneOf(e)
		items = append(items, charted{lane, class, e.When, e.Node.Path(), clip(e.Node.Label)})
	}
	return draw(items, laneOrder)
}

// charted is something to be drawn.
type charted struct {
	lane, class string
	when        *Date
	path, title string
}

// draw draws items in lanes; nil where there is nothing to be seen: fewer than
// two of them, or none that is dated.
func draw(items []charted, order []string) *Chart {
	type placed struct {
		charted
		from, to int64 // days; from > to where undated
	}
	var all []placed
	var least, most int64
	dated, undated := 0, 0
	lanes := make(map[string]string)
	for _, e := range items {
		p := placed{charted: e, from: 1}
		if e.when != nil {
			from, okFrom := dayNumber(e.when.Earliest)
			to, okTo := dayNumber(e.when.Latest)
			if okFrom && okTo {
				p.from, p.to = from, to
			}
		}
		if p.from > p.to {
			undated++
		} else {
			if dated == 0 || p.from < least {
				least = p.from
			}
			if dated == 0 || p.to > most {
				most = p.to
			}
			dated++
		}
		lanes[e.lane] = e.class
		all = append(all, p)
	}
	if dated == 0 || len(all) < 2 {
		return nil
	}
	c := &Chart{Width: chartWidth}
	c.Plot.Left, c.Plot.Right = chartLeft, chartWidth-chartPad
	if undated > 0 {
		c.Plot.Right -= undatedSize
		c.Undated = c.Plot.Right + chartPad
	}
	y := make(map[string]int)
	for _, name := range order {
		if class, ok := lanes[name]; ok {
			y[name] = 8 + laneHeight/2 + laneHeight*len(c.Lanes)
			c.Lanes = append(c.Lanes, Lane{name, class, y[name]})
		}
	}
	c.Plot.Bottom = 8 + laneHeight*len(c.Lanes)
	c.Height = c.Plot.Bottom + 24
	inner := c.Plot.Right - c.Plot.Left - 2*chartPad
	x := func(day int64) int {
		if most == least {
			return c.Plot.Left + chartPad + inner/2
		}
		return c.Plot.Left + chartPad + int(float64(inner)*float64(day-least)/float64(most-least))
	}
	waiting := make(map[string]int)
	for _, p := range all {
		s := Shape{Y: y[p.lane], Class: p.class, Path: p.path, Title: p.when.String() + ": " + p.title}
		switch {
		case p.from > p.to:
			s.X = c.Undated + 6 + 9*min(waiting[p.lane], 7)
			waiting[p.lane]++
		case p.from == p.to:
			s.X = x(p.from)
		default:
			s.X = x(p.from)
			s.Width = max(x(p.to)-s.X, 6)
		}
		c.Marks = append(c.Marks, s)
	}
	c.Ticks = ticks(least, most, x)
	c.Label = fmt.Sprintf("%d entries from %s to %s", len(all), dayText(least), dayText(most))
	if undated > 0 {
		c.Label += fmt.Sprintf(", %d of them without a date", undated)
	}
	return c
}

const daySeconds = 24 * 60 * 60

// dayNumber is an ISO day as days since 1970; false for "" and for years that
// need more than four digits.
func dayNumber(s string) (int64, bool) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, false
	}
	return t.Unix() / daySeconds, true
}

func dayText(n int64) string {
	return spoken(time.Unix(n*daySeconds, 0).UTC().Format(time.DateOnly))
}

// ticks are round dates, at most about eight of them.
func ticks(least, most int64, x func(int64) int) []Tick {
	from, to := time.Unix(least*daySeconds, 0).UTC(), time.Unix(most*daySeconds, 0).UTC()
	days := most - least
	if days == 0 {
		return []Tick{{x(least), dayText(least)}}
	}
	var out []Tick
	add := func(t time.Time, text string) {
		if day := t.Unix() / daySeconds; day >= least && day <= most {
			out = append(out, Tick{x(day), text})
		}
	}
	const year = 366
	switch {
	case days > 2*year:
		step := 1
		for days/year/int64(step) > 8 {
			step = nextRound(step)
		}
		for y := from.Year() / step * step; y <= to.Year(); y += step {
			add(time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC), strconv.Itoa(y))
		}
	case days > 62:
		step := 1
		if days > 8*31 {
			step = 3
		}
		for t := time.Date(from.Year(), 1, 1, 0, 0, 0, 0, time.UTC); !t.After(to); t = t.AddDate(0, step, 0) {
			text := t.Format("Jan")
			if t.Month() == time.January || len(out) == 0 {
				text = t.Format("Jan 2006")
			}
			add(t, text)
		}
	default:
		step := max(1, int(days/5))
		for t := from; !t.After(to); t = t.AddDate(0, 0, step) {
			text := t.Format("2 Jan")
			if len(out) == 0 {
				text = t.Format("2 Jan 2006")
			}
			add(t, text)
		}
	}
	return out
}

func nextRound(n int) int {
	for _, m := range []int{2, 5, 10, 20, 25, 50, 100, 200, 500} {
		if m > n {
			return m
		}
	}
	return n * 2
}
