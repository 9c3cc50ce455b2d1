package pages

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/onrecord/onrecord/graph/cite"
)

// citation is a statement's citation in one format.
type citation struct {
	Name, Text string
}

// Permalink is the address of what the page shows now: it names the revision.
func (m *Model) Permalink() string {
	return m.Base + m.Node.Path() + "?asOf=" + strconv.Itoa(m.Record.Seq)
}

// cited is the date as a citation has it.
func (d *Date) cited() *cite.Date {
	if d == nil {
		return nil
	}
	out := &cite.Date{EDTF: d.EDTF, Machine: d.Machine()}
	if d.EDTF != "" || d.Written != "" {
		out.Text = d.String()
	}
	return out
}

// citations are the forms in which a statement is cited.
func (s *Site) citations(m *Model) []citation {
	n := m.Node
	if n.Retracted || n.Text == "" {
		return nil
	}
	q := n.Quotation()
	today := s.opts.Now().UTC().Format(time.DateOnly)
	w := cite.Work{
		ID: n.ID, Speech: n.Mode == "TRANSCRIPT", Text: q.Open + n.Text + q.Close, URL: m.Permalink(), Language: n.Language,
		Accessed: &cite.Date{Machine: today},
	}
	if n.Speaker != nil {
		w.Author = n.Speaker.Label
	}
	when := n.Said
	if src := n.Source; src != nil {
		w.Container, w.StandsIn = src.Label, src.URL
		if when == nil {
			when = src.PublishedOn()
		}
		if src.Publisher != nil {
			w.Publisher = src.Publisher.Label
		}
	}
	w.When = when.cited()
	item := w.CSL()
	csl, err := json.MarshalIndent([]cite.Item{item}, "", "  ")
	if err != nil {
		return nil
	}
	who := w.Author
	if who == "" {
		who = "Unnamed speaker"
	}
	return []citation{
		{"APA", w.APA()},
		{"BibTeX", w.BibTeX()},
		{"CSL-JSON", string(csl)},
		{"HTML", htmlEmbed(m.Base, n, w.Text, who, &item)},
	}
}
