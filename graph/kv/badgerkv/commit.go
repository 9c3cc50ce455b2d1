package badgerkv

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/dgraph-io/badger/v4"

	"github.com/onrecord/onrecord/graph/kv"
)

// request is one call of Apply that the committer has taken or will take.
type request struct {
	batch *kv.Batch
	err   error
	done  chan struct{}
}

// Apply implements [kv.Store]. A batch is taken in the moment in which the
// committer receives it; from then on only the disk decides.
func (s *Store) Apply(ctx context.Context, b *kv.Batch) error {
	switch {
	case s.isClosed():
		return kv.ErrClosed
	case s.opts.ReadOnly:
		return kv.ErrReadOnly
	}
	if err := b.Check(s.limits); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	r := &request{batch: b, done: make(chan struct{})}
	select {
	case s.queue <- r:
		<-r.done
		return r.err
	case <-ctx.Done():
		return ctx.Err()
	case <-s.stop:
		return kv.ErrClosed
	}
}

// commitLoop is the one writer of the store. While a group is being synced to
// the disk, calls of Apply wait at the queue; all of them that fit are the next
// group. That is what makes durable writes cheap under load: Badger itself
// syncs once for each transaction, whoever wrote it.
func (s *Store) commitLoop() {
	defer close(s.committed)
	var group []*request
	var held *request
	for {
		group = group[:0]
		first := held
		if held = nil; first == nil {
			select {
			case first = <-s.queue:
			case <-s.stop:
				return
			}
		}
		group = append(group, first)
		room := s.limits
		room.BatchWrites -= first.batch.Len()
		room.BatchBytes -= first.batch.Size()
	gather:
		for {
			select {
			case r := <-s.queue:
				if r.batch.Len() > room.BatchWrites || r.batch.Size() > room.BatchBytes {
					held = r
					break gather
				}
				room.BatchWrites -= r.batch.Len()
				room.BatchBytes -= r.batch.Size()
				group = append(group, r)
			default:
				break gather
			}
		}
		s.commit(group)
		for _, r := range group {
			close(r.done)
		}
	}
}

// commit decides each request of a group and writes those that hold in one
// transaction of Badger, together with the head.
func (s *Store) commit(group []*request) {
	if err := s.mayWrite(); err != nil {
		for _, r := range group {
			r.err = err
		}
		return
	}
	txn := s.db.NewTransaction(true)
	defer txn.Discard()
	links := s.head.next()
	var taken []*request
	writes := 0
	for _, r := range group {
		// What was staged is read through the transaction itself: each
		// batch meets the state that the earlier ones of its group left.
		if r.err = protect(func() error { return holdAll(txn, r.batch.Expects()) }); r.err != nil {
			continue
		}
		if err := stage(txn, r.batch.Writes(), links); err != nil {
			// The limits rule this out. Half a batch is in the
			// transaction now, so none of it is committed.
			for _, r := range group {
				r.err = err
			}
			return
		}
		taken = append(taken, r)
		writes += r.batch.Len()
	}
	if writes == 0 {
		return
	}
	next := links.head()
	err := protect(func() error {
		if err := txn.Set(headKey, seal(headKey, next.encode())); err != nil {
			return err
		}
		return s.commitTxn(txn)
	})
	if err == nil {
		err = protect(s.advance)
	}
	if err != nil {
		err = fmt.Errorf("group %d: %w: %w", next.count, kv.ErrUnknownOutcome, err)
		s.fail(err)
		for _, r := range taken {
			r.err = err
		}
		return
	}
	s.head = next
	if err := s.headFile.write(next); err != nil {
		// These batches are durable and visible. But no later one could be
		// told from a lost one.
		s.fail(err)
	}
}

// stage puts writes into txn and links.
func stage(txn *badger.Txn, writes []kv.Write, links *chain) error {
	for _, w := range writes {
		key := storedKey(w.Key)
		var err error
		if w.Value == nil {
			err = txn.Delete(key)
		} else {
			err = txn.Set(key, seal(key, w.Value))
		}
		if err != nil {
			return fmt.Errorf("key %x: %w", w.Key, err)
		}
		links.write(w)
	}
	return nil
}

func holdAll(txn *badger.Txn, expects []kv.Expect) error {
	for _, e := range expects {
		if err := holds(txn, e); err != nil {
			return err
		}
	}
	return nil
}

// holds returns a conflict when e does not hold in txn.
func holds(txn *badger.Txn, e kv.Expect) error {
	if len(e.Key) == 0 {
		if e.Value == nil {
			return nil
		}
		return &kv.ConflictError{Key: e.Key}
	}
	key := storedKey(e.Key)
	item, err := txn.Get(key)
	if errors.Is(err, badger.ErrKeyNotFound) {
		if e.Value == nil {
			return nil
		}
		return &kv.ConflictError{Key: e.Key}
	}
	if err != nil {
		return fmt.Errorf("key %x: %w", e.Key, err)
	}
	return item.Value(func(sealed []byte) error {
		value, err := unseal(key, sealed)
		if err != nil {
			return err
		}
		if e.Value == nil || !bytes.Equal(value, e.Value) {
			return &kv.ConflictError{Key: e.Key}
		}
		return nil
	})
}

// mayWrite says why nothing can be written now, if so.
func (s *Store) mayWrite() error {
	if cause := s.failure(); cause != nil {
		return fmt.Errorf("an earlier write failed (%v), open the store again: %w", cause, kv.ErrReadOnly)
	}
	if s.starved {
		return fmt.Errorf("it was opened on a full disk, open it again when there is space: %w", kv.ErrNoSpace)
	}
	free, err := freeBytes(s.dir)
	if err != nil {
		return err
	}
	if free < s.opts.MinFreeBytes {
		return fmt.Errorf("%d MiB are free on the disk of %q, %d MiB are needed: %w",
			free>>20, s.dir, s.opts.MinFreeBytes>>20, kv.ErrNoSpace)
	}
	return nil
}
