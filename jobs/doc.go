// Package jobs pays what the stores say is owed. Two tasks do all of it: tell
// settles what one document owes (a sheet to build, acts to copy, pages and
// files to bring up to date, deliveries to write down), pay makes one channel
// show what it must. The queue holds ids only and may be wiped at any moment:
// the sweep finds what is due in the stores.
//
//	guarded write ─wake─▶ tell ─▶ page, deliveries ─▶ pay ─▶ channel
//	      due ──────────sweep──▲──────────────due──────▲
package jobs
