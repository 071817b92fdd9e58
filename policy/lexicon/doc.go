// What the package is, in one picture.

// Package lexicon finds the words that an office does not publish, or does not
// write so: secrecy marks (密级标志), control phrases (控制用语), words of work
// secrets (工作秘密), severe wording errors (严重表述错误), titles and order of
// leaders (领导称谓). All of them are data: lists of terms with a severity,
// exceptions, validity and source, read from CSV.
//
//	lists ── New ── automatons ─┐
//	                            ├─ sieve ── blocks around terms ── exceptions ── marks, leaders ── hits
//	text ── privacy.EachPiece ──┘
//
// Words are sought in the folded text, so that 机 密, 机<b>密</b> and a
// zero-width character inside hide nothing. The sieve reads a text once and
// holds nothing of it; where a term may stand, its surroundings are read again
// with all that decides over it. A block ends where a cell, a paragraph or an
// empty line ends, and no word reaches over that. Hits point into the original
// text.
package lexicon
