package graph

import (
	"cmp"
	"crypto/sha1"
	"encoding/binary"
	"encoding/hex"
	"time"

	"github.com/google/uuid"

	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/span"
	"github.com/onrecord/onrecord/graph/vocab"
)

// ID identifies a node or an edge for ever: in GraphQL, in addresses, in
// exports. It is a UUID. The zero ID is none.
type ID [16]byte

// NewID returns a fresh ID for what a person creates: a UUID of version 7.
func NewID() ID { return ID(uuid.Must(uuid.NewV7())) }

// namespace is the name space of every ID that is derived from a key.
var namespace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://onrecord.dev/ns#"))

// KeyID returns the ID that belongs to a key: a UUID of version 5, the same on
// every machine, so that importing twice changes nothing. The hash input is
// each part behind its length as a big-endian uint32, so that no two lists of
// parts share an ID.
func KeyID(parts ...string) ID {
	h := sha1.New()
	h.Write(namespace[:])
	var n [4]byte
	for _, p := range parts {
		binary.BigEndian.PutUint32(n[:], uint32(len(p)))
		h.Write(n[:])
		h.Write([]byte(p))
	}
	var id ID
	copy(id[:], h.Sum(nil))
	id[6] = id[6]&0x0f | 0x50
	id[8] = id[8]&0x3f | 0x80
	return id
}

// ParseID reads an ID in its one written form: 36 characters, lower case.
func ParseID(s string) (ID, error) {
	u, err := uuid.Parse(s)
	if err != nil || u.String() != s {
		return ID{}, Invalidf("%q is no id: an id is a UUID in lower case, as in 0190163d-8694-739b-aea5-966c26f8ad90", s)
	}
	return ID(u), nil
}

// String is the written form.
func (id ID) String() string { return uuid.UUID(id).String() }

// IsZero reports whether id is none.
func (id ID) IsZero() bool { return id == ID{} }

// MarshalText and UnmarshalText use the written form.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads the written form.
func (id *ID) UnmarshalText(b []byte) (err error) {
	*id, err = ParseID(string(b))
	return err
}

// Ref is the record's own number of a node or an edge, given at its first
// revision and never again. It is the same on every copy of a record, but not
// in another record: it never leaves the record.
type Ref uint64

// Props are the values of a node or an edge by the name of the property. The
// Go type of a value is stated at [vocab.Type]; a property without a value is
// absent.
type Props map[string]any

// Node is one version of a node.
type Node struct {
	ID    ID
	Kind  vocab.NodeKind
	Props Props

	// The rest is filled in by reading.
	Ref       Ref
	Seq       uint64 // the revision that made this version
	Retracted bool
	Redacted  bool // its texts are gone
}

// Status is one of vocab.Status: EXPLICIT unless the node was proposed.
func (n *Node) Status() string { return cmp.Or(n.Text("status"), "EXPLICIT") }

// Stands reports whether the node is part of the present, and neither a
// candidate nor rejected.
func (n *Node) Stands() bool { return !n.Retracted && StatusesOf(n.Status())&Shown != 0 }

// Edge is one version of an edge.
type Edge struct {
	// ID is derived from the kind, the ends and the kind's key properties: see
	// [EdgeID]. It may be left zero when writing.
	ID       ID
	Kind     vocab.EdgeKind
	From, To ID
	Props    Props

	// The rest is filled in by reading.
	Ref            Ref
	FromRef, ToRef Ref
	Seq            uint64
	Retracted      bool
}

// Name is one name of a speaker.
type Name struct {
	Value    string `json:"value"`
	Language string `json:"language,omitempty"` // BCP 47
	Script   string `json:"script,omitempty"`   // ISO 15924: Latn, Arab
}

// Span is an exact place in a capture's text. Its offsets count code points,
// half-open, with bytes beside them.
type Span struct {
	Capture ID
	span.Span
	// Exact is the text at that place. A writer states it, and is refused
	// when the capture says otherwise; of a stored span it is read back from
	// the capture on demand, see [View.Exact].
	Exact string
	// Hash is kept with the span, so that [Record.Verify] finds a damaged one.
	Hash [8]byte
}

// GapNote is something that the sources leave open.
type GapNote struct {
	Kind string // one of vocab.GapKind
	Note string
}

// Marked is a date as a text writes it, with its place.
type Marked struct {
	When  edtf.When
	Place Span
	Genre string // weekday, duration, deictic and the like
	Note  string
}

// Op says what a change does.
type Op uint8

// The changes that a revision is made of.
const (
	PutNode Op = iota + 1 // writes a node whole: its former properties do not remain
	PutEdge               // writes an edge whole
	Retract               // hides a node or an edge from the present
	Redact                // drops a node's texts, in every version
)

func (o Op) String() string {
	return [...]string{"none", "put node", "put edge", "retract", "redact"}[min(int(o), 4)]
}

// Change is one step of a revision.
type Change struct {
	Op   Op
	Node *Node // for PutNode
	Edge *Edge // for PutEdge
	ID   ID    // for Retract and Redact

	// IfAbsent skips the put when the node or edge is on record already,
	// whatever it says there. Importers use it to leave corrections alone.
	IfAbsent bool
	// IfSeq, when not nil, refuses the revision unless the newest version has
	// that sequence number; 0 means that nothing is on record.
	IfSeq *uint64
}

// Put returns the change that writes a node.
func Put(n *Node) Change { return Change{Op: PutNode, Node: n} }

// Connect returns the change that writes an edge.
func Connect(e *Edge) Change { return Change{Op: PutEdge, Edge: e} }

// Revision is one entry of the log: changes that happen together, by whom, how
// and why.
type Revision struct {
	Seq  uint64    // from 1, without gaps; given by the record
	Time time.Time // when it was recorded: UTC, to the microsecond, never before an earlier one; given by the record

	Agent  string // who: a person's or a program's name; required
	Method string // how: human, import:FORMAT, rule:NAME, model:NAME@VERSION; required
	Reason string // why

	// Key, when not empty, makes the write idempotent: a revision with a key
	// that is on record already changes nothing and answers with the sequence
	// number of the first.
	Key string

	Changes []Change
}

// Changed is what a revision in the log did to one node or edge.
type Changed struct {
	Op  Op
	Ref Ref
}

// Logged is a revision as read back from the log.
type Logged struct {
	Seq                        uint64
	Time                       time.Time
	Agent, Method, Reason, Key string
	Changes                    []Changed
	Chain                      [32]byte // see chainHash
}

// Head is the state of the log after its newest revision.
type Head struct {
	Seq   uint64
	Time  time.Time // zero while the record is empty
	Next  Ref       // the next number to be given
	Chain [32]byte
}

// Root is the chain hash as hexadecimal digits.
func (h Head) Root() string { return hex.EncodeToString(h.Chain[:]) }
