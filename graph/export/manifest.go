package export

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/onrecord/onrecord/graph"
	"github.com/onrecord/onrecord/graph/vocab"
)

// Manifest says what an export is: which part of the record as of which revision,
// what is in it, whose it is, and its content hash. It is a data package
// (https://specs.frictionlessdata.io/data-package/), of which Onrecord is our own
// part. It holds no time but the record's own.
type Manifest struct {
	Profile   string     `json:"profile"`
	Name      string     `json:"name"`
	Title     string     `json:"title"`
	Licenses  []Licence  `json:"licenses,omitempty"`
	Sources   []Origin   `json:"sources,omitempty"`
	Resources []Resource `json:"resources"`
	Onrecord  About      `json:"onrecord"`
	File      string     `json:"file,omitempty"` // the seal of the file that it stands in: see seal.go
}

// About is what a citation of the export needs.
type About struct {
	Query    string           `json:"query"`          // the selection as an address has it; asOf is in it
	Seq      uint64           `json:"seq"`            // the revision
	Time     time.Time        `json:"time,omitzero"`  // when that was recorded
	Root     string           `json:"root"`           // the chain hash of the log there
	Tree     string           `json:"tree,omitempty"` // the root of its tree there, as a checkpoint has it
	Nodes    int64            `json:"nodes"`          // how many
	Edges    int64            `json:"edges"`          //
	Kinds    map[string]int64 `json:"kinds"`          // how many of each
	Content  string           `json:"content"`        // sha256: and the content hash
	Software string           `json:"software"`       // who wrote it
	Vocab    string           `json:"vocabulary"`     // the name space of our own terms
	Sources  int64            `json:"sourcesTotal"`   // where Sources names only the first
	Without  int64            `json:"withoutLicence"` // sources that state none
	More     bool             `json:"moreLicences,omitempty"`
	Sum      string           `json:"sum"` // sha256: and that of this manifest on one line, with no resources, no file and "" here
}

// Licence is one under which a source may be kept and shown.
type Licence struct {
	Name  string `json:"name,omitempty"`
	Path  string `json:"path,omitempty"`
	Title string `json:"title,omitempty"`
}

// Origin is a source.
type Origin struct {
	Title string `json:"title"`
	Path  string `json:"path,omitempty"`
}

// Resource is a file of the export.
type Resource struct {
	Name      string  `json:"name"`
	Path      string  `json:"path"`
	Title     string  `json:"title,omitempty"`
	Format    string  `json:"format"`
	MediaType string  `json:"mediatype"`
	Profile   string  `json:"profile"`
	Encoding  string  `json:"encoding,omitempty"`
	Schema    *Schema `json:"schema,omitempty"`
	Note      string  `json:"description,omitempty"`
	Bytes     int64   `json:"bytes,omitempty"`
	Hash      string  `json:"hash,omitempty"`
	Seal      string  `json:"seal,omitempty"` // see seal.go
}

// Schema is a table schema.
type Schema struct {
	Fields      []Field      `json:"fields"`
	PrimaryKey  string       `json:"primaryKey,omitempty"`
	ForeignKeys []ForeignKey `json:"foreignKeys,omitempty"`
}

// Field is a column.
type Field struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	Title   string `json:"description,omitempty"`
	RDFType string `json:"rdfType,omitempty"`
}

// ForeignKey says that a column holds ids of another table.
type ForeignKey struct {
	Fields    string `json:"fields"`
	Reference struct {
		Resource string `json:"resource"`
		Fields   string `json:"fields"`
	} `json:"reference"`
}

// maxListed is how many sources and licences a manifest names. The others are in
// the data: a source is a node.
const maxListed = 1000

// newManifest is the manifest of a selection before anything of it was read.
func newManifest(v *graph.View, s *Selection, version string) *Manifest {
	h := v.Head()
	m := &Manifest{
		Profile: "data-package", Name: "onrecord-export", Title: "What was said, on the record",
		Resources: []Resource{},
		Onrecord: About{
			Query: query(s.Values(h.Seq)), Seq: h.Seq, Time: h.Time, Root: h.Root(),
			Kinds: make(map[string]int64), Software: strings.TrimSpace("onrecord " + version), Vocab: nsOR,
		},
	}
	return m
}

// query writes values as an address has them, with the commas left readable.
func query(q url.Values) string {
	return strings.ReplaceAll(q.Encode(), "%2C", ",")
}

func (m *Manifest) node(n *graph.Node) {
	m.Onrecord.Nodes++
	m.Onrecord.Kinds[n.Kind.String()]++
	if n.Kind != vocab.Source {
		return
	}
	m.Onrecord.Sources++
	if len(m.Sources) < maxListed {
		address, _ := n.Props["url"].(string)
		m.Sources = append(m.Sources, Origin{n.Label(), address})
	}
	licence, _ := n.Props["license"].(string)
	if licence == "" {
		m.Onrecord.Without++
		return
	}
	l := Licence{Name: licence}
	if strings.HasPrefix(licence, "http://") || strings.HasPrefix(licence, "https://") {
		l = Licence{Path: licence}
	}
	switch {
	case slices.Contains(m.Licenses, l):
	case len(m.Licenses) == maxListed:
		m.Onrecord.More = true
	default:
		m.Licenses = append(m.Licenses, l)
	}
}

func (m *Manifest) edge(e *graph.Edge) {
	m.Onrecord.Edges++
	m.Onrecord.Kinds[e.Kind.String()]++
}

// seal is the manifest's own sum.
func (m *Manifest) seal() string {
	bare := *m
	bare.Resources, bare.Onrecord.Sum, bare.File = []Resource{}, "", ""
	sum := sha256.Sum256(bare.line())
	return "sha256:" + hex.EncodeToString(sum[:])
}

// line is the manifest on one line.
func (m *Manifest) line() []byte { return encodeJSON(m, "") }

// file is the manifest as datapackage.json.
func (m *Manifest) file() []byte { return append(encodeJSON(m, "  "), '\n') }

// JSON is the manifest on one line.
func (m *Manifest) JSON() string { return string(m.line()) }

// encodeJSON encodes what is made of texts and numbers, which always can be.
func encodeJSON(v any, indent string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	_ = e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
