package graph

import (
	"encoding/binary"

	"github.com/onrecord/onrecord/graph/edtf"
	"github.com/onrecord/onrecord/graph/vocab"
)

// FormatVersion is the version of the layout that this program writes. A store
// of a newer version is refused.
const FormatVersion = 2

// The first byte of a key says what it is: see keyTable.
const (
	keyMeta    = '!'
	keyLog     = 'L'
	keyEntity  = 'E'
	keyID      = 'I'
	keyOnce    = 'K'
	keyText    = 'X'
	keyMask    = 'M'
	keyList    = 'n'
	keyLinks   = 'a'
	keyNames   = 'w'
	keyGaps    = 'g'
	keyEdges   = 'e'
	keyCount   = 'c'
	keyFull    = 't'
	keyTree    = 'h'
	keyHistory = '~'
)

// keyRow is one row of the key table, from which LAYOUT.md is generated.
type keyRow struct {
	Prefix  byte
	Name    string
	Parts   string // the parts of the key behind the prefix, with their widths in bytes
	Value   string
	Cell    bool // its values are cells: they keep their history
	Derived bool // onrecord reindex makes it from the rest
	Why     string
	Example func() []byte
}

var keyTable = []keyRow{
	{
		keyMeta, "meta", "name", "`format`: version as decimal digits; `head`: see below; `reindex`: nothing, while indexes are unfinished", false, false,
		"What a reader must know before it reads anything else.", func() []byte { return metaKey("head") },
	},
	{
		keyLog, "log", "seq 8", "a log entry", false, false,
		"The record: everything else follows from the log and the versions of what it changed.", func() []byte { return logKey(7) },
	},
	{
		keyEntity, "entity", "ref 5", "a node or an edge", true, false,
		"Every version of every node and edge; the newest stands at the key itself.", func() []byte { return entityKey(42) },
	},
	{
		keyID, "id", "id 16", "ref 5", false, false,
		"Numbers of five bytes instead of sixteen keep the lists short.", func() []byte { return idKey(ID{0x01, 0x90}) },
	},
	{
		keyOnce, "once", "key of a revision", "seq 8", false, false,
		"A revision that is sent twice is written once.", func() []byte { return onceKey("seed/1") },
	},
	{
		keyText, "text", "ref 5, chunk 4", "a chunk of the text", false, false,
		"A span is read without the rest of its text; a redaction removes it in one place.", func() []byte { return textKey(42, 1) },
	},
	{
		keyMask, "mask", "ref 5", "a mask", false, false,
		"A covered text no longer has its own digest: this says which it has, and where it was covered.", func() []byte { return maskKey(42) },
	},
	{
		keyList, "list", "kind 1, date 10, ref 5, or kind + 128 1, ref 5", "nothing", true, true,
		"All nodes of a kind in the order of time, and those that wait for a decision in the order of recording.", func() []byte { return listKey(vocab.Statement, sortKey{1}, 42) },
	},
	{
		keyLinks, "links", "ref 5, way 1, date 10 (where the way keeps time), then other 5, edge 5 or edge 5, other 5", "status 1, kind of the other 1, first enumerated property 1", true, true,
		"The edges of a node, each way apart, in the order of time or of recording: a page is one scan however many there are.",
		func() []byte {
			return linkKey(42, wayOf(vocab.Expresses, In), sortKey{1}, 43, 44)
		},
	},
	{
		keyNames, "names", "kind 1, folded name from one of its words on, 0, ref 5", "nothing", true, true,
		"Find by any name, from any of its words on.", func() []byte { return nameKey(vocab.Speaker, "trump", 42) },
	},
	{
		keyGaps, "gaps", "ref 5, which 1, kind of gap 1", "nothing", true, true,
		"What is not known, without reading what is.", func() []byte { return gapKey(42, 0, 1) },
	},
	{
		keyEdges, "edges", "kind 1, edge 5", "status 1", true, true,
		"The edges that are asked for by their kind, such as contradictions, and all that wait for a decision.", func() []byte { return edgeListKey(vocab.Contradicts, 44) },
	},
	{
		keyCount, "count", "`n` kind 1 | `e` kind 1 | `l` ref 5, way 1", "a count", false, true,
		"A total without a scan.", func() []byte { return countLinksKey(42, wayOf(vocab.Expresses, In)) },
	},
	{
		keyFull, "full text", "see graph/postings", "blocks of postings", false, true,
		"Search by words. It may lag behind the log and catches up on opening.", func() []byte { return []byte{keyFull} },
	},
	{
		keyTree, "tree", "seq 8", "hashes", false, true,
		"The log as a Merkle tree: proofs of what is in it, and the tiles that are served, without reading the log.", func() []byte { return treeKey(6) },
	},
	{
		keyHistory, "history", "length of key 2, key, ^seq 8", "the cell that stood at the key from seq on", true, false,
		"What any cell said before, so that every list can be read as of any earlier revision. The history of derived keys is derived.",
		func() []byte { return historyKey(entityKey(42), 7) },
	},
}

// A ref takes five bytes in a key: a record holds up to 2^40 nodes and edges.
const refSize = 5

// maxRef is the greatest number that a key can hold.
const maxRef = Ref(1)<<(8*refSize) - 1

func appendRef(b []byte, r Ref) []byte {
	return append(b, byte(r>>32), byte(r>>24), byte(r>>16), byte(r>>8), byte(r))
}

func parseRef(b []byte) Ref {
	return Ref(b[0])<<32 | Ref(b[1])<<24 | Ref(b[2])<<16 | Ref(b[3])<<8 | Ref(b[4])
}

