// Package files finds personal data (个人信息) in attachments and writes masked
// copies that hold no trace of the original. It imports policy/privacy
// and policy/charset, and no other package of the project.
//
//	File ── sniff ── row of the table ── scan ──┬─ text ───┐
//	  │   (by content)   {extensions,           ├─ table ──┼── privacy ── Finding{Where, Hidden}
//	  │                   sniff, scan, mask}    ├─ unread ─┼── Unread{Where, Code, Zh, En}
//	  │                                         └─ member ─┘      │
//	  └───────────────────────────────────────────────┘        decide ── mask ── w
//
// A format is one row of the table in formats.go. A file is what its content
// says it is; a name that says otherwise is reported. What cannot be read is
// reported too: an empty report means that all of the file was looked at.
//
// Places are indexes ("sheet[0]!C5", "member[2]/para[12]"), never names,
// because names of sheets and members may be personal themselves.
//
// Files are hostile until read: depth, members, bytes, ratio, cells and time
// are bounded by Limits, and what exceeds them is Unread.
package files
