// Package store keeps documents. A Collection is typed and knows the rules that
// every database must show alike; a driver (SQLite here, MongoDB beside it)
// moves canonical JSON and index values. storetest holds the rules as a suite.
//
// The guarded write is the only way to change a document:
//
//	Update(id, seenRev, change)
//	   │
//	   ├─▶ load ──▶ seenRev differs? ──▶ Conflict "stale"
//	   │     │
//	   │     ▼
//	   │   change(doc)  pure; may run again ──▶ its error, or ErrUnchanged: nothing written
//	   │     │
//	   │     ▼
//	   │   check and encode: NFC, field names, 4 MB, index values
//	   │     │
//	   │     ▼                        the committer (SQLite): one goroutine
//	   └── queue ═══════════▶ BEGIN │ replace where id and rev still match
//	                                │ rev moved? load, change, replace: here under
//	                                │ the write lock, so nobody can be faster
//	                                │ … the same for all who wait …
//	                         COMMIT ▼ on the disk: all of them are answered
//
// In MongoDB the committer is a line for each document, and the guard is the
// filter of the replacement; mongo_write.go says how a lost answer is found again.
//
// What holds for every driver:
//
//   - Texts are NFC; invalid UTF-8 and NUL are refused. Field names are
//     [a-z][a-z0-9_]*, those of maps too. A refusal names the place, not the text.
//   - Absent, null, [] and {} are the same: none is stored. In queries and
//     indexes "" and false are absent as well; a number 0 is a value, so a field
//     that is to be absent when 0 (due) has omitempty.
//   - Integers are exact; times are int64 milliseconds. Numbers in fields of type
//     any come back as json.Number.
//   - Texts are ordered by their bytes. Equality on a list means contains.
//   - A query names conditions and an order that one declared index holds: first
//     the fields held equal (Eq, In), then the sort fields, of which the first
//     may have a range (Gt … Lte, Prefix, Exists). Otherwise it is refused and
//     told the index that it needs. Without a sort the index decides the order.
//   - A cursor says where a page ended; nothing is skipped or repeated when
//     documents come in between.
//   - A unique index skips documents that lack one of its fields, so it serves
//     only queries that want all of them.
//   - Every document has a schema number. Older ones are upgraded when read; their
//     index values change when they are next written. Newer ones are read only.
//   - Fields that the type does not know survive a write, in the document and in
//     structs inside it: another version of the program wrote them. Elements of
//     lists and values of maps are replaced as a whole, so a field that is added
//     there needs a higher schema number; so does one that gives a known field
//     another meaning. Upgrade deletes what is no more.
package store
