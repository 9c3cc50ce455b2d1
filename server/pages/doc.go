// Package pages answers with the pages that people read: HTML that is made on
// the server, that works without a script, and that asks no other host for
// anything.
//
// # A page is a question
//
// Each page is one GraphQL document (queries/) and one template (templates/).
// The handler asks the document's question, decodes the answer into [Answer] and
// fills the template; there is no other way to the record. So the page as JSON is
// the answer as it came, "copy as GraphQL" is the document with its variables,
// and an earlier state of the record is the same question put to
// asOf(seq:) or asOf(time:).
//
// # Addresses
//
// A node has the page /KIND/ID, with KIND in lower case and the id as in GraphQL
// and in exports: /claim/01903b5e-…. Another kind's address leads on to the right
// one. Every page takes ?asOf= with a revision's number or a time, and its filters
// are plain GET parameters, so that an address is the whole state of a page.
//
//	/claim/ID.json        the answer to the page's question, as it came
//	/claim/ID.csv         its main list, whole: see csv.go for what is escaped
//	/claim/ID.jsonld      what it says, in the words of schema.org; in the page as well
//	/claim/ID.atom        what was recorded last of its list, as Atom
//	/claim/ID.feed.json   the same as JSON Feed
//	/claim/ID.html        its timeline as one file that loads nothing; ?download keeps it
//	/search.csv?q=…       a page that is of no node has its name before the dot
//	/index.atom           the front page's is index; its feed is what is new on record
//	/embed/claim/ID       for a frame in another page; /embed/statement/ID
//	/oembed?url=…         how to embed it, by oEmbed
//	/build                a form that writes GraphQL; .json and .csv ask it
//	/sitemap.xml          every page of the present; /robots.txt
//
// # Lists
//
// The main list of a page is the field of its document that takes $after. How it
// is asked for alone, with which values, and as which columns, follows from that
// (rows.go); so a page that is added is there in every form without a line more.
//
// # Scripts
//
// A page may load islands ([Model.Islands]): small scripts of package web that add
// to it. What they draw or list is made on the server, as the page's own HTML or
// as data in it, so that there is one place for words, addresses and escaping. The
// graph's picture fetches the page of its next address and takes its parts over.
//
// # Texts
//
// What sources and people wrote is put out by html/template alone, and isolated
// (bdi, dir=auto), so that neither markup nor right-to-left marks in it reach
// beyond it. A text is put into quotation marks only where its source has it
// inside quotation marks.
package pages
