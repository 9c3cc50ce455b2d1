package engine

// maxPrice is where prices stop to grow.
const maxPrice = 1 << 40

// typePrice is what a type costs in introspection, with its fields. The whole
// schema costs as much as all its types: it is the longest answer that some
// servers give.
const typePrice = 10

// price returns what a request costs before it is executed: the weight of its
// fields, and of what is below them as many times as they multiply it. Where
// objects of several types may stand, the dearest counts.
func (e *Engine) price(p *prepared) int {
	known := make([]int, len(p.selections))
	for i := range known {
		known[i] = -1
	}
	var of func(s *selection) int
	of = func(s *selection) int {
		if known[s.id] >= 0 {
			return known[s.id]
		}
		sum := 0
		for _, f := range s.fields {
			if f.field == nil {
				continue
			}
			if f.field.meta != nil { // of a root, for nothing below it is looked at
				sum += typePrice
				if f.field.name == "__schema" {
					sum += typePrice * len(e.defs.Types)
				}
				continue
			}
			below := 0
			if f.sub != nil {
				below = of(f.sub)
			}
			for _, sub := range f.subs {
				below = max(below, of(sub))
			}
			weight, times := e.opts.Cost(s.typ.name, f.field.name, p.args[f.id].values)
			sum = min(sum+min(max(weight, 0), maxPrice)+min(max(times, 1), maxPrice/max(below, 1)+1)*below, maxPrice)
		}
		known[s.id] = sum
		return sum
	}
	return of(p.root)
}
