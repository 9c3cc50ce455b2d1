// Package candidate turns what was found in an archived text into what the record
// keeps of it: statements with their places, who said them, to whom, and when,
// all of it proposed. It is pure: it reads no record and no clock.
//
// # What is made
//
// A finding becomes a statement whose text is what stands at its places, an edge
// QUOTED_IN with the places of content, quotations, insertions, cue and mention,
// an edge SAID from a speaker, and ADDRESSED_TO where the text says to whom.
// Each node and edge is a CANDIDATE, and is left alone where it is on record
// already: a decision is not undone by reading the text again.
//
// # Who is who
//
// A speaker with a full name, of two words or more, is one node for all texts.
// A name of one word is one node for each text, unless just one full name of the
// text ends in it. Who is not named ("officials") is one node for each mention:
// two texts' officials are never one. That any of them is somebody on record is
// for package link to propose, and for a person to decide.
//
// # Ids
//
// They follow from the digest of the text and from places in it, so that reading
// a text twice adds nothing.
//
// # When
//
// The day of a statement is told only where the text tells it. "On Monday" is a
// weekday; that it is the latest Monday on or before the day of publication is
// kept apart, with the name of that rule.
package candidate
