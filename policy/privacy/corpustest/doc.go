// Package corpustest makes a corpus of texts with personal data (个人信息) whose
// places are known, and judges a recogniser by it. It is written from what the
// law and public notices say of such data, and knows nothing of package
// privacy: it has its own check digits, its own disguises and its own way to
// search a masked text.
//
//	values ─┐
//	        ├─ templates ─┬─ disguises ─┐
//	looks ──┘             ├─ tables ────┼─ cases ── Judge ── precision, recall, leaks
//	                      └─ long texts ┘
//
// Every value is drawn at random from a fixed seed. The names, villages and
// numbers belong to nobody; whatever is right about them is a check digit.
//
// A template is a sentence with values in braces:
//
//	申请人{name}，身份证号{id}，联系电话{mobile}。
//
// A brace names a row of the table in values.go (to be found) or in looks.go
// (to be left alone). A question mark, as in {?email}, says that good judges
// differ about the value here: it may be found or not.
package corpustest
