package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode"

	"golang.org/x/term"
)

// output is standard output. It remembers the first error, so that an answer
// that nobody got is not called done.
type output struct {
	w     io.Writer
	err   error
	tty   bool
	width int // columns of the terminal; 0 where there is none, and nothing is wrapped
}

func newOutput(w io.Writer) *output {
	o := &output{w: w, tty: isTerminal(w)}
	if o.tty {
		o.width = 80
		if columns, _, err := term.GetSize(int(w.(*os.File).Fd())); err == nil && columns > 0 {
			o.width = columns
		}
	}
	return o
}

func (o *output) Write(b []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	var n int
	n, o.err = o.w.Write(b)
	return n, o.err
}

// json writes a value as JSON, indented for a terminal.
func (o *output) json(v any) error {
	e := json.NewEncoder(o)
	e.SetEscapeHTML(false)
	if o.tty {
		e.SetIndent("", "  ")
	}
	return e.Encode(v)
}

func (o *output) printf(format string, args ...any) {
	fmt.Fprintf(o, format, args...) // o keeps the error
}

// hanging prints text behind a heading, and the lines into which the terminal
// breaks it below its beginning.
func (o *output) hanging(heading, text string) {
	at := width(heading)
	for i, line := range wrap(text, o.width-at) {
		if i > 0 {
			heading = strings.Repeat(" ", at)
		}
		o.printf("%s%s\n", heading, line)
	}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// clean makes one line of a text from the record that is safe to print: an
// archived text may hold what moves a terminal's cursor or turns its writing round.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), r >= 0x202a && r <= 0x202e:
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' }), " ")
}

// wrap breaks a text into lines of at most so many columns, at spaces. With
// fewer than twenty it does not: that reads worse.
func wrap(text string, columns int) []string {
	words := strings.Fields(text)
	if len(words) == 0 || columns < 20 {
		return []string{strings.Join(words, " ")}
	}
	var lines []string
	line, used := words[0], width(words[0])
	for _, word := range words[1:] {
		w := width(word)
		if used+1+w > columns {
			lines = append(lines, line)
			line, used = word, w
			continue
		}
		line += " " + word
		used += 1 + w
	}
	return append(lines, line)
}

// width is how many columns a text takes: none for marks and joiners, two for
// what East Asian typography sets wide.
func width(s string) (n int) {
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case unicode.Is(wide, r):
			n += 2
		default:
			n++
		}
	}
	return n
}

// wide is what Unicode calls wide or full-width (UAX #11), in its large blocks.
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x1100, Hi: 0x115f, Stride: 1},
		{Lo: 0x2e80, Hi: 0x303e, Stride: 1},
		{Lo: 0x3041, Hi: 0xa4cf, Stride: 1},
		{Lo: 0xac00, Hi: 0xd7a3, Stride: 1},
		{Lo: 0xf900, Hi: 0xfaff, Stride: 1},
		{Lo: 0xfe30, Hi: 0xfe6f, Stride: 1},
		{Lo: 0xff00, Hi: 0xff60, Stride: 1},
		{Lo: 0xffe0, Hi: 0xffe6, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x1f300, Hi: 0x1f64f, Stride: 1},
		{Lo: 0x1f900, Hi: 0x1f9ff, Stride: 1},
		{Lo: 0x20000, Hi: 0x3fffd, Stride: 1},
	},
}

// progress shows how far something is, on a terminal only, and not more than
// ten times a second.
func (a *app) progress() (show func(format string, args ...any), end func()) {
	if !a.errTTY || a.json {
		return func(string, ...any) {}, func() {}
	}
	var last time.Time
	return func(format string, args ...any) {
		if time.Since(last) < 100*time.Millisecond {
			return
		}
		last = time.Now()
		fmt.Fprintf(a.err, "\r\x1b[K"+format, args...)
	}, func() { fmt.Fprint(a.err, "\r\x1b[K") }
}
