// Package vocab is the vocabulary of the record, declared once: which kinds of
// nodes and edges there are, their properties, what an edge may connect, what
// each is called in other vocabularies.
//
// The store validates by it; the GraphQL types, the exporters' columns and the
// pages are derived from it. Adding a property is one line in [nodes.go] or
// [edges.go].
//
// # Nouns
//
// A [Node] declares a kind of node, an [Edge] a kind of edge, a [Property] one
// value that either may carry. [Nodes] and [Edges] list them all; [Common] and
// [CommonEdge] are the properties that every kind has.
//
// # Promises
//
// A Tag is stored. It is never changed and never given to another property.
package vocab

import "slices"

// NodeKind says what a node is. The zero NodeKind is none.
type NodeKind uint8

// The kinds of nodes. The numbers are stored: only append.
const (
	Source NodeKind = iota + 1
	Capture
	Speaker
	Statement
	Claim
	Event
	Agreement
	Stance
	Review
	Topic
	Place
)

// EdgeKind says how two nodes are related. The zero EdgeKind is none.
type EdgeKind uint8

// The kinds of edges. The numbers are stored: only append.
const (
	Said EdgeKind = iota + 1
	QuotedIn
	CaptureOf
	Expresses
	About
	RespondsTo
	Repeats
	Qualifies
	Cites
	Summarizes
	Elaborates
	Because
	ResultedIn
	WithdrawsFrom
	Contradicts
	Supports
	Renders
	AddressedTo
	Holds
	Toward
	EvidencedBy
	ParticipatedIn
	PartyTo
	MemberOf
	HeldOffice
	Performs
	Occasion
	Before
	Reviews
	At
	Published
	SameAs
	DifferentFrom
	MentionedIn
)

// Type is the type of a property's value. The Go type of each is stated.
type Type uint8

const (
	Text     Type = iota + 1 // string, any text
	URL                      // string, an absolute http or https address
	Language                 // string, a BCP 47 tag: "en", "fa-IR"
	Digest                   // string, 64 lower-case hexadecimal digits
	Enum                     // string, one of the property's Values
	Number                   // float64, finite
	Instant                  // time.Time in UTC, to the microsecond
	When                     // edtf.When
	Whens                    // []graph.Marked: dates as written, each with its place
	Texts                    // []string, in the order given
	URLs                     // []string
	Names                    // []graph.Name
	Spans                    // []graph.Span
	Gaps                     // []graph.GapNote
)

// Remains reports whether a value of the type outlives a redaction, because it
// holds none of a source's words.
func (t Type) Remains() bool {
	switch t {
	case Digest, Enum, Number, Instant, Language, When:
		return true
	}
	return false
}

// Property is one value that a node or an edge may carry.
type Property struct {
	Name     string // as in GraphQL: lowerCamel
	Tag      uint8  // stored; never reused within a kind
	Type     Type
	Values   *Values // for Enum
	Required bool    // a node without it is refused
	Default  string  // for a required Enum: what an absent value means
	Search   bool    // its text is found by full-text search
	Lookup   bool    // its values are names: the node is found by any of them
	Apart    bool    // kept apart from the other values, because it is long
	Term     string  // the standard term, as prefix:name of [Prefixes]
	Doc      string
}

// Values is a closed list of names. Their positions are stored: only append.
type Values struct {
	Name  string // the GraphQL enum
	Doc   string
	Names []string
	Docs  []string // beside Names; may be shorter
}

// Index returns the position of name, or -1.
func (v *Values) Index(name string) int {
	for i, n := range v.Names {
		if n == name {
			return i
		}
	}
	return -1
}

// Node declares one kind of node.
type Node struct {
	Kind       NodeKind
	Name       string // the GraphQL enum value: "STATEMENT"
	Type       string // the GraphQL type: "Statement"
	Plural     string // the root field and page: "statements"
	Term       string
	Doc        string
	Properties []Property

	Label []string // the properties that a person would call it by, best first
	When  string   // the When property that places it in time; "" where none does
}

