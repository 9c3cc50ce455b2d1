package candidate

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/text"
	"github.com/onrecord/onrecord/graph/vocab"
	"github.com/onrecord/onrecord/seed/extract"
)

// voices are the names in a text, for telling whom a name of one word means.
type voices struct {
	full map[string]string      // last word of a full name, folded → the name; "" where there are several
	who  map[string]extract.Who // of each name, folded: a person wherever one finding says so
}

func voicesOf(found []extract.Attribution) *voices {
	v := &voices{full: make(map[string]string), who: make(map[string]extract.Who)}
	for i := range found {
		f := &found[i]
		if f.Who != extract.Person && f.Who != extract.Body {
			continue
		}
		folded := text.Fold(f.Speaker)
		if was := v.who[folded]; was == "" || f.Who == extract.Person {
			v.who[folded] = f.Who
		}
		words := strings.Fields(folded)
		if len(words) < 2 {
			continue
		}
		last := words[len(words)-1]
		if was, ok := v.full[last]; ok && text.Fold(was) != folded {
			v.full[last] = ""
		} else if !ok {
			v.full[last] = f.Speaker
		}
	}
	return v
}

// settle returns the full name that a name of one word stands for in the text,
// or the name.
func (v *voices) settle(name string) string {
	if folded := text.Fold(name); !strings.Contains(folded, " ") && v.full[folded] != "" {
		return v.full[folded]
	}
	return name
}

// speaker makes the node of who speaks; nil where the text does not say.
func (m *maker) speaker(f *extract.Attribution) (*graph.Node, error) {
	switch f.Who {
	case extract.Person, extract.Body:
		return m.name(f.Speaker, f.Source)
	case extract.Someone, extract.People:
		return m.unnamed(f.Who, f.Speaker, f.Source)
	}
	if f.Source.Empty() {
		return nil, nil
	}
	words, err := m.words(f.Source)
	if err != nil || extract.Pronoun(words) {
		return nil, err
	}
	return m.unnamed(extract.People, words, f.Source)
}

// name makes the node of somebody named.
func (m *maker) name(name string, mention extract.Span) (*graph.Node, error) {
	name = m.voices.settle(name)
	folded := text.Fold(name)
	if folded == "" {
		return nil, nil
	}
	id := graph.KeyID("speaker", folded)
	if !strings.Contains(folded, " ") {
		id = graph.KeyID("speaker", m.article.SHA256, folded)
	}
	kind := "PERSON"
	if m.voices.who[folded] == extract.Body {
		kind = "ORGANIZATION"
	}
	n := &graph.Node{ID: id, Kind: vocab.Speaker, Props: graph.Props{
		"names": []graph.Name{{Value: name}}, "type": kind, "status": "CANDIDATE",
	}}
	if d := m.described[folded]; d != "" {
		n.Props["description"] = d
	}
	if !m.named[id] {
		m.named[id] = true
		s := Speaker{ID: id, Name: name, Type: kind}
		at, err := m.place(mention)
		if err != nil {
			return nil, err
		}
		if len(at) > 0 {
			s.Mention = at[0]
		}
		m.Speakers = append(m.Speakers, s)
	}
	return n, nil
}

// maxDescription bounds what is taken for a description, in bytes: a longer
// mention is a sentence.
const maxDescription = 200

// describe keeps how the text describes each name where it does so first: what
// stands before the name in a mention, or else behind it.
func (m *maker) describe(found []extract.Attribution) error {
	for i := range found {
		f := &found[i]
		if f.Who != extract.Person && f.Who != extract.Body {
			continue
		}
		words, err := m.words(f.Source)
		if err != nil {
			return err
		}
		name := m.voices.settle(f.Speaker)
		before, after, ok := strings.Cut(words, name)
		if folded := text.Fold(name); ok && m.described[folded] == "" && len(words) <= maxDescription {
			trim := func(s string) string {
				return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == ',' })
			}
			if m.described[folded] = trim(before); m.described[folded] == "" {
				m.described[folded] = trim(after)
			}
			if extract.Pronoun(m.described[folded]) {
				m.described[folded] = "" // "the"
			}
		}
	}
	return nil
}

// unnamed makes the node of who is described and not named: one for each mention,
// since nothing tells whether two texts' officials are the same.
func (m *maker) unnamed(who extract.Who, description string, mention extract.Span) (*graph.Node, error) {
	if text.Fold(description) == "" {
		return nil, nil
	}
	kind := "GROUP"
	if who == extract.Someone {
		kind = "PERSON"
	}
	return &graph.Node{
		ID: graph.KeyID("speaker", m.article.SHA256, strconv.Itoa(mention.Start), strconv.Itoa(mention.End), text.Fold(description)), Kind: vocab.Speaker,
		Props: graph.Props{
			"type": kind, "description": description, "status": "CANDIDATE",
			"gaps": []graph.GapNote{{Kind: "SPEAKER_UNNAMED", Note: "the source gives no name"}},
		},
	}, nil
}

// addressed adds to whom it was said. A pronoun tells nobody.
func (m *maker) addressed(f *extract.Attribution, s *Statement) error {
	words, err := m.words(f.Addressee)
	if err != nil || words == "" || extract.Pronoun(words) {
		return err
	}
	var n *graph.Node
	if named := extract.Untitled(words); capitalised(named) {
		n, err = m.name(named, f.Addressee)
	} else {
		n, err = m.unnamed(extract.People, words, f.Addressee)
	}
	if err != nil || n == nil {
		return err
	}
	at, err := m.place(f.Addressee)
	if err != nil {
		return err
	}
	e := m.edge(f, vocab.AddressedTo, s.ID, n.ID)
	e.Props["evidence"] = at
	if n.ID != s.Speaker {
		s.put(n)
	}
	s.connect(e)
	return nil
}

// capitalised reports whether each word begins with a capital letter, as those
// of a name do in scripts that have them.
func capitalised(s string) bool {
	words := strings.Fields(s)
	for _, w := range words {
		if !unicode.IsUpper([]rune(w)[0]) {
			return false
		}
	}
	return len(words) > 0
}
