// Package link proposes that a speaker whom a text names is one on record already.
//
// # How names are compared
//
// Folded (package graph/text), so that case, accents and the letter variants of
// Arabic script make no difference, and without titles. A name in another script
// meets the record's speaker where the record has its name in that script; nothing
// is transliterated. [Compare] says what two names have in common, and how much
// that tells.
//
// # What becomes of it
//
// An edge SAME_AS, a CANDIDATE, with the reason in its note. Nothing is merged
// here, however sure it looks: reading follows only what a person confirmed. The
// edges come in a revision of their own, so that who confirms a speaker does not
// confirm with it that it is another. The unnamed are not compared at all, nor
// are speakers that were judged to be two.
//
// The score orders what a person looks at. It is not measured, as the confidence
// of package seed/extract is, and no policy accepts by it.
package link
