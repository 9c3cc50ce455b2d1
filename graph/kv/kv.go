// Package kv is the ordered, transactional key-value contract that the record
// is built on, and nothing else: no encoding, no vocabulary, no engine.
//
// # Nouns
//
// A [Store] holds pairs of byte strings in key order. A [Snapshot] is the store
// as it was at one moment; everything that answers one question reads from one
// snapshot. A [Batch] is a set of writes that happens whole or not at all, on
// the condition that its expectations hold.
//
// # Promises
//
// When [Store.Apply] returns nil, the batch survives a crash of the process and
// of the machine. When it returns an error, nothing of the batch is visible,
// now or after a restart, with one exception that the error names: an
// [ErrUnknownOutcome] says that the store could not find out.
//
// Every call takes many keys or ranges at once, because the engines differ
// least there: a remote engine pays one round trip a call, an embedded one a
// seek a range. Code that loops over single reads is wrong on either.
//
// # Engines
//
// graph/kv/badgerkv is the engine of a record on disk; graph/kv/memkv is the
// reference in memory. Both pass graph/kv/kvtest.
package kv

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
)

// Reader reads one state of a store. It is safe for concurrent use.
type Reader interface {
	// GetMulti returns one value for each key, in the order of keys: nil
	// where the key is absent, empty but not nil where its value is empty.
	// The caller owns the values.
	GetMulti(ctx context.Context, keys [][]byte) ([][]byte, error)

	// Scan yields the pairs of every range, range after range in the order
	// given, each in key order (descending where Reverse is set) and at most
	// Limit of them. A pair's Key and Value are valid until the next step of
	// the loop: copy what must live longer. After an error the sequence ends.
	// Leaving the loop early releases everything it held.
	Scan(ctx context.Context, ranges ...Range) iter.Seq2[Pair, error]
}

// Range is the half-open interval [Start, End) of keys. A nil Start begins at
// the first key, a nil End never ends.
type Range struct {
	Start, End []byte
	Reverse    bool // from the greatest key down
	Limit      int  // at most so many pairs; 0 means all
}

// Prefix returns the range of every key that begins with p.
func Prefix(p []byte) Range { return Range{Start: p, End: After(p)} }

// After returns the first key behind every key that begins with p: the end of
// p's range. It is nil when there is none.
func After(p []byte) []byte {
	end := bytes.Clone(p)
	for i := len(end) - 1; i >= 0; i-- {
		if end[i] < 0xff {
			end[i]++
			return end[:i+1]
		}
	}
	return nil
}

// Pair is one entry met by a scan.
type Pair struct {
	Range      int // which of the scan's ranges it belongs to
	Key, Value []byte
}

// Snapshot is the store at one moment. It must be closed.
type Snapshot interface {
	Reader
	Close() error
}

// Store is an open key-value store. It is safe for concurrent use.
type Store interface {
	// Snapshot returns the state that holds every batch applied so far.
	Snapshot() (Snapshot, error)

	// Apply writes the batch durably, whole or not at all. Concurrent calls
	// may share one synchronisation of the disk. A batch is decided in the
	// order in which the store takes it: its expectations are compared with
	// the state that all earlier batches left.
	//
	// Errors: a [*ConflictError] when an expectation does not hold,
	// [ErrTooLarge] when the batch exceeds [Limits], [ErrReadOnly],
	// [ErrNoSpace], [ErrClosed], [ErrUnknownOutcome], or the context's error
	// when it ended before the store took the batch. A batch taken is
	// finished whatever happens to the context.
	Apply(ctx context.Context, b *Batch) error

	// Limits tells what one batch may hold.
	Limits() Limits

	// Close waits for what is under way. Snapshots must be closed before.
	Close() error
}

// Verifier is implemented by stores that keep a checksum of every pair.
type Verifier interface {
	// Verify reads every pair and calls damaged for each one whose checksum
	// does not hold; key is nil for damage that belongs to no single pair.
	// It stops early when damaged returns false. The error is for what kept
	// it from reading, not for what it found.
	Verify(ctx context.Context, damaged func(key []byte, err error) bool) error
}

// Limits are the greatest sizes that a store takes, in bytes and in writes.
type Limits struct {
	Key, Value, BatchBytes, BatchWrites int
}

