// What the package is for.

// Package form makes the papers that an archive demands of an item that went
// through its reviews: 信息发布审批表, 三审三校登记表, 保密审查单, and the monthly
// 汇总表, as PDF and as a page.
//
//	Facts ──Kind.Fill──▶ Paper ──PDF──▶ .pdf (fonts embedded, text selectable)
//	Line… ──Summary───▶  rows    ──HTML─▶ .html (one file, no script)
//	                     of cells
//
// Facts are plain texts in public form and times; the package decides nothing
// and knows neither items nor stores. Every rendering is of the same Paper, so
// that what is printed and what stands on a screen cannot differ.
package form
