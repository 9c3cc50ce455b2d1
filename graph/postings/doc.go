// Package postings is the full-text index of a record: a segmented inverted
// index inside the record's key-value store, under one prefix that the owner
// gives. It finds documents by their words as of any moment of the log, by date
// with an early stop or by score, and holds nothing that cannot be made again
// from the log.
//
// # Nouns
//
// A [Doc] is the text of one revision of a node, as terms made by graph/text.
// An [Index] is what finds it. The tail is what was added last, in memory. A
// segment is what the tail becomes when it is written: it does not change, but
// for [Index.Remove]. A segment has a table of its documents, newest date first;
// a document's place there is its ordinal, and the postings of a term are
// ordinals. So a list is in the order of dates without having dates in it, a
// posting takes little more than a byte, and what a hit shows beside its terms
// is stored once.
//
// The watermark is the entry of the log up to which all is in stored segments.
// After [Open] the owner adds what is behind it again.
//
// # Promises
//
// A search that begins after [Index.Add] returned finds what was added. No
// search finds a document twice, or misses one because it was being flushed or
// merged. Hits and scores do not depend on how the index is cut into segments,
// and scores are ranked by counts of the whole index: every version counts.
//
// Documents are not removed when their node changes: a newer version is added,
// and [Query.MaxVersion] and [Query.Live] tell which one a reader sees. Only
// [Index.Remove] takes a version out, for a redaction.
//
// An index that is damaged says so with the key ([kv.ErrCorrupt]) where its
// structure shows it, and relies on the engine's checksums where not.
//
// # Layout
//
//	prefix  'l'                                   the list of segments
//	prefix  's'  segment 4  'd'  block 4          128 documents of the table
//	prefix  's'  segment 4  'f'  chunk 4          the first document of each of 1024 blocks
//	prefix  's'  segment 4  'p'  term 0 ordinal 4 a page of postings, by its last entry
//
//	list      format | text.Version | next segment | watermark | n | n segments
//	  segment   number | documents | live | dated | sum of lengths | least version |
//	            greatest version | dense kinds | rare kinds
//
//	table     n | n documents, each as its difference from the one before:
//	            flags and shared bytes of key 1 | rest of key | ID ± | version ± |
//	            [kind 1] | length
//
//	page      entries in the order of (term, ordinal), about 2 KiB:
//	            shared bytes of term | bytes that follow | bytes | flags 1 | [df] |
//	            last ordinal | [count | bytes | postings]
//	  postings  from the last to the first: gap*2 + (1 if a frequency follows) | [frequency]
//
// Numbers are varints but where a width is given. Terms without more than a
// few postings share a page; a frequent term has blocks of 128 postings in
// pages of its own. A page's key is the term and the last ordinal of its last
// entry, so that one seek to (term, ordinal) meets the page that holds it, and a
// search skips what lies before.
//
// # Life of a document
//
//	Add ──> tail ──────────────────> segment ─────────────> greater segment
//	        in memory, in runs       Flush: written in      Merge: four of like size
//	        that searches order      batches, visible by    become one, visible by
//	                                 one write of the list  one write of the list
//
// A crash in between leaves keys of a segment that is not in the list; Open
// deletes them. A merge deletes the segments it replaced after the list has
// changed; readers of older snapshots still have them.
//
// A reader is a snapshot that may be older than the last flush. A search looks
// at memory first, then at the list in its reader: see the view method for why
// nothing is missing and nothing twice.
//
// # Costs
//
// Of statements of 25 words, about 55 bytes and 0.03 pairs each, in all. Removing a
// version reads a whole segment. A search as of long ago looks at what came
// later, too. Start with [Open], [Index.Add] and [Index.Search].
package postings
