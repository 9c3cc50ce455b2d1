// Package analyse tells what people look at first in a graph: how many links its
// nodes have, what hangs together, who is in its middle, which groups it falls into;
// and of a record, which claims are made again and again, and who disagrees with
// whom.
//
// A [Net] is nodes by number and links between them, and nothing else. A [Report] is
// what [Of] tells of a selection of the record.
//
// Everything is done in the order of the nodes, which is that of recording: the same
// selection as of the same revision gives the same answer on every machine.
package analyse

import (
	"cmp"
	"slices"
)

// Net are nodes, numbered from 0, and links from one to another.
type Net struct {
	n     int
	links [][2]int32
	// The links of each node, both ways: those of node i are to[at[i]:at[i+1]].
	at []int64
	to []int32
}

// NewNet returns the net of n nodes. It keeps links.
func NewNet(n int, links [][2]int32) *Net {
	t := &Net{n: n, links: links, at: make([]int64, n+1), to: make([]int32, 2*len(links))}
	for _, l := range links {
		t.at[l[0]+1]++
		t.at[l[1]+1]++
	}
	for i := range n {
		t.at[i+1] += t.at[i]
	}
	next := slices.Clone(t.at[:n])
	for _, l := range links {
		for way := range 2 {
			from, to := l[way], l[1-way]
			t.to[next[from]] = to
			next[from]++
		}
	}
	return t
}

// Degree is how many links a node has, both ways.
func (t *Net) Degree(i int) int { return int(t.at[i+1] - t.at[i]) }

// DegreeCount says how many nodes have a degree.
type DegreeCount struct {
	Degree int `json:"degree"`
	Nodes  int `json:"nodes"`
}

// Degrees is the distribution of the degrees, in their order.
func (t *Net) Degrees() []DegreeCount {
	count := make(map[int]int)
	for i := range t.n {
		count[t.Degree(i)]++
	}
	out := make([]DegreeCount, 0, len(count))
	for d, n := range count {
		out = append(out, DegreeCount{d, n})
	}
	slices.SortFunc(out, func(a, b DegreeCount) int { return cmp.Compare(a.Degree, b.Degree) })
	return out
}

// Components are the sizes of what hangs together, the largest first.
func (t *Net) Components() []int {
	parent := make([]int32, t.n)
	for i := range parent {
		parent[i] = int32(i)
	}
	root := func(i int32) int32 {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	for _, l := range t.links {
		a, b := root(l[0]), root(l[1])
		parent[max(a, b)] = min(a, b)
	}
	count := make(map[int32]int)
	for i := range parent {
		count[root(int32(i))]++
	}
	sizes := make([]int, 0, len(count))
	for _, n := range count {
		sizes = append(sizes, n)
	}
	slices.SortFunc(sizes, func(a, b int) int { return cmp.Compare(b, a) })
	return sizes
}

// Parts of [Net.PageRank].
const (
	damping    = 0.85
	tolerance  = 1e-12 // of the sum of all changes
	iterations = 200
)

// PageRank is the share of a walker's time at each node, who follows links in their
// direction, and with the probability of 0.15, or where there is none, begins
// anywhere.
func (t *Net) PageRank() []float64 {
	if t.n == 0 {
		return nil
	}
	out := make([]int32, t.n)
	for _, l := range t.links {
		out[l[0]]++
	}
	now, next := make([]float64, t.n), make([]float64, t.n)
	for i := range now {
		now[i] = 1 / float64(t.n)
	}
	for range iterations {
		stuck := 0.0
		for i, n := range out {
			if n == 0 {
				stuck += now[i]
			}
		}
		base := (1-damping)/float64(t.n) + damping*stuck/float64(t.n)
		for i := range next {
			next[i] = base
		}
		for _, l := range t.links {
			next[l[1]] += damping * now[l[0]] / float64(out[l[0]])
		}
		change := 0.0
		for i := range next {
			change += max(next[i]-now[i], now[i]-next[i])
		}
		now, next = next, now
		if change < tolerance {
			break
		}
	}
	return now
}
