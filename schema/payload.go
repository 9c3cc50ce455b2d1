package schema

import (
	"context"
	"errors"

	"github.com/graphql-go/graphql"

	"github.com/onrecord/onrecord/graph"
)

// payload is the answer to a mutation. It is read as of the revision that was
// written, whatever was written since.
type payload struct {
	rec              *graph.Record
	ctx              context.Context // of the request that it answers, and dies with
	seq              uint64          // of the revision; 0 where nothing was written
	id               graph.ID        // of what the mutation is about
	errs             []*userError
	clientMutationID any

	base, view *graph.View // once something is asked
}

// userError is what is wrong with a mutation's input.
type userError struct {
	path          []string
	message, code string
	newer         uint64 // the revision that a conflict is with; 0 for none
	of            *payload
}

// refuse adds an error.
func (p *payload) refuse(err error) {
	e := &userError{path: inputPath, message: err.Error(), code: codes[graph.KindOf(err)], of: p}
	var in *inputError
	if errors.As(err, &in) {
		e.path = in.path
	}
	var newer *conflict
	if errors.As(err, &newer) {
		e.path, e.newer = newer.path, newer.newer
	}
	// What the record says of a change names the change before it says what is wrong.
	var ours *graph.Error
	for errors.As(err, &ours) && ours.Change > 0 && ours.Err != nil {
		err = ours.Err
		e.message = err.Error()
	}
	p.errs = append(p.errs, e)
}

// read returns the record as of the revision; as it is now where none was written.
func (p *payload) read() (*graph.View, error) {
	if p.view != nil {
		return p.view, nil
	}
	var err error
	if p.base, err = p.rec.View(p.ctx); err != nil {
		return nil, err
	}
	p.view = p.base
	if p.seq != 0 && p.base.Head().Seq != p.seq {
		p.view, err = p.base.AsOf(p.ctx, graph.At{Seq: p.seq})
	}
	return p.view, err
}

func (p *payload) close() {
	if p.base != nil {
		p.base.Close()
	}
}

// logged reads an entry of the log.
func (p *payload) logged(seq uint64) (any, error) {
	v, err := p.read()
	if err != nil || seq == 0 {
		return nil, err
	}
	if seq > v.Head().Seq { // a conflict is with what came since
		v = p.base
	}
	ls, err := v.Log(p.ctx, []uint64{seq})
	if err != nil {
		return nil, err
	}
	n, err := v.NodesByID(p.ctx, []graph.ID{p.id})
	if err != nil {
		return nil, err
	}
	l := &logged{Logged: ls[0], view: v}
	if n[0] != nil {
		l.of = n[0].Ref
	}
	return l, nil
}

// reading declares a field that reads the record.
func reading[T any](t graphql.Output, doc string, get func(T) (any, error)) *graphql.Field {
	return &graphql.Field{Type: t, Description: doc, Resolve: func(p graphql.ResolveParams) (any, error) {
		v, err := get(p.Source.(T))
		return v, public(err)
	}}
}

func payloadNode(t graphql.Output) *graphql.Field {
	return reading(t, "The node, as the revision left it; null where nothing was written.", func(p *payload) (any, error) {
		if p.seq == 0 {
			return nil, nil
		}
		v, err := p.read()
		if err != nil {
			return nil, err
		}
		ns, err := v.NodesByID(p.ctx, []graph.ID{p.id})
		if err != nil {
			return nil, err
		}
		return wrap(v, ns[0]), nil
	})
}

func (b *builder) payloadEdge() *graphql.Field {
	return reading(b.edge, "The edge, as the revision left it; null where nothing was written.", func(p *payload) (any, error) {
		if p.seq == 0 {
			return nil, nil
		}
		v, err := p.read()
		if err != nil {
			return nil, err
		}
		refs, err := v.Refs(p.ctx, []graph.ID{p.id})
		if err != nil {
			return nil, err
		}
		es, err := v.Edges(p.ctx, refs)
		if err != nil || es[0] == nil {
			return nil, err
		}
		return &edge{es[0], v}, nil
	})
}

// payload declares the answer of a mutation.
func (b *builder) payload(name string, own graphql.Fields) *graphql.Object {
	if b.userError == nil {
		code := enum("UserErrorCode", "What kind of mistake it is.", []any{"BAD_USER_INPUT", "NOT_FOUND", "CONFLICT", "FORBIDDEN", "TOO_LARGE", "ROLLED_BACK"}, func(i int) string {
			return []string{
				"The input is wrong.", "No such node or edge.", "Somebody was faster: revision is the newer one.", "The role, or a redaction, does not allow it.",
				"Beyond a limit.", "Another mutation of the transaction was refused.",
			}[i]
		})
		b.userError = graphql.NewObject(graphql.ObjectConfig{
			Name: "UserError", Description: "Why nothing was written.",
			Fields: graphql.FieldsThunk(func() graphql.Fields {
				return graphql.Fields{
					"path":    plain(list(graphql.String), "The field of the input: input, said, edtf. A number is a place in a list, from 0.", func(e *userError) any { return each(e.path, func(s string) any { return s }) }),
					"message": plain(nonNull(graphql.String), "What is wrong, and the way out.", func(e *userError) any { return e.message }),
					"code":    plain(nonNull(code), "What kind of mistake it is.", func(e *userError) any { return e.code }),
					"revision": reading(b.revision, "The newer revision, where there is one.", func(e *userError) (any, error) {
						if e.newer == 0 {
							return nil, nil
						}
						return e.of.logged(e.newer)
					}),
				}
			}),
		})
	}
	own["revision"] = reading(b.revision, "What was written; null where nothing was. What stood already is answered with the newest revision of the record.", func(p *payload) (any, error) {
		if p.seq == 0 {
			return nil, nil
		}
		return p.logged(p.seq)
	})
	own["query"] = reading(nonNull(b.queryType), "The record as the revision left it; as it is now where nothing was written.", func(p *payload) (any, error) {
		v, err := p.read()
		return v, err
	})
	own["userErrors"] = plain(list(b.userError), "Why nothing was written; empty where it was.", func(p *payload) any { return each(p.errs, func(e *userError) any { return e }) })
	own["clientMutationId"] = plain(graphql.String, "As the client gave it.", func(p *payload) any { return p.clientMutationID })
	return graphql.NewObject(graphql.ObjectConfig{Name: name, Description: "The answer to a mutation.", Fields: own})
}
