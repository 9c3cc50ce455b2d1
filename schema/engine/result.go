package engine

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// result is an answer while it is made, and afterwards: a tree in one slice.
// The fields of an object, and the items of a list, stand next to each other.
type result struct {
	cells      []cell
	arena      []byte // the JSON of leaves
	selections []*selection
	overhead   int  // bytes of the answer that are not in the arena, about
	nulled     bool // whether a null took the place of an object or a list
}

type cellKind uint8

const (
	nullCell   cellKind = iota
	leafCell            // arena[a:b]
	listCell            // cells[a:a+b]
	objectCell          // cells[a:], the fields of selections[b]
)

// cell is a value of an answer.
type cell struct {
	kind    cellKind
	nonNull bool
	a, b    uint32
	up      uint32 // the object or list that it stands in
}

// alloc makes the cells of an object's fields.
func (r *result) alloc(c uint32, s *selection) uint32 {
	at := uint32(len(r.cells))
	for _, f := range s.fields {
		r.cells = append(r.cells, cell{up: c, nonNull: f.typ != nil && f.typ.nonNull})
	}
	r.overhead += s.bytes + 2
	return at
}

// items makes the cells of a list.
func (r *result) items(c uint32, n int) uint32 {
	at := uint32(len(r.cells))
	r.cells = slices.Grow(r.cells, n)
	for range n {
		r.cells = append(r.cells, cell{up: c})
	}
	r.cells[c].kind, r.cells[c].a, r.cells[c].b = listCell, at, uint32(n)
	return at
}

// leaf makes a cell of what was appended to the arena.
func (r *result) leaf(c uint32, from int) {
	r.cells[c].kind, r.cells[c].a, r.cells[c].b = leafCell, uint32(from), uint32(len(r.arena))
}

// nullify lets a null stand for a value that failed: for itself, or for the
// nearest value around it that may be null.
func (r *result) nullify(c uint32) {
	for r.cells[c].nonNull {
		c = r.cells[c].up
	}
	if k := r.cells[c].kind; k == objectCell || k == listCell {
		r.nulled = true
	}
	r.cells[c].kind = nullCell
}

// alive says whether a cell still is part of the answer.
func (r *result) alive(c uint32) bool {
	for c != 0 {
		c = r.cells[c].up
		if r.cells[c].kind == nullCell {
			return false
		}
	}
	return true
}

// path returns where a cell stands in the answer.
func (r *result) path(c uint32) ast.Path {
	var p ast.Path
	for c != 0 {
		up := r.cells[c].up
		if u := r.cells[up]; u.kind == objectCell {
			p = append(p, ast.PathName(r.selections[u.b].fields[c-u.a].name))
		} else {
			p = append(p, ast.PathIndex(c-u.a))
		}
		c = up
	}
	slices.Reverse(p)
	return p
}

// append appends the JSON of a cell.
func (r *result) append(b []byte, c uint32) []byte {
	x := r.cells[c]
	switch x.kind {
	case leafCell:
		return append(b, r.arena[x.a:x.b]...)
	case listCell:
		b = append(b, '[')
		for i := range x.b {
			if i > 0 {
				b = append(b, ',')
			}
			b = r.append(b, x.a+i)
		}
		return append(b, ']')
	case objectCell:
		b = append(b, '{')
		for i, f := range r.selections[x.b].fields {
			if i > 0 {
				b = append(b, ',')
			}
			b = r.append(append(b, f.key...), x.a+uint32(i))
		}
		return append(b, '}')
	}
	return append(b, "null"...)
}
