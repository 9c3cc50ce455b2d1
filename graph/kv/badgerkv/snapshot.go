package badgerkv

import (
	"context"
	"errors"
	"fmt"

	"github.com/dgraph-io/badger/v4"

	"github.com/onrecord/onrecord/graph/kv"
)

// state is one committed state: a read-only transaction that everybody who
// reads it shares. A transaction of one's own for each snapshot would wait for
// the commit under way (Badger orders timestamps so), and after a failed
// commit it would see half of it.
type state struct {
	txn  *badger.Txn
	refs int // guarded by Store.mu: snapshots, running calls, being current
}

// advance makes the committed state of now the one that the next snapshot sees.
func (s *Store) advance() error {
	next := &state{txn: s.db.NewTransaction(false), refs: 1}
	s.mu.Lock()
	old := s.current
	s.current = next
	s.mu.Unlock()
	if old != nil {
		s.drop(old)
	}
	return nil
}

// drop gives up one reference.
func (s *Store) drop(st *state) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st.refs--
	if st.refs == 0 && !s.closed {
		st.txn.Discard()
	}
}

// Snapshot implements [kv.Store]. It costs next to nothing and waits for no one.
func (s *Store) Snapshot() (kv.Snapshot, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, kv.ErrClosed
	}
	s.current.refs++
	return &snapshot{store: s, state: s.current}, nil
}

type snapshot struct {
	store  *Store
	state  *state
	closed bool // guarded by store.mu
}

// Close implements [kv.Snapshot]. A read under way goes on to its end.
func (sn *snapshot) Close() error {
	sn.store.mu.Lock()
	done := sn.closed
	sn.closed = true
	sn.store.mu.Unlock()
	if !done {
		sn.store.drop(sn.state)
	}
	return nil
}

// enter begins a call that reads; leave ends it.
func (sn *snapshot) enter() error {
	s := sn.store
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || sn.closed {
		return kv.ErrClosed
	}
	s.reading++
	sn.state.refs++
	return nil
}

func (sn *snapshot) leave() {
	s := sn.store
	s.drop(sn.state)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reading--; s.reading == 0 {
		s.idle.Broadcast()
	}
}

// GetMulti implements [kv.Reader].
func (sn *snapshot) GetMulti(ctx context.Context, keys [][]byte) (values [][]byte, err error) {
	if err := sn.enter(); err != nil {
		return nil, err
	}
	defer sn.leave()
	values = make([][]byte, len(keys))
	size := 0
	for _, k := range keys {
		size += len(k) + 1
	}
	stored := make([]byte, 0, size)
	err = protect(func() error {
		for i, k := range keys {
			if err := ctx.Err(); err != nil {
				return err
			}
			if len(k) == 0 {
				continue // no pair has it
			}
			from := len(stored)
			stored = appendStored(stored, k)
			v, err := get(sn.state.txn, stored[from:])
			if err != nil {
				return err
			}
			values[i] = v
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return values, nil
}

// get returns a value of the caller's own, nil when there is none.
func get(txn *badger.Txn, stored []byte) (value []byte, err error) {
	item, err := txn.Get(stored)
	if errors.Is(err, badger.ErrKeyNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("key %x: %w", stored[1:], err)
	}
	err = item.Value(func(sealed []byte) error {
		// Badger made these bytes for this item, which nobody else has:
		// it copies out of tables, and nothing is in the value log.
		value, err = unseal(stored, sealed)
		return err
	})
	return value, err
}
