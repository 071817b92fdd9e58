// Units, sites and columns: the trees that items stand in.

package content

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"gongkai"
	"gongkai/store"
)

// Unit (单位) is an organisation. Path is the materialised path of ids from
// the root to itself: "/county/town/".
type Unit struct {
	store.Meta
	Name     string `json:"name" doc:"Full standard name"`
	Parent   string `json:"parent,omitempty"`
	Path     string `json:"path"`
	USCC     string `json:"uscc,omitempty" doc:"统一社会信用代码"`
	Disabled bool   `json:"disabled,omitempty"`
	Updated  int64  `json:"updated"`
	Due      int64  `json:"due,omitempty"` // its public copy is owed

	// Merge (并入申请) is how it came, or is to come, to be merged; Into is the unit
	// that has taken it over, from the moment that was decided.
	Merge *Merge `json:"merge,omitempty"`
	Into  string `json:"into,omitempty" doc:"并入: the unit that has taken over its work"`
}

// Merge (机构合并) is how a unit is merged into another.
type Merge struct {
	Into      string `json:"into" doc:"The unit that takes over"`
	By        string `json:"by" doc:"The administrator who asked for it"`
	At        int64  `json:"at"`
	Confirmed string `json:"confirmed,omitempty" doc:"The second administrator; absent where there was none"`
	Begun     int64  `json:"begun,omitempty" doc:"When it was decided; absent: it waits for a second administrator"`
	Done      int64  `json:"done,omitempty" doc:"When everything was there; absent: it is under way"`
}

// Site (站点) is one of our sites.
type Site struct {
	store.Meta
	Name    string `json:"name" doc:"网站名称 SiteName"`
	Domain  string `json:"domain" doc:"域名 SiteDomain, without scheme"`
	IDCode  string `json:"id_code" doc:"网站标识码 SiteIDCode"`
	Unit    string `json:"unit" doc:"主办单位"`
	IndexNo string `json:"index_no" doc:"Template of index numbers"`
	PageURL string `json:"page_url,omitempty" doc:"页面地址模板 Template of page addresses on its portal: {id}, {path}, {index_no}"`
	Updated int64  `json:"updated"`
	Due     int64  `json:"due,omitempty"`
}

// Column (栏目) is a node of a site's catalogue tree.
type Column struct {
	store.Meta
	Site        string   `json:"site"`
	Parent      string   `json:"parent,omitempty"`
	Path        string   `json:"path"` // materialised path of ids
	Slug        string   `json:"slug" doc:"Element of page paths"`
	SlugPath    string   `json:"slug_path"`
	Name        string   `json:"name"`
	Description string   `json:"description,omitempty"`
	Keywords    string   `json:"keywords,omitempty"`
	Type        string   `json:"type,omitempty" doc:"ColumnType of the page tags"`
	Kinds       []string `json:"kinds" doc:"Kinds that may stand here; empty: all"`
	Pipeline    string   `json:"pipeline" doc:"Pipeline that items with this home column go through"`
	// Pipelines are chosen before Pipeline, the first that fits.
	Pipelines   []PipelineChoice `json:"pipelines,omitempty" doc:"Other pipelines by kind, risk tier and case: the first row that fits counts, and pipeline where none does"`
	Order       int64            `json:"order"`
	WorkingDays *int64           `json:"working_days,omitempty" doc:"Working days within which items with this home column are public (公开时限); 0: no term; absent: as the column above it, at last as the installation"`
	// CalendarDays are the same where the rule says “日” and not “工作日”.
	CalendarDays *int64 `json:"calendar_days,omitempty" doc:"The same in calendar days (“日”), instead of working_days; neither: as the column above it, at last as the installation"`
	Bundle       string `json:"bundle,omitempty" enum:"required,after,none" doc:"Whether a document with this home column goes out with its interpretation (同步发布): required; after: alone, and the interpretation is owed within 3 working days; none: as one likes; absent: as the column above it"`
	Correction   string `json:"correction,omitempty" doc:"Corrections of what is live: words: changed words may go the short way; full: never; absent: as the column above it, at last words"`
	// What is told of its records as open data (开放数据).
	UpdateCycle string `json:"update_cycle,omitempty" enum:"realtime,daily,weekly,monthly,quarterly,half_yearly,yearly,irregular" doc:"更新周期 How often its open data changes; absent: as the column above it"`
	License     string `json:"license,omitempty" doc:"使用许可 On what terms its open data may be used; absent: as the column above it"`
	Updated     int64  `json:"updated"`
	Due         int64  `json:"due,omitempty"`
}

