// Package extract finds in a text who is reported to have said what: content,
// speaker and the words that report, each with its place. It is pure: text in,
// candidates out; it reads no file, no clock and no store.
//
// # The method
//
// A paragraph is cut into tokens, its quotation marks are paired, and sentences
// are told apart without cutting a quotation ([Extract]). Tokens get a coarse
// class from word lists, endings and neighbours. Then each sentence is searched
// from its verbs and nouns of saying, thinking and wanting, which the lexicon
// lists with what may follow them (a clause, an infinitive, a noun phrase, a
// preposition):
//
//   - a quotation that stands by itself goes to the nearest such verb and its
//     subject, or goes on with the speaker before it;
//   - what follows the verb is the content, to where the clause ends;
//   - a clause closed by ", X said", opened by "as X said", or accompanied by
//     "according to X" is content too, and so is what follows a name and a colon
//     at the beginning of a paragraph;
//   - nouns and adjectives do the same: "his claim that", "is confident that";
//   - the subject is found by walking left over the noun phrase, round asides,
//     through relative clauses and to the verb whose subject is shared.
//
// What is reported within what is reported is left out. A mention is resolved
// to a name within the text: shorter forms of a name, titles and roles ("the
// Leader"), pronouns.
//
// # Confidence
//
// [Attribution.Confidence] is how often findings of the same rule were right,
// content and source both, on development data; see docs/quality.md. The figures
// are in lang/*/confidence.txt.
//
// # Languages
//
// A language is the directory lang/CODE: lists of words by class, verbs by what
// may follow them, nouns, adjectives, and one of three grammars: svo (English),
// v2 (German), marked (Persian, Arabic: a word opens what is reported). The rules
// of svo and v2 name a few function words themselves (as, by, about, according;
// von, aus, im): another language of that grammar needs these as lists first.
//
// # Bounds
//
// The work on a sentence is bounded by its length, which is cut at 240 tokens,
// so that time is linear in the text, whatever the text is.
//
// # Sources
//
// What counts as a report follows the annotation guidelines of PolNeAR (Newell,
// Margolin, Ruths, LREC 2018): speech, and also belief, hope, intention and what
// documents say. The frames of verbs were written for this package. No text of a
// corpus is part of it.
package extract
