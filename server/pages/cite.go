package pages

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// citation is a statement's citation in one format.
type citation struct {
	Name, Text string
}

// CSLItem is an item of CSL-JSON 1.0.2
// (https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html).
type CSLItem struct {
	ID             string    `json:"id"`
	Type           string    `json:"type"`
	Title          string    `json:"title"`
	Author         []CSLName `json:"author,omitempty"`
	ContainerTitle string    `json:"container-title,omitempty"`
	Publisher      string    `json:"publisher,omitempty"`
	Issued         *CSLDate  `json:"issued,omitempty"`
	Accessed       *CSLDate  `json:"accessed,omitempty"`
	URL            string    `json:"URL"`
	Language       string    `json:"language,omitempty"`
	Note           string    `json:"note,omitempty"`
}

// CSLName is a name that is not taken apart: the record does not know which of
// its words is the family's.
type CSLName struct {
	Literal string `json:"literal"`
}

// CSLDate is a date; what CSL has no form for stands in Literal.
type CSLDate struct {
	Parts   [][]int `json:"date-parts,omitempty"`
	Literal string  `json:"literal,omitempty"`
}

func cslDate(d *Date) *CSLDate {
	if d == nil {
		return nil
	}
	var parts []int
	for p := range strings.SplitSeq(d.Machine(), "-") {
		n, err := strconv.Atoi(p)
		if err != nil {
			return &CSLDate{Literal: d.String()}
		}
		parts = append(parts, n)
	}
	return &CSLDate{Parts: [][]int{parts}}
}

// Permalink is the address of what the page shows now: it names the revision.
func (m *Model) Permalink() string {
	return m.Base + m.Node.Path() + "?asOf=" + strconv.Itoa(m.Record.Seq)
}

// citations are the forms in which a statement is cited. The speaker is the
// author, the source the container; what the record does not know is left out.
func (s *Site) citations(m *Model) []citation {
	n := m.Node
	if n.Retracted || n.Text == "" {
		return nil
	}
	q := n.Quotation()
	text := q.Open + n.Text + q.Close
	today := s.opts.Now().UTC()
	item := CSLItem{ID: n.ID, Type: "speech", Title: text, URL: m.Permalink(), Language: n.Language, Accessed: cslDate(&Date{EDTF: today.Format(time.DateOnly)})}
	if n.Mode != "TRANSCRIPT" {
		item.Type = "article-newspaper"
	}
	who := "Unnamed speaker"
	if n.Speaker != nil {
		who = n.Speaker.Label
		item.Author = []CSLName{{who}}
	}
	when := n.Said
	if src := n.Source; src != nil {
		item.ContainerTitle = src.Label
		if when == nil {
			when = src.PublishedOn()
		}
		if src.Publisher != nil {
			item.Publisher = src.Publisher.Label
		}
		if src.URL != "" {
			item.Note = "Stands in " + src.URL
		}
	}
	item.Issued = cslDate(when)
	csl, err := json.MarshalIndent([]CSLItem{item}, "", "  ")
	if err != nil {
		return nil
	}
	return []citation{
		{"APA", apa(who, when, text, &item)},
		{"BibTeX", bibtex(who, when, text, &item)},
		{"CSL-JSON", string(csl)},
		{"HTML", htmlEmbed(m.Base, n, text, who, &item)},
	}
}

// apa follows the Publication Manual of the APA, 7th edition, 10.1 and 9.14, as
// far as the record knows the parts.
func apa(who string, when *Date, text string, item *CSLItem) string {
	date := "n.d."
	if when != nil && (when.EDTF != "" || when.Written != "") {
		date = when.String()
		if t, err := time.Parse(time.DateOnly, when.Machine()); err == nil {
			date = t.Format("2006, January 2")
		}
	}
	out := who + ". (" + date + "). " + strings.TrimRight(text, ".")
	if item.ContainerTitle != "" {
		out += ". In " + item.ContainerTitle
	}
	if item.Publisher != "" {
		out += ". " + item.Publisher
	}
	return out + ". " + item.URL
}

var bibtexSpecial = strings.NewReplacer(`\`, `\textbackslash{}`, `{`, `\{`, `}`, `\}`, `$`, `\$`, `&`, `\&`, `#`, `\#`, `_`, `\_`, `%`, `\%`, `~`, `\textasciitilde{}`, `^`, `\textasciicircum{}`, "\n", " ", "\r", " ")

var keyForm = regexp.MustCompile(`[^a-z0-9]+`)

func bibtex(who string, when *Date, text string, item *CSLItem) string {
	key := keyForm.ReplaceAllString(strings.ToLower(who), "")
	if key == "" {
		key = "onrecord"
	}
	if r := []rune(key); len(r) > 24 {
		key = string(r[:24])
	}
	var b strings.Builder
	b.WriteString("@misc{" + key + item.ID[:min(8, len(item.ID))] + ",\n")
	field := func(name, value string) {
		if value != "" {
			b.WriteString("  " + name + " = {" + value + "},\n")
		}
	}
	field("author", "{"+bibtexSpecial.Replace(who)+"}")
	field("title", "{"+bibtexSpecial.Replace(text)+"}")
	if when != nil {
		field("date", when.EDTF)
		if year, _, _ := strings.Cut(when.Machine(), "-"); year != "" {
			field("year", year)
		}
	}
	field("howpublished", bibtexSpecial.Replace(item.ContainerTitle))
	field("publisher", bibtexSpecial.Replace(item.Publisher))
	field("url", item.URL)
	b.WriteString("}")
	return b.String()
}
