package schema

import (
	"strings"

	"github.com/graphql-go/graphql"

	"github.com/onrecord/onrecord/graph"
)

// Cost prices the fields of a schema for the engine: an object costs one, and
// what is asked of the nodes of a page is paid for each node that the page may
// hold. A list that is given whole counts as ten.
func Cost(s graphql.Schema) func(parentType, field string, args map[string]any) (weight, multiplier int) {
	const whole = 10
	prices := make(map[string][2]int)
	for name, t := range s.TypeMap() {
		obj, ok := t.(*graphql.Object)
		if !ok || strings.HasPrefix(name, "__") {
			continue
		}
		for field, def := range obj.Fields() {
			named := graphql.GetNamed(def.Type)
			if graphql.IsLeafType(named.(graphql.Type)) {
				continue
			}
			price := [2]int{1, 1}
			switch {
			case strings.HasSuffix(named.String(), "Connection"):
				price[1] = graph.DefaultPage
			case isList(def.Type) && !strings.HasSuffix(name, "Connection"): // a connection's own lists are paid for by it
				price[1] = whole
			}
			prices[name+"."+field] = price
		}
	}
	return func(parentType, field string, args map[string]any) (int, int) {
		p := prices[parentType+"."+field]
		if p[1] == graph.DefaultPage {
			for _, size := range []string{"first", "last"} {
				if n, ok := args[size].(int); ok {
					return p[0], max(1, min(n, graph.MaxPage))
				}
			}
		}
		return p[0], p[1]
	}
}

func isList(t graphql.Type) bool {
	if nn, ok := t.(*graphql.NonNull); ok {
		t = nn.OfType
	}
	_, ok := t.(*graphql.List)
	return ok
}
