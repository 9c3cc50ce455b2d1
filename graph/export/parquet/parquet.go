// Package parquet writes exports as Apache Parquet in the layout of GraphFrames:
// nodes.parquet with a column id, edges.parquet with src, dst and relationship.
// It is a package of its own for the sake of its library.
package parquet

import (
	"strconv"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/snappy"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/export"
)

// Format is the format.
var Format = export.Format{
	Name: "parquet", Doc: "Parquet in the layout of GraphFrames: nodes.parquet, edges.parquet", Extension: ".zip", MediaType: "application/zip",
	Package: true, Open: open,
}

// rowGroup is how many rows are held in memory before they are written.
const rowGroup = 10_000

type writer struct {
	o    *export.Output
	row  export.Row
	file *file
	edge bool
}

// file is one of the two.
type file struct {
	out     *parquet.GenericWriter[any]
	columns []column
	rows    int
	values  parquet.Row
}

type column struct {
	at              int // in a row of the export
	number, boolean bool
	optional        bool
}

func open(o *export.Output) (export.Writer, error) {
	w := &writer{o: o}
	return w, w.begin("nodes.parquet", export.FixedNode, export.NodeColumns, 3)
}

// begin begins a file. The first columns are never empty.
func (w *writer) begin(name string, fixed, rest []export.Column, required int) error {
	to, err := w.o.Begin(name)
	if err != nil {
		return err
	}
	group := make(parquet.Group)
	all := append(append([]export.Column{}, fixed...), rest...)
	for i, c := range all {
		group[c.Name] = nodeOf(&c, i >= required)
	}
	// A group is in the order of its names, and so are the values of a row.
	schema := parquet.NewSchema("onrecord", group)
	f := &file{out: parquet.NewGenericWriter[any](to, schema, parquet.CreatedBy("onrecord", "", ""), parquet.Compression(&snappy.Codec{}))}
	for _, path := range schema.Columns() {
		for i, c := range all {
			if c.Name == path[0] {
				f.columns = append(f.columns, column{i, c.Number, c.Boolean, i >= required})
			}
		}
	}
	w.file = f
	return nil
}

func nodeOf(c *export.Column, optional bool) parquet.Node {
	n := parquet.String()
	switch {
	case c.Number:
		n = parquet.Leaf(parquet.DoubleType)
	case c.Boolean:
		n = parquet.Leaf(parquet.BooleanType)
	}
	if optional {
		return parquet.Optional(n)
	}
	return n
}

func (w *writer) Node(n *graph.Node) error { return w.file.write(w.row.Node(n, export.NodeColumns)) }

func (w *writer) Edge(e *graph.Edge) error {
	if err := w.beginEdges(); err != nil {
		return err
	}
	return w.file.write(w.row.Edge(e, export.EdgeColumns))
}

func (w *writer) beginEdges() error {
	if w.edge {
		return nil
	}
	w.edge = true
	if err := w.file.out.Close(); err != nil {
		return err
	}
	return w.begin("edges.parquet", export.FixedEdge, export.EdgeColumns, len(export.FixedEdge))
}

func (f *file) write(row []string) error {
	f.values = f.values[:0]
	for i, c := range f.columns {
		v := row[c.at]
		present := 0
		if c.optional {
			present = 1
		}
		switch {
		case v == "" && c.optional:
			f.values = append(f.values, parquet.NullValue().Level(0, 0, i))
		case c.number:
			x, err := strconv.ParseFloat(v, 64)
			if err != nil {
				return err
			}
			f.values = append(f.values, parquet.DoubleValue(x).Level(0, present, i))
		case c.boolean:
			f.values = append(f.values, parquet.BooleanValue(v == "true").Level(0, present, i))
		default:
			f.values = append(f.values, parquet.ByteArrayValue([]byte(v)).Level(0, present, i))
		}
	}
	if _, err := f.out.WriteRows([]parquet.Row{f.values}); err != nil {
		return err
	}
	if f.rows++; f.rows%rowGroup == 0 {
		return f.out.Flush()
	}
	return nil
}

func (w *writer) End(m *export.Manifest) error {
	if err := w.beginEdges(); err != nil {
		return err
	}
	w.file.out.SetKeyValueMetadata("onrecord", m.JSON())
	if err := w.file.out.Close(); err != nil {
		return err
	}
	return w.o.Tables(m, "parquet", "application/vnd.apache.parquet")
}
