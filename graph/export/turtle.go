package export

import (
	"strings"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/vocab"
)

// turtle writes Turtle. It has no graphs to name edges by, so an edge stands
// twice: as a triple, and as an rdf:Statement of its own name that says which
// triple, with what is known of it. The manifest is a comment at the end.
type turtle struct {
	*output
	q entityQuads
	c canonical
}

// prefixes are the vocabularies by their short names, in the order of these.
var prefixes = [][2]string{
	{"dct", vocab.Prefixes["dct"]},
	{"edtf", nsEDTF},
	{"oa", vocab.Prefixes["oa"]},
	{"or", vocab.Prefixes["or"]},
	{"prov", vocab.Prefixes["prov"]},
	{"rdf", nsRDF},
	{"rdfs", nsRDFS},
	{"schema", vocab.Prefixes["schema"]},
	{"skos", vocab.Prefixes["skos"]},
	{"xsd", nsXSD},
}

func newTurtle(o *Output) (Writer, error) {
	w := &turtle{output: newOutput(o)}
	for _, p := range prefixes {
		w.WriteString("@prefix " + p[0] + ": <" + p[1] + "> .\n")
	}
	return w, nil
}

// short is an address as prefix:name, "" where it has no such form.
func short(address string) string {
	for _, p := range prefixes {
		name, ok := strings.CutPrefix(address, p[1])
		if ok && name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == "" {
			return p[0] + ":" + name
		}
	}
	return ""
}

func (w *turtle) Node(n *graph.Node) error {
	w.q.ofNode(n)
	return w.write()
}

func (w *turtle) Edge(e *graph.Edge) error {
	w.q.ofEdge(e)
	link := w.q.quads[0]
	w.subject(e.From, "")
	w.object(link.pred, link.obj)
	w.WriteString(" .\n")
	w.q.add("", rdfType, term{kind: address, value: nsRDF + "Statement"})
	w.q.add("", nsRDF+"subject", term{kind: entity, id: e.From})
	w.q.add("", nsRDF+"predicate", term{kind: address, value: link.pred})
	w.q.add("", nsRDF+"object", term{kind: entity, id: e.To})
	return w.write()
}

// write writes the triples of an entity, subject by subject.
func (w *turtle) write() error {
	for _, g := range w.q.subjects() {
		w.subject(w.q.id, g.sub)
		for i, x := range g.quads {
			if i > 0 {
				w.WriteString(" ;\n ")
			}
			w.object(x.pred, x.obj)
		}
		w.WriteString(" .\n")
	}
	_, err := w.WriteString("")
	return err
}

func (w *turtle) subject(id graph.ID, fragment string) {
	w.c.buf = appendEntity(w.c.buf[:0], id, fragment)
	w.Write(w.c.buf)
}

func (w *turtle) object(pred string, obj term) {
	w.WriteByte(' ')
	switch p := short(pred); {
	case pred == rdfType:
		w.WriteByte('a')
	case p != "":
		w.WriteString(p)
	default:
		w.WriteString("<" + pred + ">")
	}
	w.WriteByte(' ')
	if obj.kind == address {
		if s := short(obj.value); s != "" {
			w.WriteString(s)
			return
		}
		w.WriteString("<" + obj.value + ">")
		return
	}
	b := w.c.buf[:0]
	switch obj.kind {
	case entity:
		b = appendEntity(b, obj.id, "")
	case part:
		b = appendEntity(b, w.q.id, obj.value)
	default:
		b = appendLiteral(b, obj.value)
		if obj.language != "" {
			b = append(append(b, '@'), obj.language...)
		} else if obj.datatype != "" {
			b = append(append(b, "^^"...), short(obj.datatype)...)
		}
	}
	w.c.buf = b
	w.Write(b)
}

func (w *turtle) End(m *Manifest) error {
	w.WriteString("# ")
	w.Write(w.manifest(m))
	w.WriteString("\n")
	return w.Flush()
}

// subjectQuads are the quads of one subject.
type subjectQuads struct {
	sub   string
	quads []quad
}

// subjects groups the quads by subject, but for the link of an edge, in the order
// in which subjects first come.
func (q *entityQuads) subjects() (out []subjectQuads) {
	at := make(map[string]int)
	for _, x := range q.quads {
		if x.link {
			continue
		}
		i, ok := at[x.sub]
		if !ok {
			i = len(out)
			at[x.sub] = i
			out = append(out, subjectQuads{sub: x.sub})
		}
		out[i].quads = append(out[i].quads, x)
	}
	return out
}
