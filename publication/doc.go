// Package publication is the public store: pages, editions, and the public
// copies of sites, columns, units and kinds. The content API reads it and
// nothing else; nothing here was not released.
//
//	tell ──Show──▶ Page (guarded by epoch, seq) ──names──▶ Edition (immutable bytes)
package publication
