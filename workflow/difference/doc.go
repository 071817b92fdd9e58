// Package difference (差异) says what differs between two versions of a text, in
// the words of who reads it: which characters of a paragraph, which paragraph of
// a page, which cell of a table, which file.
//
// It compares what it is given and knows nothing else: who may not see a number
// gives it the masked forms, and gets the difference of those.
//
//	blocks, rows, clauses   aligned by what stands once on either side, then by
//	                        the shortest edit between
//	characters and words    only inside what changed
//
// Costs are bounded by counting, not by a clock, so that the same two versions
// always get the same answer: beyond the bound a stretch is said to be replaced
// as a whole.
package difference

// What became of a thing.
const (
	Equal  = "equal"
	Insert = "insert"
	Delete = "delete"
	Change = "change"
	Move   = "move"   // the same, somewhere else
	Format = "format" // the same words, shown otherwise
	Markup = "markup" // nothing that is read, only how it is written
)

// Document (比对结果) is the difference of two versions of an item.
type Document struct {
	Item   string   `json:"item"`
	From   *Version `json:"from,omitempty" doc:"Absent: compared with nothing, because the caller has seen no version yet"`
	To     Version  `json:"to"`
	Form   string   `json:"form" enum:"masked,unmasked,public" doc:"What was compared: the texts with their masks, as they were written, or two proof sheets"`
	Fields []Field  `json:"fields" doc:"Fields that differ, in the order of the kind"`
	// Placements are known of sheets, of what is live and of the newest version.
	Placements []Entry `json:"placements" doc:"Placements that differ; none where those of one version are not known"`
	Coarse     bool    `json:"coarse,omitempty" doc:"The versions differ too much to say each change: some stretches are shown as replaced whole"`
}

// Version is one of the two.
type Version struct {
	Revision string `json:"revision"`
	Sheet    string `json:"sheet,omitempty"`
	Author   string `json:"author,omitempty"`
	Created  int64  `json:"created,omitempty"`
}

// Field (字段差异) is what changed in one field. Which of the lists it has its
// type decides.
type Field struct {
	Name    string  `json:"name"`
	Zh      string  `json:"zh"`
	En      string  `json:"en"`
	Type    string  `json:"type" doc:"Field type"`
	Op      string  `json:"op" enum:"insert,delete,change,markup" doc:"insert: it was empty; delete: it is empty now; markup: nothing that is read differs"`
	Hunks   []Hunk  `json:"hunks,omitempty" doc:"Texts, numbers, dates"`
	Blocks  []Block `json:"blocks,omitempty" doc:"Rich texts"`
	Table   *Table  `json:"table,omitempty" doc:"Tables"`
	Entries []Entry `json:"entries,omitempty" doc:"Files, choices, references"`
}

// Hunk (片段) is a stretch of text.
type Hunk struct {
	Op   string   `json:"op" enum:"equal,insert,delete,format"`
	Text string   `json:"text"`
	Was  []string `json:"was,omitempty" doc:"format: how it was shown, such as strong or link:/a"`
	Now  []string `json:"now,omitempty" doc:"format: how it is shown"`
}

// Block (段落) is a paragraph, heading, entry of a list or table of a rich text.
type Block struct {
	Op    string `json:"op" enum:"equal,insert,delete,change,move,format"`
	Kind  string `json:"kind,omitempty" doc:"p, h2, ul/li, table …"`
	Was   string `json:"was,omitempty" doc:"What kind it was, where that changed"`
	From  int    `json:"from,omitempty" doc:"Its number in the version before, from 1"`
	To    int    `json:"to,omitempty" doc:"Its number in this version, from 1"`
	Hunks []Hunk `json:"hunks,omitempty"`
	Table *Table `json:"table,omitempty"`
	Same  int    `json:"same,omitempty" doc:"equal: how many unchanged blocks were left out here; from and to are those of the first"`
}

// Table (表格差异) is what changed in a table.
type Table struct {
	Columns []Column `json:"columns"`
	Rows    []Row    `json:"rows"`
}

// Column is a column of either version.
type Column struct {
	Op  string `json:"op" enum:"equal,insert,delete,change,move"`
	Was string `json:"was,omitempty" doc:"Its head before"`
	Now string `json:"now,omitempty" doc:"Its head now"`
}

// Row is a row of either version. Cells that are empty in both are left out.
type Row struct {
	Op    string `json:"op" enum:"equal,insert,delete,change,move"`
	From  int    `json:"from,omitempty"`
	To    int    `json:"to,omitempty"`
	Cells []Cell `json:"cells,omitempty"`
	Same  int    `json:"same,omitempty" doc:"equal: how many unchanged rows were left out here"`
}

// Cell is what one cell was and is.
type Cell struct {
	Column int    `json:"column" doc:"Its column's position in columns, from 0"`
	Op     string `json:"op" enum:"equal,insert,delete,change"`
	Hunks  []Hunk `json:"hunks,omitempty"`
}

// Entry is one thing of a list: a file, a choice, a placement.
type Entry struct {
	Op         string      `json:"op" enum:"insert,delete,change,move"`
	What       string      `json:"what"`
	Attributes []Attribute `json:"attributes,omitempty" doc:"insert, delete: all; change: those that differ"`
}

// Attribute is one property of an entry.
type Attribute struct {
	Name string `json:"name" doc:"Files: name, digest, size, alt; placements: path, home"`
	Was  string `json:"was,omitempty"`
	Now  string `json:"now,omitempty"`
}
