package pages

import (
	"encoding/json"
	"fmt"
)

// Answer is what the record answers to a page's question. A document fills the
// members that it asks for.
type Answer struct {
	Record         Record
	Node           *Node
	Nodes          []*Node
	Capture        *Node
	Timeline       Connection[Entry]
	Statements     Connection[*Node]
	Claims         Connection[*Node]
	Predictions    Connection[*Node]
	Speakers       Connection[*Node]
	Events         Connection[*Node]
	Sources        Connection[*Node]
	Topics         Connection[*Node]
	Agreements     Connection[*Node]
	Places         Connection[*Node]
	Reviews        Connection[*Node]
	Stances        Connection[*Node]
	Contradictions Connection[*Contradiction]
	Gaps           Connection[*Gap]
	Search         Connection[*Hit]
	Queue          struct {
		Proposals  Connection[*Node]
		Candidates Connection[*Tie]
	}
	Neighborhood *Part
	Path         *Part

	FoundClaims, FoundStatements, FoundEvents, FoundSources Connection[*Hit]
}

// Tie is an edge between two nodes.
type Tie struct {
	ID, Kind, Status string
	Method           string
	Confidence       float64 // 0 where none is given
	Note             string
	RecordedAt       string
	Properties       []struct{ Name, Value string }
	Evidence         []*Span
	From, To         *Node
}

// Record is the state of the record that was asked.
type Record struct {
	Seq          int
	Time         string
	Version      string
	RootHash     string
	Nodes, Edges int
}

// Node is a node of any kind, with what its document asks for.
type Node struct {
	Typename   string `json:"__typename"`
	ID         string
	Kind       string
	Label      string
	Retracted  bool
	Status     string
	RecordedAt string
	Note       string
	History    Connection[*Revision]
	Edges      Connection[*Tie]
	Gaps       []*Gap

	// A statement.
	Text             string
	Words            *string
	Mode             string
	Language         string
	Said             *Date
	Speaker          *Node
	Source           *Node
	QuotedIn         []*Span
	Quotations       []*Span
	Insertions       []*Span
	Narration        []*Span
	NestedQuotations []*Span
	Cue, Mention     *Span
	Occasion         *Node
	Addressees       []*Node
	Places           []*Node
	About            []*Node
	Renderings       []*Node
	RespondsTo       []*Node
	Responses        Connection[*Node]
	Repeats          []*Node
	RepeatedBy       []*Node
	Qualifies        []*Node
	QualifiedBy      []*Node
	Elaborates       []*Node
	ElaboratedBy     []*Node
	Summarizes       []*Node
	SummarizedBy     []*Node
	Cites            []*Node
	CitedBy          Connection[*Node]
	Performs         []*Node
	Claims           Connection[*Node]

	// A claim.
	Type           string
	Condition      string
	Horizon        *Date
	Resolution     string
	Modality       string
	Certainty      string
	Criterion      string
	Genre          string
	StatementCount int
	UtteranceCount int
	SourceCount    int
	Statements     Connection[*Node]
	Oldest, Newest Connection[*Node]
	Asserts        Connection[*Node]
	Denies         Connection[*Node]
	Questions      Connection[*Node]
	Reviews        Connection[*Node]
	StancesToward  Connection[*Node]
	Because        []*Node
	ReasonFor      []*Node
	Supports       []*Node
	SupportedBy    []*Node
	Contradicts    []*Node

	// An event, an agreement.
	Name          string
	Class         string
	Actuality     string
	When          *Date
	Participants  Connection[*Node]
	Before, After []*Node
	ResultedIn    []*Node
	ResultOf      []*Node
	WithdrawsFrom []*Node
	Withdrawals   []*Node
	PerformedBy   []*Node
	StatementsAt  Connection[*Node]
	Parties       []*Node
	Aliases       []string

	// A speaker.
	SpeakerType    string // as others' documents ask for it
	Names          []*Name
	Description    string
	Wikidata       string
	SameAs         []string
	MemberOf       []*Node
	Members        []*Node
	Offices        []*Node
	HeldOffice     Connection[*Tie]
	Officers       Connection[*Node]
	PartyTo        []*Node
	ParticipatedIn Connection[*Node]
	Published      json.RawMessage // a source's date, a speaker's sources
	Stances        Connection[*Node]
	Addressed      Connection[*Node]
	SameThingAs    []*Node
	DifferentFrom  []*Node
	Happened       Connection[*Node]

	// A stance.
	Polarity string
	Basis    string
	Strength string
	Holder   *Node
	Target   *Node
	Evidence []*Node

	// A review.
	Rating   string
	Scale    string
	URL      string
	Date     *Date
	Reviewer *Node
	Claim    *Node

	// A source, a capture.
	Title      string
	License    string
	Publisher  *Node
	Captures   []*Node
	Sha256     string
	CapturedAt string
	MediaType  string
	Length     int
	Part       *Span
	Paragraphs []*Span
	Headline   []*Span
	Dateline   []*Span
	Mentions   Connection[*Node]
}

