package pages

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseFragments(t *testing.T) {
	t.Parallel()
	const text = `query X($id: ID!) { ...XPage }

# fragment of a comment { }
fragment XPage on Query {
  node(id: $id) { # said
    ...Name
    ... on Claim { oldest: statements(first: 1, filter: {said: {to: ")\""}}) { nodes { id } } text @skip(if: $bare), type @a @b(c: 1) }
  }
}

fragment Name on Node { id label }
`
	got, err := parseFragments(text)
	if err != nil {
		t.Fatal(err)
	}
	want := `node(id: $id) { ...Name ... on Claim { oldest: statements(first: 1, filter: {said: {to: ")\""}}) { nodes { id } } text @skip(if: $bare) type @a @b(c: 1) } }`
	if diff := cmp.Diff(want, got["XPage"].sub[0].String()); diff != "" {
		t.Error(diff)
	}
	paths := leaves(got["XPage"].sub, got)
	if diff := cmp.Diff([]string{"node.id", "node.label", "node.oldest.nodes.id", "node.text", "node.type"}, paths); diff != "" {
		t.Error(diff)
	}
	for _, bad := range []string{"fragment X on Query { a(b: 1 }", "fragment X on Query { a { b }", "fragment X { a }", "fragment X on Query", "fragment X on Query { ! }", "fragment X on Query { a("} {
		if _, err := parseFragments(bad); err == nil {
			t.Errorf("%s: got no error", bad)
		}
	}
}

// Each document has the list that it pages, or the node that it is of.
func TestListings(t *testing.T) {
	t.Parallel()
	documents, err := documents()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"claim": "timeline", "search": "search", "newest": "newest", "statement": "", "state": "none", "capture": "none"} {
		l := documents[name].list
		if l == nil {
			if want != "none" {
				t.Errorf("%s: got no list, want %q", name, want)
			}
			continue
		}
		if l.field != want || len(l.columns) < 10 || want != "" && l.keys == nil {
			t.Errorf("%s: got list %q of %d columns, want %q", name, l.field, len(l.columns), want)
		}
		if strings.Contains(l.rows.now, "$last") && l.forward {
			t.Errorf("%s: it pages from its end, and is said not to", name)
		}
	}
	const hidden = "query X($id: ID!, $after: String) { ...XPage }\n\nfragment XPage on Query { node(id: $id) { ...Talk } }\n\nfragment Talk on Speaker { statements(after: $after) { nodes { id } } }\n"
	if _, err := newListing(hidden, nil, nil); err == nil {
		t.Error("a list that stands in another fragment: got no error")
	}
}