// Batch collects writes. Its zero value is an empty batch ready for use. A
// later write of a key replaces an earlier one. A batch is not safe for
// concurrent use and must not be changed after Apply was called with it.
type Batch struct {
	writes  []Write
	at      map[string]int // where in writes a key is; nil as long as their keys ascend
	expects []Expect
	size    int
}

// Write is a put, or a delete where Value is nil.
type Write struct{ Key, Value []byte }

// Expect is a precondition: Key has exactly Value, or is absent where Value is nil.
type Expect struct{ Key, Value []byte }

// Put sets key to value. The batch keeps both slices: do not change them.
func (b *Batch) Put(key, value []byte) {
	if value == nil {
		value = []byte{}
	}
	b.write(Write{key, value})
}

// Delete removes key. Deleting an absent key is no error.
func (b *Batch) Delete(key []byte) { b.write(Write{Key: key}) }

// Expect adds a precondition on the state before the batch: nil for absent.
func (b *Batch) Expect(key, value []byte) {
	b.expects = append(b.expects, Expect{key, value})
}

func (b *Batch) write(w Write) {
	if n := len(b.writes); b.at == nil && n > 0 && bytes.Compare(b.writes[n-1].Key, w.Key) >= 0 {
		b.at = make(map[string]int, 2*n)
		for i := range b.writes {
			b.at[string(b.writes[i].Key)] = i
		}
	}
	b.size += len(w.Value)
	if i, ok := b.at[string(w.Key)]; ok {
		b.size -= len(b.writes[i].Value)
		b.writes[i] = w
		return
	}
	b.size += len(w.Key)
	if b.at != nil {
		b.at[string(w.Key)] = len(b.writes)
	}
	b.writes = append(b.writes, w)
}

// Writes returns the writes, one a key, in the order in which their keys came first.
func (b *Batch) Writes() []Write { return b.writes }

// Expects returns the preconditions.
func (b *Batch) Expects() []Expect { return b.expects }

// Len is the number of writes, Size the bytes of their keys and values.
func (b *Batch) Len() int  { return len(b.writes) }
func (b *Batch) Size() int { return b.size }

// Check returns an error that wraps [ErrTooLarge] and names what is too large,
// or nil when the batch fits l.
func (b *Batch) Check(l Limits) error {
	for _, w := range b.writes {
		switch {
		case len(w.Key) == 0 || len(w.Key) > l.Key:
			return fmt.Errorf("key of %d bytes (1 to %d): %w", len(w.Key), l.Key, ErrTooLarge)
		case len(w.Value) > l.Value:
			return fmt.Errorf("value of %d bytes (at most %d) at key %x: %w", len(w.Value), l.Value, w.Key, ErrTooLarge)
		}
	}
	if b.Len() > l.BatchWrites || b.Size() > l.BatchBytes {
		return fmt.Errorf("batch of %d writes and %d bytes (at most %d and %d): %w",
			b.Len(), b.Size(), l.BatchWrites, l.BatchBytes, ErrTooLarge)
	}
	return nil
}

// Errors that every engine reports in the same words. Test with errors.Is.
var (
	ErrTooLarge       = errors.New("larger than the store takes")
	ErrClosed         = errors.New("the store is closed")
	ErrReadOnly       = errors.New("the store is open for reading only")
	ErrNoSpace        = errors.New("too little free space on the disk for writing")
	ErrInUse          = errors.New("the store is in use by another process")
	ErrNotAStore      = errors.New("the directory holds something else than a record")
	ErrNewerFormat    = errors.New("written by a newer version of onrecord")
	ErrCorrupt        = errors.New("damaged")
	ErrUnknownOutcome = errors.New("the write may or may not have happened")
)

// ConflictError says which expectation of a batch did not hold.
type ConflictError struct{ Key []byte }

func (e *ConflictError) Error() string {
	return fmt.Sprintf("key %x is not what the batch expects", e.Key)
}

// CorruptError names a pair whose stored bytes are not those that were
// written. It is [ErrCorrupt].
type CorruptError struct {
	Key  []byte
	What string
}

func (e *CorruptError) Error() string { return fmt.Sprintf("key %x: %s", e.Key, e.What) }

// Is makes errors.Is(err, ErrCorrupt) hold.
func (e *CorruptError) Is(target error) bool { return target == ErrCorrupt }
