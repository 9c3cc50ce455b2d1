// Package badgerkv is the key-value engine of a record on disk: the contract of
// graph/kv on Badger, with what Badger leaves to its user.
//
// # On the disk
//
//	store/
//	  ONRECORD   what the directory is, and the version of its format
//	  HEAD       how many groups of writes there were, and a hash over all of them
//	  BALLAST    disk taken up, to be given back when there is none
//	  badger/    the pairs: *.sst tables, *.mem logs, MANIFEST
//	  ASIDE/     what Badger would have deleted, after a loss was found
//
// A directory becomes a store when ONRECORD gets its name, which is the last
// step of making one: a kill before that leaves ONRECORD.new, and the next Open
// begins again. A directory with anything else in it is refused and untouched.
//
// A pair in Badger:
//
//	key    1 ‖ the caller's key               0 ‖ "head" is the engine's own
//	value  the caller's value ‖ CRC32C, 4 bytes, big-endian, over key and value
//
// The record under 0 ‖ "head", and the same in HEAD (see head.go), is the number
// of the last group and a hash chained over the writes of every group.
//
// # Promises
//
// A batch is acknowledged after the transaction that holds all of it was synced
// (msync of the log, which on Linux is an fsync). One goroutine gathers the
// batches that wait into one transaction, so that many writers share a sync. A
// transaction never holds half a batch: [Store.Limits] are those of Badger, less
// what is added here, and one transaction takes any batch within them.
//
// Then HEAD is written, without a sync of its own: after a crash of the process
// it is exact, after a crash of the machine up to a second behind. When the
// store is opened and Badger holds less than HEAD says, writes that were
// acknowledged are gone, and Open says how many.
//
// What is read is what was written, or an error that is [kv.ErrCorrupt] and
// names the key: the checksum of each pair is compared each time it is read.
// Open compares the checksum of every block of every table, because a block
// that cannot be read is left out by Badger in silence, pairs and all. It also
// reads the logs and the manifest before Badger repairs them by cutting them
// off. [Store.Verify] does the same while the store is open, and reads every
// pair.
//
// A panic of Badger in a call of ours is an error, and so is a disk that cannot
// be read under a memory-mapped table.
//
// # What is not promised
//
// Badger ends the process where it finds its own state impossible (log.Fatal),
// and on a full disk (SIGBUS, see space.go for what keeps it away). Tables that
// go bad after they were opened may lack pairs until the next Open or Verify. The
// name of a new log reaches the disk with the first sync of the log, as ext4,
// xfs and btrfs do; Badger does not sync the directory.
//
// # Reading
//
// A snapshot is a reference to the last committed state and costs two
// locks of a mutex. Keys are read in the order given: sorting them first, or
// seeking an iterator from one to the next, was measured and gains nothing.
// Scans read values where the keys are, without prefetching, and share one
// iterator for each direction.
package badgerkv
