// Package pdf reads what stands in a PDF, wherever it hides: the text of pages
// with its layout, annotations, forms, properties, attached files, and what
// earlier revisions of the file left behind.
//
//	bytes ── objects ──┬─ pages ── content ── fonts ── glyphs ── lines
//	  (every "n g obj",├─ strings of annotations, forms, outlines, properties
//	   all revisions)  ├─ attached files
//	                   └─ what no page shows: earlier revisions, leftovers
//
// It does not follow the file's own table of contents (xref). A program that
// shows a page has to; one that asks what a file gives away must not, because
// the table names only what is meant to be seen. Without it there are no loops
// to get caught in, a broken table costs nothing, and the work is bounded by
// the bytes there are.
//
// It imports nothing of the project.
package pdf
