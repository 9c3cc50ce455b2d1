package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHanging(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, heading, text string
		width               int
		want                string
	}{
		{"no terminal", "2018  ", "a b c", 0, "2018  a b c\n"},
		{"fits", "2018  ", "one two", 40, "2018  one two\n"},
		{"breaks", "2018  ", "one two three four five six", 26, "2018  one two three four\n      five six\n"},
		{"to the last column", "2018  ", "aaaaaaaaa bbbbbbbbbb", 26, "2018  aaaaaaaaa bbbbbbbbbb\n"},
		{"a long word", "2018  ", strings.Repeat("x", 30) + " y", 26, "2018  " + strings.Repeat("x", 30) + "\n      y\n"},
		{"too narrow to wrap", "2018-05-08  ", "one two three four", 20, "2018-05-08  one two three four\n"},
		{"wide letters", "2018  ", "日本語日本語 日本語日本語", 26, "2018  日本語日本語\n      日本語日本語\n"},
		{"marks take no column", "2018  ", "e\u0301e\u0301e\u0301e\u0301e\u0301 aaaaaaaaaaaaaa", 26, "2018  e\u0301e\u0301e\u0301e\u0301e\u0301 aaaaaaaaaaaaaa\n"},
		{"nothing", "2018  ", "", 40, "2018  \n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b bytes.Buffer
			o := &output{w: &b, width: c.width}
			o.hanging(c.heading, c.text)
			if diff := cmp.Diff(c.want, b.String()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// A text from the record cannot move the cursor, colour the terminal, ring its
// bell or turn its writing round.
func TestClean(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"a\x1b[2Jb":              "a[2Jb",
		"a\r\nb\tc\u2028d":       "a b c d",
		"bell\a del\x7f":         "bell del",
		"\u202eevil\u202c":       "evil",
		"\u009b31mred":           "31mred",
		"می\u200cخواهم ‘quoted’": "می\u200cخواهم ‘quoted’",
		"  two  spaces ":         "two spaces",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

// The first failed write is remembered, and nothing is written behind it.
func TestOutputRemembers(t *testing.T) {
	t.Parallel()
	w := &brokenAfter{left: 1}
	o := newOutput(w)
	o.printf("one")
	o.printf("two")
	o.printf("three")
	if o.err == nil || w.calls != 2 {
		t.Errorf("error %v after %d writes", o.err, w.calls)
	}
}

type brokenAfter struct{ left, calls int }

func (b *brokenAfter) Write(p []byte) (int, error) {
	b.calls++
	if b.left--; b.left < 0 {
		return 0, fmt.Errorf("broken")
	}
	return len(p), nil
}
