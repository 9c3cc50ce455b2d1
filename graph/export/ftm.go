package export

import (
	"strings"
	"time"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/vocab"
)

// ftm writes FollowTheMoney entities (https://followthemoney.tech), one a line.
//
// Its model knows people, documents and links, and neither statements nor claims:
// what is said becomes a Note, a capture the PlainText that it stands in. Every
// edge is a link: a Documentation where it leads to a text, else an UnknownLink
// whose role is the kind. Only what the model has a place for is written. The manifest
// is a key of the last entity that the model does not know and readers pass over.
type ftm struct {
	*output
	last []byte
}

func newFTM(o *Output) (Writer, error) { return &ftm{output: newOutput(o)}, nil }

// ftmSchemas says what a node becomes, and which of its properties the model has
// a place for.
var ftmSchemas = map[vocab.NodeKind]struct {
	schema string
	places [][2]string
}{
	vocab.Source:    {"Article", [][2]string{{"title", "title"}, {"url", "sourceUrl"}, {"language", "language"}, {"published", "publishedAt"}}},
	vocab.Capture:   {"PlainText", [][2]string{{"text", "bodyText"}, {"mediaType", "mimeType"}, {"capturedAt", "retrievedAt"}}},
	vocab.Speaker:   {"", [][2]string{{"names", "alias"}, {"description", "description"}, {"wikidata", "wikidataId"}, {"sameAs", "sourceUrl"}}},
	vocab.Statement: {"Note", [][2]string{{"text", "description"}, {"mode", "keywords"}}},
	vocab.Claim:     {"Note", [][2]string{{"text", "description"}, {"type", "keywords"}}},
	vocab.Event:     {"Event", [][2]string{{"when", "date"}, {"class", "keywords"}}},
	vocab.Agreement: {"Event", [][2]string{{"when", "date"}, {"aliases", "alias"}}},
	vocab.Stance:    {"Note", [][2]string{{"condition", "description"}, {"polarity", "keywords"}}},
	vocab.Review:    {"Note", [][2]string{{"rating", "description"}, {"url", "sourceUrl"}}},
	vocab.Topic:     {"Note", nil},
	vocab.Place:     {"Address", [][2]string{{"name", "full"}}},
}

// ftmSpeakers are the schemata of speakers by their type.
var ftmSpeakers = map[string]string{"PERSON": "Person", "ORGANIZATION": "Organization", "GROUP": "LegalEntity", "STATE": "PublicBody"}

type ftmEntity struct {
	ID         string              `json:"id"`
	Schema     string              `json:"schema"`
	Properties map[string][]string `json:"properties"`
}

func (e *ftmEntity) add(name string, values ...string) {
	for _, v := range values {
		if v != "" {
			e.Properties[name] = append(e.Properties[name], v)
		}
	}
}

func (w *ftm) Node(n *graph.Node) error {
	m := ftmSchemas[n.Kind]
	e := ftmEntity{n.ID.String(), m.schema, make(map[string][]string)}
	if n.Kind == vocab.Speaker {
		kind, _ := n.Props["type"].(string)
		e.Schema = ftmSpeakers[kind]
	}
	e.add("name", n.Label())
	e.add("keywords", n.Kind.String())
	for _, place := range m.places {
		values := ftmValues(n.Props[place[0]], n.Label())
		if place[1] == "language" { // it knows languages, and no countries in them
			for i, v := range values {
				values[i], _, _ = strings.Cut(v, "-")
			}
		}
		e.add(place[1], values...)
	}
	if note, _ := n.Props["note"].(string); note != "" {
		e.add("notes", note)
	}
	return w.write(&e)
}

// ftmValues are the values of a property, but for the name that is given already.
func ftmValues(v any, name string) (out []string) {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []string:
		return v
	case time.Time:
		return []string{v.UTC().Format("2006-01-02T15:04:05")}
	case edtf.When:
		return ftmDate(v)
	case []graph.Name:
		for _, n := range v {
			if n.Value != name {
				out = append(out, n.Value)
			}
		}
	}
	return out
}

// ftmDate is a date as the model has it: a day, a month or a year. Others are left
// out, for it has no way to say that they are vague.
func ftmDate(w edtf.When) []string {
	if d := date(w.Effective()); strings.HasPrefix(d.datatype, nsXSD) {
		return []string{d.value}
	}
	return nil
}

func (w *ftm) Edge(g *graph.Edge) error {
	e := ftmEntity{g.ID.String(), "UnknownLink", make(map[string][]string)}
	if toCapture(g.Kind) {
		e.Schema = "Documentation"
		e.add("document", g.To.String())
		e.add("entity", g.From.String())
	} else {
		e.add("subject", g.From.String())
		e.add("object", g.To.String())
	}
	role, _ := g.Props["role"].(string)
	e.add("role", g.Kind.String(), role)
	for name, place := range map[string]string{"status": "status", "from": "startDate", "to": "endDate"} {
		e.add(place, ftmValues(g.Props[name], "")...)
	}
	if note, _ := g.Props["note"].(string); note != "" {
		e.add("summary", note)
	}
	return w.write(&e)
}

func (w *ftm) write(e *ftmEntity) error {
	if w.last != nil {
		w.Write(w.last)
		w.WriteByte('\n')
	}
	w.last = encodeJSON(e, "")
	return nil
}

// End writes the last entity. Where there is none, there is no manifest either.
func (w *ftm) End(m *Manifest) error {
	if w.last != nil {
		w.Write(w.last[:len(w.last)-1])
		w.WriteString(`,"manifest":`)
		w.Write(w.manifest(m))
		w.WriteString("}\n")
	}
	return w.Flush()
}