// UpdateCycles (更新周期) is the table of how often open data changes.
var UpdateCycles = []Choice{{"realtime", "实时", "Continuously"}, {"daily", "每日", "Daily"}, {"weekly", "每周", "Weekly"}, {"monthly", "每月", "Monthly"},
	{"quarterly", "每季度", "Quarterly"}, {"half_yearly", "每半年", "Half-yearly"}, {"yearly", "每年", "Yearly"}, {"irregular", "不定期", "Irregularly"}}

// PipelineChoice (流程选择) names the pipeline of some of a column's items: of
// those that are all that the row says.
type PipelineChoice struct {
	Kind     string `json:"kind,omitempty" maxLength:"40" doc:"Only items of this kind; absent: of any"`
	Tier     string `json:"tier,omitempty" enum:"A,B,C" doc:"Only items of this risk tier; absent: of any"`
	Case     string `json:"case,omitempty" enum:"minors,repost" doc:"minors: minors are named in it (涉及未成年人); repost: it is a repost (转载); absent: whether or not"`
	Pipeline string `json:"pipeline" minLength:"1" maxLength:"64"`
}

// The cases of a choice.
const (
	CaseMinors = "minors"
	CaseRepost = "repost"
)

// PipelineFor is the name of the pipeline that the column wants for an item, and
// the row that says so; without one it is the column's own.
func (c Column) PipelineFor(kind, tier string, cases []string) (string, PipelineChoice) {
	for _, row := range c.Pipelines {
		if (row.Kind == "" || row.Kind == kind) && (row.Tier == "" || row.Tier == tier) && (row.Case == "" || slices.Contains(cases, row.Case)) {
			return row.Pipeline, row
		}
	}
	return c.Pipeline, PipelineChoice{}
}

// How a column lets what is live be corrected.
const (
	CorrectWords = "words" // 只改字的可走简易流程
	CorrectFull  = "full"  // 一律走完整流程
)

// Ancestors are the ids on a materialised path, root first, itself last.
func Ancestors(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}

var slug = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// Slug reports whether s can be an element of a page path or an id of a unit,
// site or column.
func Slug(s string) bool { return slug.MatchString(s) }

// Takes tells whether items of the kind may stand in the column.
func (c Column) Takes(kind string) bool { return len(c.Kinds) == 0 || slices.Contains(c.Kinds, kind) }

// DefaultPath is the page path of an item in the column: the column's path,
// the year and a short stable name.
func (c Column) DefaultPath(item string, now time.Time) string {
	return fmt.Sprintf("%s/%d/%s", c.SlugPath, now.In(Shanghai).Year(), gongkai.DerivedID("path", item)[:10])
}

var pagePath = regexp.MustCompile(`^(/[A-Za-z0-9][A-Za-z0-9._~-]{0,79}){1,10}$`)

// PagePath reports whether a path can be a page's.
func PagePath(path string) bool { return len(path) <= 300 && pagePath.MatchString(path) }

// PathClaim (路径占用) reserves a path of a site for one item. Its id is
// "<site>:<path>".
type PathClaim struct {
	store.Meta
	Item string `json:"item"`
}

// Shanghai is the time zone of every date shown and every period counted.
var Shanghai = time.FixedZone("Asia/Shanghai", 8*3600)
