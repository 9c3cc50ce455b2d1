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
// one. .json, .csv and .jsonld behind the id give the page as data. Every page
// takes ?asOf= with a revision's number or a time, and its filters are plain GET
// parameters, so that an address is the whole state of a page.
//
// # Texts
//
// What sources and people wrote is put out by html/template alone, and isolated
// (bdi, dir=auto), so that neither markup nor right-to-left marks in it reach
// beyond it. A text is put into quotation marks only where its source has it
// inside quotation marks.
package pages
