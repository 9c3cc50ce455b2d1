package export

import (
	"strconv"

	"github.com/onrecord/onrecord/graph"
)

// cytoscape writes the JSON of Cytoscape and Cytoscape.js. The manifest is data
// of the graph.
type cytoscape struct {
	*output
	row   Row
	any   bool // of the list that is being written
	edges bool
}

func newCytoscape(o *Output) (Writer, error) {
	w := &cytoscape{output: newOutput(o)}
	_, err := w.WriteString(`{"format_version":"1.0","generated_by":` + string(encodeJSON(o.Manifest.Onrecord.Software, "")) + `,"elements":{"nodes":[`)
	return w, err
}

func (w *cytoscape) Node(n *graph.Node) error {
	return w.element(w.row.Node(n, NodeColumns), FixedNode, NodeColumns)
}

func (w *cytoscape) Edge(e *graph.Edge) error {
	w.beginEdges()
	row := w.row.Edge(e, EdgeColumns)
	return w.element(row, []Column{{Name: "id"}, {Name: "source"}, {Name: "target"}, {Name: "interaction"}}, EdgeColumns)
}

func (w *cytoscape) beginEdges() {
	if !w.edges {
		w.edges, w.any = true, false
		w.WriteString("\n],\"edges\":[")
	}
}

func (w *cytoscape) element(row []string, fixed, rest []Column) error {
	if w.any {
		w.WriteByte(',')
	}
	w.any = true
	w.WriteString("\n{\"data\":{")
	first := true
	for i, v := range row {
		if v == "" {
			continue
		}
		c := &fixed[min(i, len(fixed)-1)]
		if i >= len(fixed) {
			c = &rest[i-len(fixed)]
		}
		if !first {
			w.WriteByte(',')
		}
		first = false
		w.Write(encodeJSON(c.Name, ""))
		w.WriteByte(':')
		switch {
		case c.Boolean || c.Number || c.list():
			w.WriteString(v)
		default:
			w.Write(encodeJSON(v, ""))
		}
	}
	_, err := w.WriteString("}}")
	return err
}

func (w *cytoscape) End(m *Manifest) error {
	w.beginEdges()
	w.WriteString("\n]},\"data\":{\"name\":\"onrecord\",\"nodes\":" + strconv.FormatInt(m.Onrecord.Nodes, 10) + ",\"manifest\":")
	w.Write(w.manifest(m))
	w.WriteString("}}\n")
	return w.Flush()
}
