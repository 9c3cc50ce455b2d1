// Package export writes the record, or a part of it, in the formats that other
// programs read, so that it means the same there, says where it comes from, and
// is the same tomorrow.
//
// # Nouns
//
// A [Selection] says which part. A [Format] is a way to write it, [Export] does.
// A [Manifest] says what an export is: the query and the revision that it is of,
// counts, sources and licences, the program, the content hash. graph/export/formats
// lists every format; those that need a library have a package below.
//
// # Promises
//
// Nodes come first and then edges, each in the order of recording, and both ends
// of every edge are among the nodes. One export is of one state of the record.
// Memory does not grow with the record, but for a bit for each node and edge and 16
// bytes for each node, up to 128 MiB. Every column, key and term follows from
// graph/vocab: a property that is added there is exported.
//
// The same selection as of the same revision, by the same version of this program,
// is the same bytes on every copy of the record: there is no clock in it, no order
// of a map, no time of a file. Only a redaction, which removes words from all of
// the past, changes what an earlier revision exports.
//
// # Content hash
//
// The content hash does not depend on the format, the order or the program. It is
// the SHA-256 of the SHA-256 of each entity's canonical N-Quads, sorted, in the
// order of the entities' ids. An entity is a node or an edge; a quad belongs to the
// entity that names its graph, or else to that of its subject without the fragment.
// From a file of N-Quads it is, in Python:
//
//	import hashlib, sys, collections
//	lines = collections.defaultdict(set)
//	for line in open(sys.argv[1], "rb"):
//	    if line.startswith(b"#"): continue
//	    f = line.split(b" ")
//	    name = f[3] if len(f) == 5 and f[2][:1] == b"<" else f[0]
//	    lines[name.strip(b"<>").split(b"#")[0]].add(line)
//	total = hashlib.sha256()
//	for name in sorted(lines):
//	    total.update(hashlib.sha256(b"".join(sorted(lines[name]))).digest())
//	print("sha256:" + total.hexdigest())
//
// It is of what is said, and not of when it was recorded: a record that was
// imported from an export has the same one.
//
// # RDF
//
// A node is urn:uuid:ID, of the class of its kind, with the terms that the
// vocabulary names. An edge is a graph that its id names, with one quad in it; its
// status, method and evidence are said of that name. Turtle, which has no graphs,
// has an rdf:Statement in their place. A span is a resource of the Web Annotation
// model with a position in code points and the words. Dates are xsd:date,
// xsd:gYearMonth, xsd:gYear, or EDTF where they are less; what was written and by
// which rule it was resolved stands at a part of the node. Lists keep their order
// by parts with or:position.
//
// # What other formats cannot hold
//
// XML has no control characters: U+FFFD stands for them in GraphML, GEXF and XLSX.
// Cells of CSV that a spreadsheet would run have an apostrophe before them. A cell of
// XLSX is cut at 32,767 characters. FollowTheMoney and ClaimReview have places for
// some properties and no others. Everything else holds everything.
package export
