// Package privacy recognises personal data (个人信息) in plain text, HTML and
// Markdown, explains each finding, and masks it in place (遮掩). It depends on
// nothing but the standard library and the automaton beside it: import it
// anywhere.
//
//	text ──┬─ visible text ──┐
//	       ├─ attributes     ├─ skip to digits ── run ── window ── kinds ── findings ── Mask
//	       ├─ comments       │  (a byte loop)      │       │         │
//	       └─ scripts      ──┘                     │       │         └ a table: id_card, mobile, …
//	                                               │       └ folded characters that know their
//	                                               │         place, and the words in front
//	                                               └ digits that may belong together
//
// Only runs of digits long enough for a number are looked at closely. There,
// every disguise is taken off: full-width, Chinese and ringed digits, entities,
// percent escapes, tags and zero-width characters inside a number, all kinds of
// blanks and dashes. What parts numbers for a reader parts them here: cells,
// blocks, <br>, tabs, two blanks, lines.
//
// Then checks and words decide. A check digit proves an ID. The words in front
// tell 手机 from 咨询电话 from 订单号. A valid credit code (统一社会信用代码)
// is kept. Whatever is in doubt is a finding to ask a person about.
//
// A kind is one file and one row of the table in kind.go: its names, how much a
// mask leaves, what wakes it, and functions that claim what they recognise in a
// window. Two things wake a kind:
//
//   - digits: so many in a row, the first of them one of a set. find gets the
//     window with the run's digits (window.digits, claim).
//   - words, such as 住址, 沪A or @, listed in the row's wakes. spot gets the
//     window and the place of the word: the atoms from up to to, with up to 256
//     atoms before and 192 behind. Where the word stands in Options.Context,
//     header is set and the text begins at atom 0. window.report makes a
//     finding of any atoms; aboutAtom reads the words in front of one.
//
// Offsets are those of the original text, so a mask changes characters and
// leaves tags, separators and letters alone.
package privacy
