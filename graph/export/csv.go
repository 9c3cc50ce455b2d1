package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/graph"
)

// csvWriter writes a data package: nodes.csv, edges.csv, datapackage.json.
//
// A spreadsheet runs a cell that begins with = + - or @, or with a tab or a
// carriage return before one of them. So a cell that begins so, or with
// apostrophes and then so, gets one apostrophe more: who wants the text takes one
// off again. With the headers of Neo4j, whose importer is no spreadsheet, cells
// are left as they are.
type csvWriter struct {
	o      *Output
	csv    *csv.Writer
	row    Row
	edges  bool
	escape bool
}

func newCSV(o *Output) (Writer, error) {
	w := &csvWriter{o: o, escape: !o.Options.Neo4j}
	return w, w.begin("nodes.csv", FixedNode, NodeColumns)
}

func (w *csvWriter) begin(name string, fixed, rest []Column) error {
	f, err := w.o.begin(name)
	if err != nil {
		return err
	}
	w.csv = csv.NewWriter(f)
	var header []string
	for _, list := range [][]Column{fixed, rest} {
		for i := range list {
			name := list[i].Name
			if w.o.Options.Neo4j {
				name = neo4j(&list[i], name)
			}
			header = append(header, name)
		}
	}
	return w.csv.Write(header)
}

// neo4j is the header by which neo4j-admin database import knows a column.
func neo4j(c *Column, name string) string {
	if c.form == asFixed {
		switch name {
		case ColID:
			return "id:ID"
		case ColKind:
			return ":LABEL"
		case ColSource:
			return ":START_ID"
		case ColTarget:
			return ":END_ID"
		case ColRelationship:
			return ":TYPE"
		}
	}
	return name + ":" + typeName(c, "double")
}

func (w *csvWriter) Node(n *graph.Node) error { return w.write(w.row.Node(n, NodeColumns)) }

func (w *csvWriter) Edge(e *graph.Edge) error {
	if err := w.beginEdges(); err != nil {
		return err
	}
	return w.write(w.row.Edge(e, EdgeColumns))
}

func (w *csvWriter) beginEdges() error {
	if w.edges {
		return nil
	}
	w.edges = true
	if err := w.end(); err != nil {
		return err
	}
	fixed := FixedEdge
	if w.o.Options.Neo4j { // two columns of ids would be two ids
		fixed = append([]Column{{Name: "id"}}, FixedEdge[1:]...)
	}
	return w.begin("edges.csv", fixed, EdgeColumns)
}

func (w *csvWriter) write(row []string) error {
	if w.escape {
		for i, cell := range row {
			row[i] = EscapeCell(cell)
		}
	}
	return w.csv.Write(row)
}

// EscapeCell puts an apostrophe before what a spreadsheet would run as a formula.
func EscapeCell(cell string) string {
	if rest := strings.TrimLeft(cell, "'"); rest != "" && strings.IndexByte("=+-@\t\r", rest[0]) >= 0 {
		return "'" + cell
	}
	return cell
}

func (w *csvWriter) end() error {
	w.csv.Flush()
	return w.csv.Error()
}

func (w *csvWriter) End(m *Manifest) error {
	if err := w.beginEdges(); err != nil {
		return err
	}
	if err := w.end(); err != nil {
		return err
	}
	note := "A cell that begins with = + - @, a tab or a carriage return, or with apostrophes and then so, has one apostrophe more than its value."
	if !w.escape {
		note = "Headers of neo4j-admin database import. Cells are as they are; do not open them in a spreadsheet."
	}
	m.Resources = tables("csv", "text/csv", "tabular-data-resource", note)
	return w.o.manifest(m)
}

// tables are the resources of a package of nodes and edges.
func tables(extension, media, profile, note string) []Resource {
	fields := func(lists ...[]Column) (out []Field) {
		for _, list := range lists {
			for i := range list {
				out = append(out, Field{list[i].Name, typeName(&list[i], "number"), list[i].Doc, list[i].Term})
			}
		}
		return out
	}
	nodes := Resource{
		Name: "nodes", Path: "nodes." + extension, Title: "Nodes", Format: extension, MediaType: media, Profile: profile, Note: note,
		Schema: &Schema{Fields: fields(FixedNode, NodeColumns), PrimaryKey: ColID},
	}
	edges := nodes
	edges.Name, edges.Path, edges.Title = "edges", "edges."+extension, "Edges, whose ends are all among the nodes"
	edges.Schema = &Schema{Fields: fields(FixedEdge, EdgeColumns), PrimaryKey: ColID}
	for _, end := range []string{ColSource, ColTarget} {
		k := ForeignKey{Fields: end}
		k.Reference.Resource, k.Reference.Fields = "nodes", ColID
		edges.Schema.ForeignKeys = append(edges.Schema.ForeignKeys, k)
	}
	if extension == "csv" {
		nodes.Encoding, edges.Encoding = "utf-8", "utf-8"
	}
	return []Resource{nodes, edges}
}

// manifest writes datapackage.json.
func (o *Output) manifest(m *Manifest) error {
	f, err := o.begin(packageFile)
	if err != nil {
		return err
	}
	with := *m
	with.File = sealToken
	with.Resources = slices.Clone(m.Resources)
	for i := range with.Resources {
		r := &with.Resources[i]
		for _, one := range o.each {
			if one.name == r.Path {
				r.Bytes, r.Seal = one.bytes, partSeal(one.seal(0))
				r.Hash = fmt.Sprintf("sha256:%x", one.whole.Sum(nil))
			}
		}
	}
	_, err = f.Write(sealed(with.file()))
	return err
}

// Begin begins the next file of a package.
func (o *Output) Begin(name string) (io.Writer, error) { return o.begin(name) }

// Tables writes datapackage.json of a package of nodes and edges.
func (o *Output) Tables(m *Manifest, extension, media string) error {
	m.Resources = tables(extension, media, "data-resource", "")
	return o.manifest(m)
}