// PublishedOn is when a source was published.
func (n *Node) PublishedOn() *Date {
	var d *Date
	if len(n.Published) > 0 && json.Unmarshal(n.Published, &d) != nil {
		return nil
	}
	return d
}

// Path is the address of the node's page.
func (n *Node) Path() string {
	if n == nil {
		return ""
	}
	return pathOf(n.Kind, n.ID)
}

// Date is a date as the record knows it.
type Date struct {
	Written    string
	EDTF       string
	Earliest   string // a day; "" where unbounded
	Latest     string
	Weekday    int
	ResolvedBy string
}

// Span is a place in a text, in code points.
type Span struct {
	Start, End     int
	Exact          string
	Prefix, Suffix string
	Capture        *Node
}

// Name is one name of a speaker.
type Name struct {
	Value, Language, Script string
}

// Revision is one entry of the log.
type Revision struct {
	Seq                   int
	Time                  string
	Agent, Method, Reason string
	Node                  *Node
}

// Gap is something that is not known.
type Gap struct {
	Kind, Note string
	Node       *Node
}

// Entry is one entry of a timeline.
type Entry struct {
	When     *Date
	Relation string
	Polarity string
	Order    string // KNOWN, RANGE or UNKNOWN
	Status   string
	Node     *Node
}

// Contradiction is a pair of statements whose claims cannot both hold.
type Contradiction struct {
	ID, Status, Reason string
	SameSpeaker        bool
	First, Second      *Node
	Edge               *struct{ From, To *Node }
}

// Hit is one thing that a search found.
type Hit struct {
	Snippet    string
	Highlights [][2]int
	Node       *Node
}

// Link is an edge of a connection, with what the relation says.
type Link[T any] struct {
	Cursor   string
	Polarity string
	Status   string
	Node     T
}

// Connection is a page of a list.
type Connection[T any] struct {
	TotalCount int
	PageInfo   struct {
		HasNextPage, HasPreviousPage bool
		StartCursor, EndCursor       string
	}
	Nodes []T
	Edges []Link[T]
}

// problem is one error of an answer.
type problem struct {
	Message    string
	Path       []any
	Extensions struct{ Code, RequestID string }
}

// decode reads an answer. The first problem is returned where there is no data.
func decode(body []byte) (*Answer, error) {
	var got struct {
		Data struct {
			Answer
			AsOf *Answer
		}
		Errors []problem
	}
	if err := json.Unmarshal(body, &got); err != nil {
		return nil, fmt.Errorf("an answer that cannot be read: %w", err)
	}
	if len(got.Errors) > 0 {
		return nil, refusalOf(got.Errors[0])
	}
	if got.Data.AsOf != nil {
		return got.Data.AsOf, nil
	}
	return &got.Data.Answer, nil
}