// Edge declares one kind of edge.
type Edge struct {
	Kind     EdgeKind
	Name     string // the GraphQL enum value: "QUOTED_IN"
	From, To []NodeKind
	Term     string
	Doc      string
	// Out and In say how the edge is called when it is followed from either
	// end, and whether that end keeps its list in the order of time.
	Out, In Way

	Properties []Property
	// Key names the properties that, with both ends and the kind, tell one
	// edge from another.
	Key []string

	Symmetric bool // means the same in both directions
	SameKind  bool // both ends are of one kind
	Acyclic   bool // a node never reaches itself: an order
	Evidenced bool // refused without evidence
	Listed    bool // asked for by its kind alone
}

// Way is an edge as seen from one of its ends.
type Way struct {
	Field string // the GraphQL field; "" where there is none
	Many  Many
	// Need lists the kinds of nodes that are refused without such an edge at
	// this end. At most one is allowed where Many is One.
	Need []NodeKind
	// InTime keeps the list in the order of the other nodes' dates. It costs
	// a rewrite of the list's entry when the other node's date changes, so it
	// is for ends whose other nodes have few edges.
	InTime bool
	Doc    string
}

// Many says how many edges a way leads along, and so the shape of its field.
type Many uint8

const (
	One   Many = iota // at most one: a field that is a node or null
	Few               // a list, given whole
	Pages             // a connection, given page by page
)

// Node returns the declaration of k, or nil.
func (k NodeKind) Node() *Node {
	if k == 0 || int(k) > len(Nodes) {
		return nil
	}
	return &Nodes[k-1]
}

// Edge returns the declaration of k, or nil.
func (k EdgeKind) Edge() *Edge {
	if k == 0 || int(k) > len(Edges) {
		return nil
	}
	return &Edges[k-1]
}

// String is the kind's name, as in GraphQL.
func (k NodeKind) String() string {
	if n := k.Node(); n != nil {
		return n.Name
	}
	return "NONE"
}

// String is the kind's name, as in GraphQL.
func (k EdgeKind) String() string {
	if e := k.Edge(); e != nil {
		return e.Name
	}
	return "NONE"
}

// ParseNodeKind returns the kind of that name.
func ParseNodeKind(name string) (NodeKind, bool) {
	for i := range Nodes {
		if Nodes[i].Name == name {
			return Nodes[i].Kind, true
		}
	}
	return 0, false
}

// ParseEdgeKind returns the kind of that name.
func ParseEdgeKind(name string) (EdgeKind, bool) {
	for i := range Edges {
		if Edges[i].Name == name {
			return Edges[i].Kind, true
		}
	}
	return 0, false
}

// All returns the node's own properties and then the common ones, in the order
// of their tags.
func (n *Node) All() []Property { return nodeAll[n.Kind] }

// All returns the edge's own properties and then the common ones, in the order
// of their tags.
func (e *Edge) All() []Property { return edgeAll[e.Kind] }

// Property returns the property of that name, or nil.
func (n *Node) Property(name string) *Property { return find(n.All(), name) }

// Property returns the property of that name, or nil.
func (e *Edge) Property(name string) *Property { return find(e.All(), name) }

// Allows reports whether the edge may lead from a node of one kind to another.
func (e *Edge) Allows(from, to NodeKind) bool {
	return contains(e.From, from) && contains(e.To, to)
}

func find(ps []Property, name string) *Property {
	for i := range ps {
		if ps[i].Name == name {
			return &ps[i]
		}
	}
	return nil
}

func contains(ks []NodeKind, k NodeKind) bool {
	return slices.Contains(ks, k)
}

var (
	nodeAll = make(map[NodeKind][]Property)
	edgeAll = make(map[EdgeKind][]Property)
)

func init() {
	for i := range Nodes {
		nodeAll[Nodes[i].Kind] = byTag(Nodes[i].Properties, Common)
	}
	for i := range Edges {
		edgeAll[Edges[i].Kind] = byTag(Edges[i].Properties, CommonEdge)
	}
}

func byTag(own, common []Property) []Property {
	all := slices.Concat(own, common)
	slices.SortStableFunc(all, func(a, b Property) int { return int(a.Tag) - int(b.Tag) })
	return all
}
