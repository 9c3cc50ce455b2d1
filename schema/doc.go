// Package schema is the GraphQL schema of the record and its resolvers.
//
// The types follow the vocabulary: a kind of node is an object, a property a
// field, an edge two fields, one from each of its ends. What is written here by
// hand is what follows from more than one of them, such as a statement's words
// or a claim's timeline. The result is printed to schema.graphql, which is
// reviewed and compared in a test.
//
// # Nouns
//
// A resolver is a batch: it is given all objects of a level at once, and answers
// for each. So a page of fifty statements with their speakers costs as many
// reads as one statement with its speaker.
//
// Every object carries the [graph.View] that it was read from, so that whatever
// hangs below asOf is answered as of then, without any resolver knowing.
//
// # Promises
//
// The names in docs of the contract never change their meaning. Lists have a
// deterministic order and are paged by key. An error that a client can do
// something about has extensions.code; the others are masked.
//
// Start with [Build], then query.go.
package schema