// readRef reads a number that stands at a key.
func readRef(key, b []byte) (Ref, error) {
	if len(b) != refSize {
		return 0, corrupt(key, "no number of a node or an edge")
	}
	return parseRef(b), nil
}

// sortKey orders by date: see [edtf.AppendSortKey].
type sortKey [edtf.SortKeySize]byte

// undated sorts behind every date.
var undated = dateKey(edtf.When{})

func dateKey(w edtf.When) (k sortKey) {
	copy(k[:], edtf.AppendSortKey(nil, w.Interval()))
	return k
}

func metaKey(name string) []byte { return append([]byte{keyMeta}, name...) }
func logKey(seq uint64) []byte   { return binary.BigEndian.AppendUint64([]byte{keyLog}, seq) }
func entityKey(r Ref) []byte     { return appendRef([]byte{keyEntity}, r) }
func idKey(id ID) []byte         { return append([]byte{keyID}, id[:]...) }
func treeKey(seq uint64) []byte  { return binary.BigEndian.AppendUint64([]byte{keyTree}, seq) }
func onceKey(key string) []byte  { return append([]byte{keyOnce}, key...) }
func maskKey(r Ref) []byte       { return appendRef([]byte{keyMask}, r) }

func textPrefix(r Ref) []byte { return appendRef([]byte{keyText}, r) }
func textKey(r Ref, chunk int) []byte {
	return binary.BigEndian.AppendUint32(textPrefix(r), uint32(chunk))
}

func listPrefix(k vocab.NodeKind) []byte { return []byte{keyList, byte(k)} }
func listKey(k vocab.NodeKind, date sortKey, r Ref) []byte {
	return appendRef(append(listPrefix(k), date[:]...), r)
}

// proposedBit marks a kind in the key of a node that waits for a decision.
const proposedBit = 0x80

func proposedPrefix(k vocab.NodeKind) []byte     { return []byte{keyList, byte(k) | proposedBit} }
func proposedKey(k vocab.NodeKind, r Ref) []byte { return appendRef(proposedPrefix(k), r) }

// Direction is the end of an edge from which it is seen.
type Direction uint8

// Out follows an edge from its first end, In from its second, Both from either.
const (
	Out Direction = iota
	In
	Both
)

// way is an edge kind as seen from one end: kind<<1 | direction.
type way uint8

func wayOf(k vocab.EdgeKind, d Direction) way { return way(k)<<1 | way(d&1) }

func (w way) kind() vocab.EdgeKind { return vocab.EdgeKind(w >> 1) }
func (w way) dir() Direction       { return Direction(w & 1) }
func (w way) decl() *vocab.Way {
	e := w.kind().Edge()
	if w.dir() == Out {
		return &e.Out
	}
	return &e.In
}

func linksPrefix(r Ref, w way) []byte { return append(appendRef([]byte{keyLinks}, r), byte(w)) }

func linkKey(r Ref, w way, date sortKey, other, edge Ref) []byte {
	b := linksPrefix(r, w)
	if w.decl().InTime {
		return appendRef(appendRef(append(b, date[:]...), other), edge)
	}
	return appendRef(appendRef(b, edge), other)
}

// parseLink reads what follows linksPrefix.
func parseLink(w way, rest []byte) (date sortKey, other, edge Ref, ok bool) {
	if w.kind().Edge() == nil {
		return date, 0, 0, false
	}
	if w.decl().InTime {
		if len(rest) != len(date)+2*refSize {
			return date, 0, 0, false
		}
		copy(date[:], rest)
		rest = rest[len(date):]
		return date, parseRef(rest), parseRef(rest[refSize:]), true
	}
	if len(rest) != 2*refSize {
		return date, 0, 0, false
	}
	return date, parseRef(rest[refSize:]), parseRef(rest), true
}

// splitLink reads a whole key of a link.
func splitLink(key []byte) (w way, other, edge Ref, err error) {
	const prefix = 2 + refSize
	if len(key) >= prefix {
		w = way(key[prefix-1])
		var ok bool
		if _, other, edge, ok = parseLink(w, key[prefix:]); ok {
			return w, other, edge, nil
		}
	}
	return 0, 0, 0, corrupt(key, "no link")
}

// maxNameKey bounds how much of a name is in its key; longer names are found
// by their beginning.
const maxNameKey = 96

func namePrefix(k vocab.NodeKind, folded string) []byte {
	if len(folded) > maxNameKey {
		folded = folded[:maxNameKey]
	}
	return append([]byte{keyNames, byte(k)}, folded...)
}

func nameKey(k vocab.NodeKind, folded string, r Ref) []byte {
	return appendRef(append(namePrefix(k, folded), 0), r)
}

func gapKey(r Ref, i, kind int) []byte {
	return append(appendRef([]byte{keyGaps}, r), byte(i), byte(kind))
}

func edgeListPrefix(k vocab.EdgeKind) []byte { return []byte{keyEdges, byte(k)} }
func edgeListKey(k vocab.EdgeKind, r Ref) []byte {
	return appendRef(edgeListPrefix(k), r)
}

func countNodesKey(k vocab.NodeKind) []byte { return []byte{keyCount, 'n', byte(k)} }
func countEdgesKey(k vocab.EdgeKind) []byte { return []byte{keyCount, 'e', byte(k)} }
func countLinksKey(r Ref, w way) []byte {
	return append(appendRef([]byte{keyCount, 'l'}, r), byte(w))
}

func historyPrefix(key []byte) []byte {
	b := binary.BigEndian.AppendUint16([]byte{keyHistory}, uint16(len(key)))
	return append(b, key...)
}

func historyKey(key []byte, seq uint64) []byte {
	return binary.BigEndian.AppendUint64(historyPrefix(key), ^seq)
}
