package engine

import (
	"context"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// MaxCost is the most that a request may cost.
func (e *Engine) MaxCost() int { return e.opts.MaxCost }

// Check says what would refuse every request with a query, whatever its
// variables.
func (e *Engine) Check(query string) error {
	_, errs := e.document(query)
	if len(errs) > 0 {
		return errs[0]
	}
	return nil
}

// admit asks whether a request that was prepared is to be executed.
func (e *Engine) admit(ctx context.Context, r *Request, cost int) gqlerror.List {
	if r.Admit == nil {
		return nil
	}
	if err := r.Admit(cost); err != nil {
		return gqlerror.List{(&execution{Engine: e, ctx: ctx, id: r.ID}).public(err)}
	}
	return nil
}

// named gives an answer the name and type of its operation.
func (p *prepared) named(r *Response) *Response {
	if p.op != nil {
		r.Operation, r.Type = p.op.def.Name, string(p.op.def.Operation)
	}
	return r
}
