// What the package is about, in one picture.

// Package audit keeps the trail (审计日志): who did what, when, to what.
// It is append-only and chained: each entry holds the hash of the one before,
// and the head document holds the number and hash of the last.
//
//	entry 1 ◀─hash─ entry 2 ◀─hash─ entry 3 ◀─hash─ head {n: 3, hash, pending}
//
// The guarded write of the head is what commits an append; the entries travel
// inside it as pending until they stand in their own documents, so a crash
// between the two loses nothing and two replicas never fork the chain.
//
// Whoever can write the database can rewrite the whole chain with its head.
// Checkpoints (检查点), signed with a key that is not in the store, find that: they
// are a chain of their own, and the trail names each. Whoever has the key as
// well is found by checkpoints, or a head, that were exported and kept
// elsewhere: see VerifyAgainst.
package audit
