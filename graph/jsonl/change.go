package jsonl

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/vocab"
)

// The keys that the lines themselves use.
var (
	nodeKeys = []string{"node", "kind", "ifAbsent", "ifSeq"}
	edgeKeys = []string{"edge", "from", "to", "id", "ifAbsent", "ifSeq"}
)

// renamed are the properties that are called otherwise in a line, because the
// line needs their names for an edge's ends.
var renamed = map[string]string{"from": "since", "to": "until"}

// written is how a property is called in the line of a node or an edge.
func written(p *vocab.Property, keys []string) string {
	if slices.Contains(keys, p.Name) {
		return renamed[p.Name]
	}
	return p.Name
}

// change reads a line that changes something.
func (r *reader) change(what string, fields []field) (graph.Change, error) {
	switch what {
	case "node":
		return r.node(fields)
	case "edge":
		return r.edge(fields)
	}
	c := graph.Change{Op: graph.Retract}
	if what == "redact" {
		c.Op = graph.Redact
	}
	if err := known(fields, what, "ifSeq"); err != nil {
		return c, r.fail(what, err)
	}
	for _, f := range fields {
		var err error
		if f.key == what {
			c.ID, err = r.ref(f.raw)
		} else {
			err = condition(&c, f)
		}
		if err != nil {
			return c, r.fail(what+": "+f.key, err)
		}
	}
	return c, nil
}

// condition reads one of the keys that say when a change is made.
func condition(c *graph.Change, f field) (err error) {
	switch f.key {
	case "ifAbsent":
		c.IfAbsent, err = boolean(f.raw)
	case "ifSeq":
		var n int
		n, err = integer(f.raw)
		seq := uint64(n)
		c.IfSeq = &seq
	}
	return err
}

func (r *reader) node(fields []field) (graph.Change, error) {
	n := new(graph.Node)
	c := graph.Put(n)
	subject := "node " + excerpt(fields[0].raw)
	var err error
	if n.ID, err = r.ref(fields[0].raw); err != nil {
		return c, r.fail(subject, err)
	}
	if len(fields) < 2 || fields[1].key != "kind" {
		return c, r.fail(subject, errors.New(`"kind" is missing: the second key of a node; there are `+nodeKinds()))
	}
	kind, err := str(fields[1].raw)
	if err != nil {
		return c, r.fail(subject+": kind", err)
	}
	var ok bool
	if n.Kind, ok = vocab.ParseNodeKind(kind); !ok {
		return c, r.fail(subject+": kind", fmt.Errorf("no kind of node is called %q; there are %s", kind, nodeKinds()))
	}
	home := r.capture
	if n.Kind == vocab.Capture {
		home = n.ID
		if err := r.archive(n.ID, fields); err != nil {
			return c, r.fail(subject+" (CAPTURE): text", err)
		}
	}
	subject = fmt.Sprintf("%s (%s)", subject, n.Kind)
	n.Props, err = r.properties(&c, n.Kind.Node().All(), nodeKeys, fields[2:], home)
	if err != nil {
		return c, r.failAt(subject, err)
	}
	return c, nil
}

// archive reads a capture's text ahead of its spans, which lie in it.
func (r *reader) archive(id graph.ID, fields []field) error {
	for _, f := range fields {
		if f.key == "text" && string(f.raw) != "null" {
			s, err := r.text(f.raw)
			if err != nil {
				return err
			}
			return r.keep(id, s)
		}
	}
	return nil
}

func (r *reader) edge(fields []field) (graph.Change, error) {
	e := new(graph.Edge)
	c := graph.Connect(e)
	kind, err := str(fields[0].raw)
	if err != nil {
		return c, r.fail("edge", err)
	}
	var ok bool
	if e.Kind, ok = vocab.ParseEdgeKind(kind); !ok {
		return c, r.fail("edge", fmt.Errorf("no kind of edge is called %q; there are %s", kind, edgeKinds()))
	}
	var subject strings.Builder
	subject.WriteString("edge " + kind)
	var rest []field
	for _, f := range fields[1:] {
		var err error
		switch f.key {
		case "from":
			e.From, err = r.ref(f.raw)
			subject.WriteString(" from " + excerpt(f.raw))
		case "to":
			e.To, err = r.ref(f.raw)
			subject.WriteString(" to " + excerpt(f.raw))
		case "id":
			var s string
			if s, err = str(f.raw); err == nil {
				e.ID, err = graph.ParseID(s)
			}
		default:
			rest = append(rest, f)
		}
		if err != nil {
			if e.Kind.Edge().Property(f.key) != nil {
				err = fmt.Errorf("%w; the date of that name is called %q here", err, renamed[f.key])
			}
			return c, r.fail(subject.String()+": "+f.key, err)
		}
	}
	switch {
	case e.From.IsZero():
		return c, r.fail(subject.String()+": from", errors.New("missing: where the edge begins"))
	case e.To.IsZero():
		return c, r.fail(subject.String()+": to", errors.New("missing: where the edge ends"))
	}
	e.Props, err = r.properties(&c, e.Kind.Edge().All(), edgeKeys, rest, r.capture)
	if err != nil {
		return c, r.failAt(subject.String(), err)
	}
	if e.ID.IsZero() {
		e.ID = graph.EdgeID(e)
	}
	return c, nil
}

// atField is an error and the field that it is about.
type atField struct {
	field string
	err   error
}

func (e *atField) Error() string { return e.field + ": " + e.err.Error() }

func (r *reader) failAt(subject string, err error) error {
	if at := (*atField)(nil); errors.As(err, &at) {
		return r.fail(subject+": "+at.field, at.err)
	}
	return r.fail(subject, err)
}

// properties reads the members of a line that are properties, and the change's
// conditions among them.
func (r *reader) properties(c *graph.Change, all []vocab.Property, keys []string, fields []field, home graph.ID) (graph.Props, error) {
	props := make(graph.Props, len(fields))
	for _, f := range fields {
		if f.key == "ifAbsent" || f.key == "ifSeq" {
			if err := condition(c, f); err != nil {
				return nil, &atField{f.key, err}
			}
			continue
		}
		i := slices.IndexFunc(all, func(p vocab.Property) bool { return written(&p, keys) == f.key })
		if i < 0 {
			names := make([]string, len(all))
			for i := range all {
				names[i] = written(&all[i], keys)
			}
			return nil, &atField{f.key, fmt.Errorf("no property is called so; there are %s", strings.Join(names, ", "))}
		}
		v, err := r.value(&all[i], f.raw, home)
		if err != nil {
			return nil, &atField{f.key, err}
		}
		props[all[i].Name] = v
	}
	return props, nil
}
