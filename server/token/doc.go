// Package token keeps the API tokens of a record: who may propose, decide and
// redact, and where reading is closed, who may read.
//
// A token is a secret that a person or a program shows, the name under which its
// revisions are recorded, and a role of [schema.Role]. The secret is shown once,
// by [Create], and kept nowhere:
//
//	onrecord_7h2k9q4c_4V0qN…43 letters and digits…r8Tz1Wq0d
//	         id       256 random bits               CRC32 of all before it
//
// The id is public: lists and logs name a token by it. The beginning and the
// checksum let a scanner of leaked secrets find one, and tell a mistyped secret
// from a wrong one. The regular expression is
//
//	onrecord_[0-9a-hjkmnp-tv-z]{8}_[0-9A-Za-z]{49}
//
// # On the disk
//
// Tokens are in one file, tokens.json, in the directory of the record, which only
// its owner may read. It holds the SHA-256 of each secret: with 256 random bits
// there is nothing to guess, so salt and a slow hash would cost each request time
// and buy nothing.
//
//	tokens.json      {"format": 1, "tokens": [{id, agent, role, created, expires, revoked, sha256}]}
//	tokens.json.new  the next one while it is written
//	tokens.lock      who changes the tokens holds a lock on it
//
// They are beside the log and not in it: the log travels with every export and
// replica and forgets nothing, and a token must be made and revoked while a
// server has the log open. A token that was revoked stays in the file, so that a
// list tells when. When a token was last used is not kept: it would be a write
// for each read.
//
// # Promises
//
// A change is there whole or not at all, also after a kill, and two at once lose
// nothing. A file that is damaged, or that others may read, is an error that says
// where and what to do; nothing is made of half a file. A [Guard] sees a change
// when it is next used, and while the file is damaged it goes on with what it
// knew. A copy of the record's directory that is put back brings back the
// tokens of its day, revoked ones too.
//
// # Where to start
//
// token.go has the type; change.go makes and revokes; guard.go answers a server.
package token
