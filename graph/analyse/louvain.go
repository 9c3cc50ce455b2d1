package analyse

// Communities puts each node into a group, so that there are many links within
// groups and few between them: the method of Louvain (Blondel and others, 2008,
// https://arxiv.org/abs/0803.0476). Nodes move in their order, and of equally good
// groups to that of the lowest number, so that the groups are the same each time.
// Groups are numbered in the order of their first nodes. Directions do not count;
// links that are there twice count twice.
func (t *Net) Communities() []int32 {
	w := weightsOf(t)
	group := make([]int32, t.n) // of each node of the net
	for i := range group {
		group[i] = int32(i)
	}
	for {
		of, moved := w.move()
		if !moved {
			return number(group)
		}
		of = number(of)
		for i := range group {
			group[i] = of[group[i]]
		}
		w = w.merge(of)
	}
}

// number numbers groups in the order in which they come first.
func number(groups []int32) []int32 {
	as := make(map[int32]int32)
	for i, g := range groups {
		n, known := as[g]
		if !known {
			n = int32(len(as))
			as[g] = n
		}
		groups[i] = n
	}
	return groups
}

// weights is a net whose links have weights: a node is a group of the net below.
type weights struct {
	at   []int64
	to   []int32
	by   []int64 // weight of each link
	self []int64 // of the links within a node, both ways
	all  []int64 // of all links of a node, with those within
	sum  int64   // of all
}

func weightsOf(t *Net) *weights {
	w := &weights{at: make([]int64, t.n+1), self: make([]int64, t.n), all: make([]int64, t.n), sum: int64(len(t.to))}
	for i := range t.n {
		for _, to := range t.to[t.at[i]:t.at[i+1]] {
			w.all[i]++
			if int(to) == i {
				w.self[i]++
				continue
			}
			w.to, w.by = append(w.to, to), append(w.by, 1)
		}
		w.at[i+1] = int64(len(w.to))
	}
	return w
}

// move moves nodes to better groups until none is better.
func (w *weights) move() (of []int32, moved bool) {
	n := len(w.self)
	of = make([]int32, n)
	total := make([]int64, n) // of the weights of a group's nodes
	for i := range of {
		of[i], total[i] = int32(i), w.all[i]
	}
	links := make([]int64, n) // of the node at hand to each group
	var met []int32
	for again := true; again; {
		again = false
		for i := range n {
			met = met[:0]
			for k := w.at[i]; k < w.at[i+1]; k++ {
				g := of[w.to[k]]
				if links[g] == 0 {
					met = append(met, g)
				}
				links[g] += w.by[k]
			}
			own := of[i]
			total[own] -= w.all[i]
			// What a group is better by, times the sum of all weights.
			gain := func(g int32) float64 {
				return float64(links[g])*float64(w.sum) - float64(total[g])*float64(w.all[i])
			}
			best, most := own, gain(own)
			for _, g := range met {
				if x := gain(g); x > most || x == most && g < best && best != own {
					best, most = g, x
				}
			}
			total[best] += w.all[i]
			if best != own {
				of[i], again, moved = best, true, true
			}
			for _, g := range met {
				links[g] = 0
			}
		}
	}
	return of, moved
}

// merge makes a node of each group.
func (w *weights) merge(of []int32) *weights {
	n := 0
	for _, g := range of {
		n = max(n, int(g)+1)
	}
	members := make([][]int32, n)
	for i, g := range of {
		members[g] = append(members[g], int32(i))
	}
	out := &weights{at: make([]int64, n+1), self: make([]int64, n), all: make([]int64, n), sum: w.sum}
	links := make([]int64, n)
	for g, list := range members {
		var met []int32
		for _, i := range list {
			out.self[g] += w.self[i]
			out.all[g] += w.all[i]
			for k := w.at[i]; k < w.at[i+1]; k++ {
				other := of[w.to[k]]
				if int(other) == g {
					out.self[g] += w.by[k]
					continue
				}
				if links[other] == 0 {
					met = append(met, other)
				}
				links[other] += w.by[k]
			}
		}
		for _, other := range met {
			out.to, out.by = append(out.to, other), append(out.by, links[other])
			links[other] = 0
		}
		out.at[g+1] = int64(len(out.to))
	}
	return out
}

// Modularity says how good groups are: the share of links within them, less what it
// would be by chance.
func (t *Net) Modularity(groups []int32) float64 {
	if len(t.links) == 0 {
		return 0
	}
	n := 0
	for _, g := range groups {
		n = max(n, int(g)+1)
	}
	total := make([]int64, n)
	within := 0
	for i, g := range groups {
		total[g] += int64(t.Degree(i))
	}
	for _, l := range t.links {
		if groups[l[0]] == groups[l[1]] {
			within++
		}
	}
	all := 2 * float64(len(t.links))
	q := 2 * float64(within) / all
	for _, k := range total {
		q -= float64(k) / all * float64(k) / all
	}
	return q
}
