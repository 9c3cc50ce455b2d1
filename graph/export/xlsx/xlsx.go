// Package xlsx writes exports as a workbook for a person: one sheet for each kind
// of node, one for the edges, one that says what it is. It is a package of its own
// for the sake of its library.
//
// Every cell is a text or a number, and no formula, whatever it begins with. A
// sheet holds 1,048,576 rows and a cell 32,767 characters: longer texts are cut,
// with an ellipsis, and more rows are an error that names the formats without
// such bounds.
package xlsx

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/export"
	"github.com/onrecord/onrecord/graph/vocab"
)

// Format is the format.
var Format = export.Format{
	Name: "xlsx", Doc: "a workbook for a person: a sheet for each kind of node", Extension: ".xlsx",
	MediaType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Open: open,
}

type writer struct {
	o      *export.Output
	file   *excelize.File
	sheets map[string]*sheet
	row    export.Row
}

type sheet struct {
	out   *excelize.StreamWriter
	rows  int
	fixed int
	rest  []export.Column
}

const about = "About"

func open(o *export.Output) (export.Writer, error) {
	w := &writer{o: o, file: excelize.NewFile(), sheets: make(map[string]*sheet)}
	if err := w.file.SetSheetName("Sheet1", about); err != nil {
		return nil, err
	}
	// In the order of the vocabulary, whichever comes first in the record.
	for i := range vocab.Nodes {
		if err := w.add(vocab.Nodes[i].Type, export.FixedNode, export.ColumnsOf(vocab.Nodes[i].Kind)); err != nil {
			return nil, err
		}
	}
	return w, w.add("Edges", export.FixedEdge, export.EdgeColumns)
}

func (w *writer) add(name string, fixed, rest []export.Column) error {
	if _, err := w.file.NewSheet(name); err != nil {
		return err
	}
	out, err := w.file.NewStreamWriter(name)
	if err != nil {
		return err
	}
	s := &sheet{out: out, fixed: len(fixed), rest: rest}
	w.sheets[name] = s
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	var header []string
	for _, c := range fixed {
		header = append(header, c.Name)
	}
	for _, c := range rest {
		header = append(header, c.Name)
	}
	return s.write(header, nil)
}

func (w *writer) Node(n *graph.Node) error {
	s := w.sheets[n.Kind.Node().Type]
	return s.write(w.row.Node(n, s.rest), s.rest)
}

func (w *writer) Edge(e *graph.Edge) error {
	s := w.sheets["Edges"]
	return s.write(w.row.Edge(e, s.rest), s.rest)
}

func (s *sheet) write(row []string, columns []export.Column) error {
	if s.rows++; s.rows > excelize.TotalRows {
		return &graph.Error{
			Kind: graph.TooLarge, Op: "export", Subject: "xlsx", Err: fmt.Errorf("a sheet has %d rows", excelize.TotalRows),
			Hint: "select less, or take csv or parquet",
		}
	}
	cells := make([]any, len(row))
	for i, v := range row {
		if v == "" {
			continue
		}
		if i >= s.fixed && columns != nil && columns[i-s.fixed].Number {
			if x, err := strconv.ParseFloat(v, 64); err == nil {
				cells[i] = x
				continue
			}
		}
		cells[i] = cell(v)
	}
	at, err := excelize.CoordinatesToCellName(1, s.rows)
	if err != nil {
		return err
	}
	return s.out.SetRow(at, cells)
}

// cell is a text that a cell can hold: in UTF-16, not too long, without the
// characters that XML has not.
func cell(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
			return utf8.RuneError
		}
		return r
	}, s)
	if len(s) <= excelize.TotalCellChars {
		return s
	}
	units := 0
	for i, r := range s {
		if units += len(utf16.AppendRune(nil, r)); units >= excelize.TotalCellChars {
			return s[:i] + "…"
		}
	}
	return s
}

func (w *writer) End(m *export.Manifest) error {
	for i := range vocab.Nodes {
		if err := w.sheets[vocab.Nodes[i].Type].out.Flush(); err != nil {
			return err
		}
	}
	if err := w.sheets["Edges"].out.Flush(); err != nil {
		return err
	}
	for i, line := range [][2]string{
		{"What", m.Title},
		{"Query", m.Onrecord.Query},
		{"Revision", strconv.FormatUint(m.Onrecord.Seq, 10)},
		{"Nodes", strconv.FormatInt(m.Onrecord.Nodes, 10)},
		{"Edges", strconv.FormatInt(m.Onrecord.Edges, 10)},
		{"Content", m.Onrecord.Content},
		{"Software", m.Onrecord.Software},
		{"Manifest", cell(m.JSON())},
	} {
		for j, v := range line {
			at, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				return err
			}
			if err := w.file.SetCellStr(about, at, v); err != nil {
				return err
			}
		}
	}
	if err := w.file.SetColWidth(about, "B", "B", 80); err != nil {
		return err
	}
	w.file.SetZipWriter(func(to io.Writer) excelize.ZipWriter { return newOrdered(to, w.o.Options.TempDir, w.o.Comment) })
	_, err := w.file.WriteTo(w.o.W)
	return errors.Join(err, w.file.Close())
}
