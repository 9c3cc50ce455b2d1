package analyse_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/graph/analyse"
)

// karate is the club of Zachary (1977), on which methods are compared: who met whom
// outside of it. Numbers as in NetworkX.
const karate = `
0-1 0-2 0-3 0-4 0-5 0-6 0-7 0-8 0-10 0-11 0-12 0-13 0-17 0-19 0-21 0-31 1-2 1-3 1-7 1-13 1-17 1-19 1-21 1-30
2-3 2-7 2-8 2-9 2-13 2-27 2-28 2-32 3-7 3-12 3-13 4-6 4-10 5-6 5-10 5-16 6-16 8-30 8-32 8-33 9-33 13-33 14-32
14-33 15-32 15-33 18-32 18-33 19-33 20-32 20-33 22-32 22-33 23-25 23-27 23-29 23-32 23-33 24-25 24-27 24-31
25-31 26-29 26-33 27-33 28-31 28-33 29-32 29-33 30-32 30-33 31-32 31-33 32-33
`

// karateRanks is the PageRank by NetworkX 2.8.8, with each link from the lower number
// to the higher.
var karateRanks = []float64{
	0.015060495, 0.015860584, 0.017545771, 0.019410009, 0.015860584, 0.015860584, 0.027095164, 0.024909511,
	0.017724822, 0.016924733, 0.027095164, 0.015860584, 0.021360086, 0.024909511, 0.015060495, 0.015060495,
	0.042585216, 0.017545771, 0.015060495, 0.017545771, 0.015060495, 0.017545771, 0.015060495, 0.015060495,
	0.015060495, 0.021887919, 0.015060495, 0.023752157, 0.016924733, 0.024021489, 0.021767715, 0.045925466,
	0.095489336, 0.259047101,
}

func club(t testing.TB) *analyse.Net {
	t.Helper()
	var links [][2]int32
	for pair := range strings.FieldsSeq(karate) {
		a, b, _ := strings.Cut(pair, "-")
		links = append(links, [2]int32{number(a), number(b)})
	}
	if len(links) != 78 {
		t.Fatalf("the club has %d links, want 78", len(links))
	}
	return analyse.NewNet(34, links)
}

func number(s string) (n int32) {
	for _, c := range s {
		n = 10*n + c - '0'
	}
	return n
}

func TestPageRank(t *testing.T) {
	t.Parallel()
	sum := 0.0
	for i, got := range club(t).PageRank() {
		sum += got
		if math.Abs(got-karateRanks[i]) > 1e-8 {
			t.Errorf("member %d: got %.9f, want %.9f", i, got, karateRanks[i])
		}
	}
	if math.Abs(sum-1) > 1e-9 {
		t.Errorf("all ranks are %v, want 1", sum)
	}
	if got := analyse.NewNet(0, nil).PageRank(); len(got) != 0 {
		t.Errorf("of nothing: %v", got)
	}
}

func TestModularity(t *testing.T) {
	t.Parallel()
	// The club fell apart into these and the others; the number is NetworkX's.
	groups := make([]int32, 34)
	for i := range groups {
		if !slices.Contains([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 16, 17, 19, 21}, i) {
			groups[i] = 1
		}
	}
	if got := club(t).Modularity(groups); math.Abs(got-0.3582347140039448) > 1e-12 {
		t.Errorf("got %v, want 0.3582347140039448", got)
	}
}

// The best groups of the club have 0.4198 (Brandes and others, 2008), those that
// others find by the same method 0.4188.
func TestCommunities(t *testing.T) {
	t.Parallel()
	net := club(t)
	groups := net.Communities()
	if q := net.Modularity(groups); q < 0.4155 || q > 0.4198 {
		t.Errorf("modularity %v, want 0.4155 to 0.4198", q)
	}
	if n := slices.Max(groups) + 1; n != 4 {
		t.Errorf("%d groups, want 4", n)
	}
	if again := club(t).Communities(); !slices.Equal(groups, again) {
		t.Errorf("got %v and then %v", groups, again)
	}
}

// Groups that are joined by single links are found as they were made.
func TestCommunitiesOfCliques(t *testing.T) {
	t.Parallel()
	var links [][2]int32
	const cliques, size = 30, 5
	for c := range int32(cliques) {
		for i := range int32(size) {
			for j := i + 1; j < size; j++ {
				links = append(links, [2]int32{c*size + i, c*size + j})
			}
		}
		links = append(links, [2]int32{c * size, (c+1)%cliques*size + 1})
	}
	net := analyse.NewNet(cliques*size, links)
	groups := net.Communities()
	for i, g := range groups {
		if g != groups[i/size*size] {
			t.Fatalf("node %d is in group %d, and the first of its clique in %d", i, g, groups[i/size*size])
		}
	}
	if got := net.Components(); !slices.Equal(got, []int{cliques * size}) {
		t.Errorf("components: %v", got)
	}
}

func TestSmallNets(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		n          int
		links      [][2]int32
		degrees    []analyse.DegreeCount
		components []int
		groups     []int32
	}{
		{"nothing", 0, nil, []analyse.DegreeCount{}, []int{}, []int32{}},
		{"nobody knows anybody", 3, nil, []analyse.DegreeCount{{Nodes: 3}}, []int{1, 1, 1}, []int32{0, 1, 2}},
		{"a pair and one alone", 3, [][2]int32{{2, 0}}, []analyse.DegreeCount{{0, 1}, {1, 2}}, []int{2, 1}, []int32{0, 1, 0}},
		{"twice", 2, [][2]int32{{0, 1}, {0, 1}}, []analyse.DegreeCount{{2, 2}}, []int{2}, []int32{0, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			net := analyse.NewNet(c.n, c.links)
			if got := net.Degrees(); !slices.Equal(got, c.degrees) {
				t.Errorf("degrees %v, want %v", got, c.degrees)
			}
			if got := net.Components(); !slices.Equal(got, c.components) {
				t.Errorf("components %v, want %v", got, c.components)
			}
			if got := net.Communities(); !slices.Equal(got, c.groups) {
				t.Errorf("communities %v, want %v", got, c.groups)
			}
		})
	}
}

// random is a net of groups of fifty, as graphs of people are.
func random(n int) *analyse.Net {
	rnd := rand.New(rand.NewPCG(1, 2))
	var links [][2]int32
	for i := range n {
		for range 5 {
			to := i/50*50 + rnd.IntN(50)
			if rnd.IntN(5) == 0 {
				to = rnd.IntN(n)
			}
			links = append(links, [2]int32{int32(i), int32(to % n)})
		}
	}
	return analyse.NewNet(n, links)
}

func BenchmarkCommunities(b *testing.B) {
	for name, n := range map[string]int{"n=20000": 20_000, "n=1000000": 1_000_000} {
		b.Run(name, func(b *testing.B) {
			net := random(n)
			for b.Loop() {
				b.ReportMetric(net.Modularity(net.Communities()), "modularity")
			}
		})
	}
}

func BenchmarkPageRank(b *testing.B) {
	net := random(1_000_000)
	for b.Loop() {
		net.PageRank()
	}
}
