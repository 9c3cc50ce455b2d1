package schema

import (
	"slices"

	"github.com/graphql-go/graphql"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/vocab"
)

// newestField declares what was recorded last, which is what a feed of a record
// gives: other lists are in the order of what happened.
func (b *builder) newestField() *graphql.Field {
	t := nonNull(b.connection(b.node, "Node"))
	return fieldOf(t, "What was recorded last, the newest first.", pageArgs(graphql.FieldConfigArgument{
		"kinds": listArg(b.nodeKind, "Only nodes of these kinds: statements and reviews unless said."),
	}), func(c call[*graph.View]) ([]any, error) {
		kinds := []vocab.NodeKind{vocab.Statement, vocab.Review}
		if names := stringsArg(c.args, "kinds"); len(names) > 0 {
			kinds = kinds[:0]
			for _, s := range names {
				if k, ok := vocab.ParseNodeKind(s); ok && !slices.Contains(kinds, k) {
					kinds = append(kinds, k)
				}
			}
		}
		return pages(c, func(v *graph.View) (*graph.List, error) { return v.Newest(kinds...), nil })
	})
}
