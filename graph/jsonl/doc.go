// Package jsonl is onrecord JSONL: a record, or a part of one, as text. One
// line is one JSON object. Nothing is lost: what [Write] makes of revisions,
// [Read] makes into the same revisions.
//
// The format knows no kind of node or edge by name. It is derived from
// graph/vocab, so that a property added there can be read and written here.
//
// # Lines
//
// The first key of a line says what it is.
//
//	{"onrecord":1,"namespace":"…","capture":NAME}    the header, first of all; capture may be left out
//	{"comment":"…"}                                  for people; blank lines are skipped too
//	{"revision":{"key":"…","agent":"…","method":"…","reason":"…","seq":1,"time":"…"}}
//	{"node":NAME,"kind":"STATEMENT","text":"…"}      puts a node with its properties
//	{"edge":"SAID","from":NAME,"to":NAME}            puts an edge; "id" if it is not the derived one
//	{"retract":ID}
//	{"redact":ID}
//	{"capture":NAME}                                 the capture that spans lie in from here on
//
// A revision line begins a revision; the changes behind it are its own, up to
// the next. Of a revision, only agent and method are required. A put may say
// "ifAbsent":true or "ifSeq":7, the last three may say "ifSeq".
//
// # Names
//
// A NAME is an id, or any other string, which then is a key: its id is
// [graph.KeyID] of the header's namespace and the name.
//
// # Properties
//
// A property stands under its name in the vocabulary, but the dates from and to
// of an edge are called since and until, because from and to are its ends. The
// value follows from the type:
//
//	Text                    "…", or {"file":"article.txt"}: the text of a file that the caller gives
//	URL, Language, Digest   "…"
//	Enum                    "DIRECT": one of the listed names
//	Number                  0.75
//	Instant                 "2018-08-13T09:30:00Z"
//	When                    {"written":"May 8","edtf":"XXXX-05-08","notBefore":"2015"}, or "2015" where that is all
//	Texts, URLs             ["…"]
//	Names                   ["…",{"value":"…","language":"fa","script":"Arab"}]
//	Gaps                    [{"kind":"OTHER","note":"…"}]
//	Spans                   [SPAN]
//	Whens                   [{"when":WHEN,"place":SPAN,"genre":"…","note":"…"}]
//
// A SPAN is [497,501,"said"]: start and end in code points, half-open, and the
// words that stand there, in the current capture; on the line of a CAPTURE, in
// that one. {"capture":NAME,"start":497,"end":501,"exact":"said"} is a span of
// another. The words are compared with the capture's text, which stands earlier
// in the stream or comes from the caller.
//
// # Promises
//
// Reading is strict: an unknown key, kind or name of a value, a key twice, text
// that is not UTF-8, words that do not stand where a span says, are errors that
// name the line, the record, the field and the way out. Nothing is repaired in
// silence. What [Write] gives is canonical: the same revisions are the same
// bytes, keys in the order of the vocabulary. Reading holds one revision, one
// line and up to [KeptTexts] of archived text in memory.
package jsonl

import "github.com/onrecord/onrecord/graph"

// Version is the format's, as the header states it.
const Version = 1

// Limits of what is read.
const (
	MaxLine    = graph.MaxArchived + 16<<20 // bytes, unless [Options] say otherwise
	MaxChanges = 50_000                     // of one revision
	KeptTexts  = 2 * graph.MaxArchived      // bytes of captures' texts kept from the stream; the oldest go first
)
