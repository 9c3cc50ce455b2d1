package export

import (
	"github.com/onrecord/onrecord/graph"
)

// jsonLD writes JSON-LD whose context stands in it, so that reading it asks
// nobody. It says what the N-Quads say: an edge is a graph with a name. The
// manifest stands behind the graph under a key that the context gives no meaning,
// because it is about the file and not in the data.
type jsonLD struct {
	*output
	q   entityQuads
	any bool
}

func newJSONLD(o *Output) (Writer, error) {
	w := &jsonLD{output: newOutput(o)}
	w.WriteString(`{"@context":{"manifest":null`)
	for _, p := range prefixes {
		w.WriteString(`,"` + p[0] + `":"` + p[1] + `"`)
	}
	_, err := w.WriteString("},\n\"@graph\":[")
	return w, err
}

func (w *jsonLD) Node(n *graph.Node) error {
	w.q.ofNode(n)
	return w.write(nil)
}

func (w *jsonLD) Edge(e *graph.Edge) error {
	w.q.ofEdge(e)
	return w.write(&w.q.quads[0])
}

func (w *jsonLD) write(link *quad) error {
	for _, g := range w.q.subjects() {
		if w.any {
			w.WriteByte(',')
		}
		w.any = true
		w.WriteString("\n{\"@id\":\"")
		w.name(w.q.id, g.sub)
		w.WriteByte('"')
		if link != nil && g.sub == "" {
			w.WriteString(`,"@graph":[{"@id":"`)
			w.name(w.q.from, "")
			w.WriteString(`",`)
			w.string(compact(link.pred))
			w.WriteString(`:{"@id":"`)
			w.name(link.obj.id, "")
			w.WriteString(`"}}]`)
		}
		w.properties(g.quads)
		w.WriteByte('}')
	}
	_, err := w.WriteString("")
	return err
}

// properties writes what is said of one subject: each predicate once, with all of
// its objects.
func (w *jsonLD) properties(quads []quad) {
	for i := range quads {
		pred := quads[i].pred
		first, more := true, false
		for j := range quads {
			if quads[j].pred == pred {
				first = first && j >= i
				more = more || j > i
			}
		}
		if !first {
			continue // stands with the one before
		}
		w.WriteByte(',')
		if pred == rdfType {
			w.WriteString(`"@type"`)
		} else {
			w.string(compact(pred))
		}
		w.WriteByte(':')
		if more {
			w.WriteByte('[')
		}
		for j := i; j < len(quads); j++ {
			if quads[j].pred != pred {
				continue
			}
			if j > i {
				w.WriteByte(',')
			}
			w.value(pred, &quads[j].obj)
		}
		if more {
			w.WriteByte(']')
		}
	}
}

func compact(address string) string {
	if s := short(address); s != "" {
		return s
	}
	return address
}

func (w *jsonLD) value(pred string, t *term) {
	switch {
	case pred == rdfType:
		w.string(compact(t.value))
	case t.kind == entity:
		w.WriteString(`{"@id":"`)
		w.name(t.id, "")
		w.WriteString(`"}`)
	case t.kind == part:
		w.WriteString(`{"@id":"`)
		w.name(w.q.id, t.value)
		w.WriteString(`"}`)
	case t.kind == address:
		w.WriteString(`{"@id":`)
		w.string(t.value)
		w.WriteByte('}')
	case t.language != "":
		w.WriteString(`{"@value":`)
		w.string(t.value)
		w.WriteString(`,"@language":`)
		w.string(t.language)
		w.WriteByte('}')
	case t.datatype != "":
		w.WriteString(`{"@value":`)
		w.string(t.value)
		w.WriteString(`,"@type":`)
		w.string(compact(t.datatype))
		w.WriteByte('}')
	default:
		w.string(t.value)
	}
}

func (w *jsonLD) name(id graph.ID, fragment string) {
	w.WriteString("urn:uuid:")
	w.WriteString(id.String())
	if fragment != "" {
		w.WriteByte('#')
		w.WriteString(fragment)
	}
}

func (w *jsonLD) string(s string) { w.Write(encodeJSON(s, "")) }

func (w *jsonLD) End(m *Manifest) error {
	w.WriteString("\n],\n\"manifest\":")
	w.Write(w.manifest(m))
	w.WriteString("}\n")
	return w.Flush()
}
