// Package cite writes citations in the styles that people and their programs take:
// APA, BibTeX and CSL-JSON. It is told what is cited and reads nothing.
//
// A [Work] is what is cited. The speaker is the author, the source the container;
// what the record does not know is left out.
package cite

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Work is what is cited.
type Work struct {
	ID        string
	Speech    bool // a transcript of what was said, not a report of it
	Text      string
	Author    string // "" is somebody without a name
	When      *Date
	Container string // the title of the source
	Publisher string
	URL       string // the permalink
	StandsIn  string // the address of the source
	Language  string
	Accessed  *Date
	Hash      string // of the content, and the revision: for who checks
}

// Date is a date.
type Date struct {
	EDTF    string
	Machine string // a day, a month or a year; "" for others
	Text    string // for people
}

// Item is an item of CSL-JSON 1.0.2
// (https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html).
type Item struct {
	ID             string   `json:"id"`
	Type           string   `json:"type"`
	Title          string   `json:"title"`
	Author         []Name   `json:"author,omitempty"`
	ContainerTitle string   `json:"container-title,omitempty"`
	Publisher      string   `json:"publisher,omitempty"`
	Issued         *CSLDate `json:"issued,omitempty"`
	Accessed       *CSLDate `json:"accessed,omitempty"`
	URL            string   `json:"URL"`
	Language       string   `json:"language,omitempty"`
	Note           string   `json:"note,omitempty"`
}

// Name is a name that is not taken apart: the record does not know which of
// its words is the family's.
type Name struct {
	Literal string `json:"literal"`
}

// CSLDate is a date; what CSL has no form for stands in Literal.
type CSLDate struct {
	Parts   [][]int `json:"date-parts,omitempty"`
	Literal string  `json:"literal,omitempty"`
}

func (d *Date) csl() *CSLDate {
	if d == nil {
		return nil
	}
	var parts []int
	for p := range strings.SplitSeq(d.Machine, "-") {
		n, err := strconv.Atoi(p)
		if err != nil {
			return &CSLDate{Literal: d.Text}
		}
		parts = append(parts, n)
	}
	return &CSLDate{Parts: [][]int{parts}}
}

// who is the author as a text has it.
func (w *Work) who() string {
	if w.Author == "" {
		return "Unnamed speaker"
	}
	return w.Author
}

// CSL is the work as an item of CSL-JSON.
func (w *Work) CSL() Item {
	item := Item{
		ID: w.ID, Type: "article-newspaper", Title: w.Text, ContainerTitle: w.Container, Publisher: w.Publisher,
		Issued: w.When.csl(), Accessed: w.Accessed.csl(), URL: w.URL, Language: w.Language,
	}
	if w.Speech {
		item.Type = "speech"
	}
	if w.Author != "" {
		item.Author = []Name{{w.Author}}
	}
	if w.StandsIn != "" {
		item.Note = "Stands in " + w.StandsIn
	}
	return item
}

// APA follows the Publication Manual of the APA, 7th edition, 10.1 and 9.14, as
// far as the parts are known.
func (w *Work) APA() string {
	date := "n.d."
	if w.When != nil && w.When.Text != "" {
		date = w.When.Text
		if t, err := time.Parse(time.DateOnly, w.When.Machine); err == nil {
			date = t.Format("2006, January 2")
		}
	}
	out := w.who() + ". (" + date + "). " + strings.TrimRight(w.Text, ".")
	if w.Container != "" {
		out += ". In " + w.Container
	}
	if w.Publisher != "" {
		out += ". " + w.Publisher
	}
	return out + ". " + w.URL
}

var bibtexSpecial = strings.NewReplacer(`\`, `\textbackslash{}`, `{`, `\{`, `}`, `\}`, `$`, `\$`, `&`, `\&`, `#`, `\#`, `_`, `\_`, `%`, `\%`, `~`, `\textasciitilde{}`, `^`, `\textasciicircum{}`, "\n", " ", "\r", " ")

var keyForm = regexp.MustCompile(`[^a-z0-9]+`)

// BibTeX is the work as an entry of BibTeX.
func (w *Work) BibTeX() string {
	key := keyForm.ReplaceAllString(strings.ToLower(w.who()), "")
	if key == "" {
		key = "onrecord"
	}
	if len(key) > 24 {
		key = key[:24]
	}
	var b strings.Builder
	b.WriteString("@misc{" + key + w.ID[:min(8, len(w.ID))] + ",\n")
	field := func(name, value string) {
		if value != "" {
			b.WriteString("  " + name + " = {" + value + "},\n")
		}
	}
	field("author", "{"+bibtexSpecial.Replace(w.who())+"}")
	field("title", "{"+bibtexSpecial.Replace(w.Text)+"}")
	if w.When != nil {
		field("date", w.When.EDTF)
		if year, _, _ := strings.Cut(w.When.Machine, "-"); year != "" {
			field("year", year)
		}
	}
	field("howpublished", bibtexSpecial.Replace(w.Container))
	field("publisher", bibtexSpecial.Replace(w.Publisher))
	field("url", w.URL)
	field("note", bibtexSpecial.Replace(w.Hash))
	b.WriteString("}")
	return b.String()
}
