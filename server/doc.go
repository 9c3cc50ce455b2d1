// Package server answers HTTP for a record: GraphQL, GraphiQL, and whether it is
// well. It is a library; the program is server/onrecord, which
//
//	go install github.com/onrecord/onrecord/server/onrecord@latest
//
// installs under the name onrecord.
//
//	/                 leads to /graphiql
//	/graphql          GraphQL over HTTP, GET and POST; subscriptions too, and on a WebSocket
//	/graphiql         the query editor
//	/schema.graphql   the schema, as text
//	/cite/ID          a citation with its proof: format=csl-json, bibtex or text; asOf
//	/checkpoint       the signed state of the log; /checkpoint/key checks it
//	/tile/LEVEL/N     the log as tiles of hashes, /tile/entries/N of leaves (https://c2sp.org/tlog-tiles)
//	/healthz          {"status": "ok", "seq": 5}; 503 where the record cannot be read
//	/readyz           the same, with "ready"
//	/metrics          how it is used, for Prometheus; for programs on this machine
//
// # GraphQL over HTTP
//
// A POST carries a JSON object in UTF-8; a GET carries query, operationName,
// variables and extensions in its address, and executes nothing that changes the
// record. The Accept header chooses the media type of the answer:
//
//	application/graphql-response+json   400 for a request that is refused, 200 once it is executed
//	application/json                    200 for both, as older clients want; also where nothing is asked for
//
// What is no request at all has the same status for either: 400 for bad JSON or
// a member of the wrong type, 403, 405, 406, 408, 413, 415, 421, 429, 503, each
// with errors in the form of GraphQL, extensions.code, and no data.
//
// An answer of 1 KiB and more is compressed by gzip or zstd, as Accept-Encoding
// has it. A body may come with Content-Encoding: gzip; the limit counts for it
// packed and unpacked.
//
// # Subscriptions
//
// A subscription is answered by Server-Sent Events, as the protocol graphql-sse
// has them in its mode of distinct connections, where the Accept header names
// them, beside other types or alone:
//
//	text/event-stream   events next, each with a result, and complete; queries too, if nothing else is accepted
//
// The id of an event is the revision that it answers, so that a browser's
// EventSource, or any client with a header Last-Event-ID, goes on behind it. On a
// WebSocket at the same address the protocol graphql-transport-ws is spoken, for
// all operations. There is no header that a browser can give a socket: the payload
// of connection_init may hold authorization instead. A token that is revoked ends
// what is open on its behalf within [Options.Heartbeat].
//
// The log of the record is the queue of each subscriber: nothing is kept in memory
// for those who are behind, nobody who writes waits for them, and whoever was cut
// off misses nothing by giving its last seq as after. A subscription ends early
// with an error whose extensions hold a code, and resumeAfter, the seq to go on
// with:
//
//	TOO_SLOW      it took longer than [Options.SlowTimeout] to take an event; beyond [Options.SendTimeout] the connection is cut
//	OVERLOADED    too much was sent that nobody has taken, by anybody
//	UNAVAILABLE   the record was closed
//
// A server that stops closes sockets with 1001, and streams without complete, so
// that clients come again by themselves. Of sockets, streams and what is under way
// on sockets there are [Options.Streams] at most, and 128 operations on a socket;
// beyond that it is 503, or an error, TOO_MANY_STREAMS. Each operation on a socket
// is a request of its own for the limits below and in the log, and each event is
// paid for: a client that has spent what it has waits for the next.
//
// # Documents
//
// A request may name its document in place of sending it: by documentId, as the
// appendix of the GraphQL-over-HTTP specification about persisted documents has
// it, or by extensions.persistedQuery.sha256Hash, as Apollo's clients have it. A
// query that is sent with its hash, and is valid, is kept in memory, up to 1,000
// of them and 8 MiB:
//
//	PERSISTED_QUERY_NOT_FOUND       send the query with its hash once
//	PERSISTED_QUERY_HASH_MISMATCH   the hash is that of another text
//
// With [Options.Documents] nothing is kept, and nothing but that list is executed,
// by whatever way it comes; an id of the list is a name too then:
//
//	PERSISTED_QUERY_NOT_IN_LIST     nothing of the list has this name
//	QUERY_NOT_IN_SAFELIST           the query that was sent is not of the list
//
// # Limits
//
// A request has a price, which is known before it is executed: an object costs
// one, and what is asked of the nodes of a page is paid for each that the page may
// hold. Above 100,000 it is refused, with extensions of the error that say cost
// and maxCost. A request with {"cost": true} in its extensions is told its price
// in those of the answer: {"cost": {"requested": 501, "max": 100000}}.
//
// A client pays for its requests, and at least 10 for each. It has
// [Options.Rate] to spend each second, [Options.Burst] at once, and
// [Options.Concurrent] requests at a time, and is told how it stands by the
// headers RateLimit and RateLimit-Policy of draft-ietf-httpapi-ratelimit-headers.
// Beyond that it gets 429, RATE_LIMITED, and Retry-After. A client is a token, or
// else an address, of which a network of IPv6 is one; behind one of
// [Options.TrustedProxies] it is the address that the proxy names. Programs on
// this machine are not limited unless a rate is set. When too many are asking at
// once, all get 503, OVERLOADED.
//
// # Pages of other sites
//
// No page of another origin may ask (403, FOREIGN_ORIGIN) or read an answer,
// unless [Options.Origins] names its origin. On the loopback interface, and
// everywhere once [Options.Hosts] are given, a request for another host is refused
// (421, WRONG_HOST), so that nobody can make this server's address his own.
//
// # The log
//
// [Options.Access] gets a line for each request: its method, path, status, bytes,
// milliseconds, id, client, the first 16 digits of the sha256 of its document, its
// cost, type, the name of its operation, and the codes of its errors. What was
// asked, variables and tokens are never in it.
//
// # Who may ask
//
// Reading is open, or with [Options.Closed] needs a token as writing does:
//
//	Authorization: Bearer onrecord_…
//
//	400   the header is malformed; BAD_REQUEST
//	401   there is none and reading is closed, or it is wrong, has expired or was
//	      revoked; UNAUTHENTICATED, and WWW-Authenticate as RFC 6750 has it
//	429   more than ten wrong ones of an address in a minute; RATE_LIMITED
//
// What a token may not do is FORBIDDEN, field by field, and decided in package
// schema. GraphiQL, the schema and /healthz are open to all: they hold nothing of
// what is on record. At /graphql a token is taken from the header alone, and no
// cookie is read, so a browser sends nothing by itself that a foreign page could
// use. The pages take a session too, whose cookie no other site can have sent.
//
// # Promises
//
// A request reads one state of the record. What it may cost is bounded before it
// is executed: the body, the query, its depth, its price, its time. A client is
// told what it did wrong and nothing of what went wrong here: that is logged
// under the id in the answer's X-Request-Id. Who sends or reads slowly is cut off.
// A server that is stopped finishes what it began, but for subscriptions.
//
// # Where to start
//
// New, in server.go, lists the addresses; graphql.go is the life of a request,
// sse.go and websocket.go that of a stream and of a socket.
package server
