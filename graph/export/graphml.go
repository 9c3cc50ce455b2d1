package export

import (
	"strconv"

	"github.com/onrecord/onrecord/graph"
)

// graphML writes GraphML (http://graphml.graphdrawing.org/). The manifest is data
// of the graph, behind its edges.
type graphML struct {
	*output
	row Row
}

func newGraphML(o *Output) (Writer, error) {
	w := &graphML{output: newOutput(o)}
	w.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
`)
	w.keys("node", "n", FixedNode[1:], NodeColumns)
	w.keys("edge", "e", FixedEdge[3:], EdgeColumns)
	w.WriteString(`<key id="manifest" for="graph" attr.name="manifest" attr.type="string"/>
<graph id="onrecord" edgedefault="directed">
`)
	return w, nil
}

func (w *graphML) keys(of, prefix string, lists ...[]Column) {
	n := 0
	for _, list := range lists {
		for i := range list {
			c := &list[i]
			w.WriteString("<key")
			w.attr("id", prefix+strconv.Itoa(n))
			w.attr("for", of)
			w.attr("attr.name", c.Name)
			w.attr("attr.type", typeName(c, "double"))
			w.WriteString("/>\n")
			n++
		}
	}
}

// typeName is the type of a column where a format has text, boolean and one type
// for numbers.
func typeName(c *Column, number string) string {
	switch {
	case c.Number:
		return number
	case c.Boolean:
		return "boolean"
	}
	return "string"
}

func (w *graphML) Node(n *graph.Node) error {
	row := w.row.Node(n, NodeColumns)
	w.WriteString("<node")
	w.attr("id", row[0])
	w.WriteString(">")
	w.data("n", row[1:])
	_, err := w.WriteString("</node>\n")
	return err
}

func (w *graphML) Edge(e *graph.Edge) error {
	row := w.row.Edge(e, EdgeColumns)
	w.WriteString("<edge")
	w.attr("id", row[0])
	w.attr("source", row[1])
	w.attr("target", row[2])
	if e.Kind.Edge().Symmetric {
		w.attr("directed", "false")
	}
	w.WriteString(">")
	w.data("e", row[3:])
	_, err := w.WriteString("</edge>\n")
	return err
}

func (w *graphML) data(prefix string, values []string) {
	for i, v := range values {
		if v == "" {
			continue
		}
		w.WriteString(`<data key="`)
		w.WriteString(prefix)
		w.WriteString(strconv.Itoa(i))
		w.WriteString(`">`)
		w.xml(v)
		w.WriteString("</data>")
	}
}

func (w *graphML) End(m *Manifest) error {
	w.WriteString(`<data key="manifest">`)
	w.xml(string(w.manifest(m)))
	w.WriteString("</data>\n</graph>\n</graphml>\n")
	return w.Flush()
}
