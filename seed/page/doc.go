// Package page turns the bytes of a document into what can be archived: its
// readable text, and what the document says of itself. It is pure: bytes in, a
// [Document] out; it reads no file, no clock and no network.
//
// # Nouns
//
//   - [Hints] are what is known of the bytes from elsewhere: the address, the
//     media type that a server stated, the name of a file.
//   - A [Document] is the text with the places of its heading and paragraphs,
//     and its metadata.
//   - A [Field] is one value of the metadata with where it came from.
//   - An [Error] says why bytes are refused; its [Reason] is one of a closed list.
//
// # Text
//
// The text of an HTML page is its heading, then one paragraph after the other,
// with an empty line between two. White space is collapsed as a browser does, and
// no-break spaces are taken for spaces, since the extractor does so; nothing else
// is changed. Plain text stays as it is, byte for byte, once it is
// UTF-8. So whoever has the bytes and the version that [Document.Extractor] names
// makes the same text again.
//
// # Character sets
//
// In this order: a byte order mark; what the caller says; UTF-8 where bytes beyond
// ASCII are valid UTF-8 and a one-byte character set is stated, because text in
// such a set is never valid UTF-8 by chance; what the server stated; what the page
// states; UTF-8 where the bytes are; windows-1252. Bytes that are not of the character set are refused
// if they reach the text: a replacement character would be a quotation that nobody
// printed.
//
// # Metadata
//
// Read from JSON-LD, Open Graph, meta elements, the canonical link and the heading,
// in an order of trust that differs by field. Of JSON-LD only the node that is
// the article counts: a fact-check page also describes the claim that it checks,
// with that one's author and date, and lists of related articles describe those.
// Dates are taken only from where a page states when it was published, never
// guessed from its text.
package page
