package export

import (
	"strconv"
	"strings"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/edtf"
)

// gexf writes GEXF (https://gexf.net): 1.3, with the first and the last day of
// what is dated as start and end, or 1.2, which has less and is what more readers
// take. The manifest is a comment at the end, because the format's own place for
// it is at the beginning, where nothing has been counted yet.
type gexf struct {
	*output
	row     Row
	dynamic bool
	edges   bool // they have begun
}

func newGEXF13(o *Output) (Writer, error) { return newGEXF(o, true), nil }
func newGEXF12(o *Output) (Writer, error) { return newGEXF(o, false), nil }

func newGEXF(o *Output, dynamic bool) Writer {
	w := &gexf{output: newOutput(o), dynamic: dynamic}
	w.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	if dynamic {
		w.WriteString(`<gexf xmlns="http://gexf.net/1.3" version="1.3">` + "\n")
	} else {
		w.WriteString(`<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">` + "\n")
	}
	w.WriteString("<meta>\n<creator>")
	w.xml(o.Manifest.Onrecord.Software)
	w.WriteString("</creator>\n<description>")
	w.xml(o.Manifest.Title + " (" + o.Manifest.Onrecord.Query + ")")
	w.WriteString("</description>\n</meta>\n")
	if dynamic {
		w.WriteString(`<graph defaultedgetype="directed" mode="dynamic" timeformat="date">` + "\n")
	} else {
		w.WriteString(`<graph defaultedgetype="directed" mode="static">` + "\n")
	}
	w.attributes("node", FixedNode[1:2], FixedNode[3:], NodeColumns)
	w.attributes("edge", FixedEdge[3:], EdgeColumns)
	w.WriteString("<nodes>\n")
	return w
}

func (w *gexf) attributes(of string, lists ...[]Column) {
	w.WriteString("<attributes")
	w.attr("class", of)
	if w.dynamic {
		w.attr("mode", "static") // the values; what there is comes and goes
	}
	w.WriteString(">\n")
	n := 0
	for _, list := range lists {
		for i := range list {
			w.WriteString("<attribute")
			w.attr("id", strconv.Itoa(n))
			w.attr("title", list[i].Name)
			w.attr("type", typeName(&list[i], "double"))
			w.WriteString("/>\n")
			n++
		}
	}
	w.WriteString("</attributes>\n")
}

func (w *gexf) Node(n *graph.Node) error {
	row := w.row.Node(n, NodeColumns)
	w.WriteString("<node")
	w.attr("id", row[0])
	w.attr("label", row[2])
	if when := n.Kind.Node().When; when != "" {
		date, _ := n.Props[when].(edtf.When)
		w.days(date, date)
	}
	w.WriteString(">")
	row[2] = row[1] // the kind, beside the rest
	w.values(row[2:])
	_, err := w.WriteString("</node>\n")
	return err
}

// days writes when something was. What has no date is always there.
func (w *gexf) days(from, to edtf.When) {
	if !w.dynamic {
		return
	}
	// A year of more or of fewer than four digits is none in XML Schema.
	if s := from.Interval().Earliest.Day(); len(s) == 10 && !from.IsZero() {
		w.attr("start", s)
	}
	if s := to.Interval().Latest.Day(); len(s) == 10 && !to.IsZero() {
		w.attr("end", s)
	}
}

func (w *gexf) values(values []string) {
	begun := false
	for i, v := range values {
		if v == "" {
			continue
		}
		if !begun {
			w.WriteString("<attvalues>")
			begun = true
		}
		w.WriteString("<attvalue")
		w.attr("for", strconv.Itoa(i))
		w.attr("value", v)
		w.WriteString("/>")
	}
	if begun {
		w.WriteString("</attvalues>")
	}
}

func (w *gexf) Edge(e *graph.Edge) error {
	w.beginEdges()
	row := w.row.Edge(e, EdgeColumns)
	w.WriteString("<edge")
	w.attr("id", row[0])
	w.attr("source", row[1])
	w.attr("target", row[2])
	if w.dynamic {
		w.attr("kind", row[3])
	}
	w.attr("label", row[3])
	if e.Kind.Edge().Symmetric {
		w.attr("type", "undirected")
	}
	from, _ := e.Props["from"].(edtf.When)
	to, _ := e.Props["to"].(edtf.When)
	w.days(from, to)
	w.WriteString(">")
	w.values(row[3:])
	_, err := w.WriteString("</edge>\n")
	return err
}

func (w *gexf) beginEdges() {
	if !w.edges {
		w.edges = true
		w.WriteString("</nodes>\n<edges>\n")
	}
}

func (w *gexf) End(m *Manifest) error {
	w.beginEdges()
	w.WriteString("</edges>\n</graph>\n</gexf>\n<!-- ")
	// Two dashes would end the comment; as JSON it stays the same.
	w.WriteString(strings.ReplaceAll(xmlText(string(w.manifest(m))), "--", `-\u002d`))
	w.WriteString(" -->\n")
	return w.Flush()
}
