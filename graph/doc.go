// Package graph is the record: statements and what they are linked to, with
// proof of where each was said, and everything that the record ever said.
//
// # Glossary
//
// One word for each concept, here, in GraphQL and in the pages.
//
//   - record: all of it. A [Record] is an open one, in a key-value store.
//   - node, edge: what the record is made of. Their kinds and properties are
//     declared in [vocab]. A statement is an utterance as one source renders it; a
//     claim is the proposition that it asserts, denies or questions.
//   - thing: a node or an edge, where it does not matter which.
//   - id: what names a thing for ever, outside of the record too: see [ID].
//   - number, or ref: what names it inside of one record: see [Ref].
//   - version: a thing as one revision made it.
//   - revision: changes that happen together, by whom, how and why. seq is its
//     number in the log.
//   - log: the revisions in their order. The head is the state of the log after
//     its newest revision; the chain is the hash by which each revision commits to
//     all before it.
//   - follow: be given each revision, those of the past and then those to come.
//   - capture: a source's text, archived once. A span is a place in it.
//   - evidence: the spans that show what an edge says.
//   - status: how sure the record is of an edge. A candidate waits for a person's
//     decision.
//   - retract: hide from the present. redact: drop the texts, now and in the past.
//   - gap: something that is known not to be known.
//   - view: the record as of one revision. As of: at an earlier revision or time.
//   - link: an edge as seen from one of its ends. A way is a kind of edge as seen
//     from one end.
//   - list: nodes in an order, read page by page. A cursor is a place in a list.
//   - cell: a stored value that keeps its history.
//   - derived: what follows from the log, and can be made anew from it.
//
// Times are four, and never stand in for one another: when it was said, when it
// was published, when it holds in the world, and when it was recorded, which is
// the time of a revision.
//
// # Promises
//
// Nothing is overwritten: every version stays, and every read can be asked as of
// an earlier revision ([View.AsOf]). A revision that was acknowledged is on disk,
// whole ([Record.Write]). The same log gives the same bytes on every machine. A
// span that does not match its capture is refused, and [Record.Verify] reads all
// of them again. What is redacted is nowhere in the record, and the chain still
// holds. Who follows the log is given each revision once, in order
// ([Record.Follow]), and no writer waits for it. Pages are found by key: a node
// with a million edges pages as fast as one with ten.
//
// Every error is an [*Error] or has a [Kind] by [KindOf].
//
// # Where to start
//
// [Open], [Record.Write] with a [Revision], [Record.View]. In the code: graph.go for
// the types, keys.go for the layout (LAYOUT.md is generated from it), README.md for
// the life of a statement.
//
// [vocab]: https://pkg.go.dev/github.com/onrecord/onrecord/graph/vocab
package graph
