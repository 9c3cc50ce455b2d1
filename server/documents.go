package server

import (
	"container/list"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"sync"
)

// The codes of what is wrong with a document that is named and not sent. Client
// libraries look for the first; the last two are those of Apollo's router. Only
// the first two can come up without a list.
const (
	codeNotFound     = "PERSISTED_QUERY_NOT_FOUND"
	codeHashMismatch = "PERSISTED_QUERY_HASH_MISMATCH"
	codeNotInList    = "PERSISTED_QUERY_NOT_IN_LIST"
	codeNotAllowed   = "QUERY_NOT_IN_SAFELIST"
)

const shaPrefix = "sha256:"

// documents are those that a client may name in place of sending them: the list
// that the server was started with, or else what clients have sent with its hash.
type documents struct {
	list    map[string]string // by their ids and by the sums of their texts
	only    bool              // there is a list, and nothing but it is executed
	learned *learned
}

// newDocuments checks a list, by ids, with check. Nil is no list.
func newDocuments(texts map[string]string, check func(query string) error) (*documents, error) {
	d := &documents{list: make(map[string]string, 2*len(texts)), only: texts != nil, learned: newLearned(1000, 8<<20)}
	for id, text := range texts {
		if err := check(text); err != nil {
			return nil, fmt.Errorf("document %q: %w", id, err)
		}
		id = strings.TrimPrefix(id, shaPrefix)
		if other, ok := d.list[id]; ok && other != text {
			return nil, fmt.Errorf("document %q: two texts have this id", id)
		}
		d.list[id], d.list[sumOf(text)] = text, text
	}
	return d, nil
}

func sumOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// resolve gives a request the query that it names, and says how it came by it.
// The answer to a name that nothing has depends on the media type.
func (d *documents) resolve(q *request, media string) (way string, refused *refusal) {
	id, isSum := strings.CutPrefix(q.documentID, shaPrefix)
	switch {
	case q.documentID == "":
		id, isSum = q.hash, q.hash != ""
	case q.hash != "" && q.hash != id:
		return "refused", bad("send documentId or extensions.persistedQuery, not two that differ")
	}
	if q.Query == "" {
		text, way := d.find(id)
		if way == "" {
			return "unknown", d.unknown(q, media)
		}
		q.Query, q.sum = text, sumOf(text)
		return way, nil
	}
	q.sum = sumOf(q.Query)
	switch {
	case isSum && id != q.sum && (!d.only || d.list[id] != q.Query):
		return "mismatch", &refusal{status: http.StatusBadRequest, code: codeHashMismatch, message: "provided sha does not match query"} // as Apollo's server has it
	case d.only && d.list[q.sum] == "":
		return "refused", &refusal{status: http.StatusForbidden, code: codeNotAllowed, message: "only the documents of a list are executed here, and this is none of them"}
	case d.only:
		return "list", nil
	case !isSum: // an id of the client's own is no name: the next client may mean another by it
		return "sent", nil
	}
	q.learn = true
	return "sent with its hash", nil
}

func (d *documents) find(id string) (text, way string) {
	if d.only {
		if text, ok := d.list[id]; ok {
			return text, "list"
		}
		return "", ""
	}
	if text := d.learned.get(id); text != "" {
		return text, "learned"
	}
	return "", ""
}

// unknown is the answer to a name that nothing has.
func (d *documents) unknown(q *request, media string) *refusal {
	refused := &refusal{status: http.StatusOK, code: codeNotFound, message: "PersistedQueryNotFound"}
	switch {
	case d.only:
		refused.status, refused.code = http.StatusForbidden, codeNotInList
		refused.message = "only the documents of a list are executed here, and none of them has this name"
	case q.documentID == "":
		// The words, and for either media type the status, after which client
		// libraries send the query whole; some read no answer of another.
	default:
		refused.message = "PersistedDocumentNotFound"
		if media == typeResponse {
			refused.status = http.StatusBadRequest
		}
	}
	return refused
}

// learned keeps the queries that were named last, up to a number of them and of
// their bytes. They go by the sums of their texts alone, so that nobody can put
// one in the place of another.
type learned struct {
	entries, bytes int // at most

	mu    sync.Mutex // guards what follows
	texts map[string]*list.Element
	byAge *list.List // of [2]string, sum and text, newest first
	size  int
}

func newLearned(entries, bytes int) *learned {
	return &learned{entries: entries, bytes: bytes, texts: make(map[string]*list.Element), byAge: list.New()}
}

func (l *learned) get(sum string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	el := l.texts[sum]
	if el == nil {
		return ""
	}
	l.byAge.MoveToFront(el)
	return el.Value.([2]string)[1]
}

func (l *learned) put(sum, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if el := l.texts[sum]; el != nil {
		l.byAge.MoveToFront(el)
		return
	}
	l.texts[sum] = l.byAge.PushFront([2]string{sum, text})
	l.size += len(text)
	for l.byAge.Len() > l.entries || l.size > l.bytes {
		old := l.byAge.Remove(l.byAge.Back()).([2]string)
		delete(l.texts, old[0])
		l.size -= len(old[1])
	}
}
