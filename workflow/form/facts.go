// Facts: what a form is filled in from.

package form

import "time"

// Facts (表载事项) is what a form says of one item and one edition of it, or of
// what is under way. Texts are in public form; times are milliseconds, 0 for
// what has not happened.
type Facts struct {
	Item, Edition  string // id of the item; "第1版", or "在办"
	State          string // 办理状态
	Title          string
	Summary        string
	Kind           string // 信息类型
	DocNo, IndexNo string
	Unit           string // 拟稿单位
	Department     string
	Drafters       []Person
	Submitted      int64  // 交稿日期
	Source         string // 信息来源; "": 本机关制发
	Column         string // 拟发布栏目, the home column
	Places         []string
	Planned        string // 拟公开时间
	Scope          string
	Openness       string
	Basis          string // 公开依据
	Withheld       string // 不予公开的理由和依据
	Tier           string
	Pipeline       string
	Stages         []Stage
	Corrections    []Correction
	Findings       []Finding
	Exemptions     []Exemption
	Masked, Kept   int
	Files          []File
	Scans          []Scan
	Publisher      Person
	Released       int64
	Addresses      []string

	Digest string // of the sheet
	Record string // number and hash of the last act that the form knows of
	Verify string // address that the QR code leads to; "" for none
	Made   int64  // when the form was made
}

// Person (人员) is somebody named on a form.
type Person struct{ ID, Name string }

// Stage (环节) is a stage of the pipeline, with the signature if it was given.
type Stage struct {
	Name    string
	Secrecy bool // 保密审查 is among what it signs
	Review  bool // it answers for the four judgements
	Proof   bool
	Signed  []Signature
}

// Signature (签署) is who signed a stage, when, with which words.
type Signature struct {
	By         Person
	For        string // the person signed for (代理), by name
	At         int64
	Opinion    string
	Judgements *Judgements
	Digest     string // of the sheet signed
	Batch      bool   // with others, in one request (批量签署)
}

// Judgements (四性) are what a review answers for.
type Judgements struct{ Legality, Accuracy, Disclosability, Secrecy bool }

// Correction (改字) is a stage's change of words, carried to a new sheet.
type Correction struct {
	Stage    string
	By       Person
	At       int64
	From, To string // digests of the sheets it joins
	Changed  int
}

// Finding counts what the checks found of one kind, and what became of it.
type Finding struct {
	Kind                                  string
	Found, Masked, Kept, Not, ByEye, Open int
}

// Exemption (免于遮掩) is what was kept with a legal basis.
type Exemption struct {
	Kind, Basis string
	By          Person
	At          int64
	N           int
}

// File (附件) is a file in public form.
type File struct {
	Name  string
	Size  int64
	ByEye bool
}

// Scan (签批扫描件) is a signed paper form that was scanned and kept.
type Scan struct {
	By Person
	At int64
}

var shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

// Moment is a time as forms write it; "" for none.
func Moment(ms int64) string {
	if ms == 0 {
		return ""
	}
	return time.UnixMilli(ms).In(shanghai).Format("2006年1月2日 15:04")
}
