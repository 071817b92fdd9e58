// Word lists over the API: a file goes out, is changed, and comes back whole.

package api

import (
	"net/url"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"gongkai/policy"
)

func TestAWordListGoesOutIsChangedAndComesBack(t *testing.T) {
	o := newOffice(t)
	o.hire("officer", policy.SecrecyOfficer, "")
	officer := o.as("officer").with("Content-Type", "text/csv")
	var lists List[WordListView]
	o.as("reviewer-1").get("/api/v1/lexicon").is(200).into(&lists)
	if len(lists.Items) != 1 || lists.Items[0].ID != "builtin" || lists.Items[0].Versions[0].Terms < 150 {
		t.Fatalf("%+v", lists)
	}
	out := o.as("key:read").get("/api/v1/lexicon/builtin/csv").is(200)
	if !strings.HasPrefix(out.body, "\ufeff类别,词语,处理") || !strings.HasPrefix(out.header.Get("Content-Type"), "text/csv") || !strings.Contains(out.header.Get("Content-Disposition"), "builtin.csv") {
		t.Fatalf("%v %.100s", out.header, out.body)
	}
	title := url.QueryEscape("本县词表")
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(strings.TrimPrefix(out.body, "\ufeff"))
	if err != nil {
		t.Fatal(err)
	}
	var made WordListView
	officer.put("/api/v1/lexicon/county/csv?title="+title, gb).is(200).into(&made)
	if made.Version != 1 || made.Title != "本县词表" || made.Versions[0].Name != "干部officer" {
		t.Errorf("%+v", made)
	}
	if again := officer.get("/api/v1/lexicon/county/csv").is(200); again.body != out.body {
		t.Error("a list in GB 18030 is the same list")
	}
	officer.put("/api/v1/lexicon/county/csv?seen=1&note=x", "类别,词语,处理\n").is(200).into(&made)
	if made.Version != 2 || made.Versions[0].Terms != 0 || made.Versions[1].Terms < 150 {
		t.Errorf("the newest stands first: %+v", made)
	}
	officer.put("/api/v1/lexicon/county/csv?seen=1", "类别,词语,处理\n").refused(409, "stale")
	officer.get("/api/v1/lexicon/county/csv?version=9").refused(404, "version")
	officer.get("/api/v1/lexicon/nowhere").refused(404, "word_list")
	if trail := o.as(policy.Auditor).get("/api/v1/trail").is(200); !strings.Contains(trail.body, "lexicon.manage") || !strings.Contains(trail.body, "lexicon/county") {
		t.Error("the trail knows who changed the list")
	}
}

func TestAWordListThatIsWrongIsRefusedRowByRow(t *testing.T) {
	o := newOffice(t)
	o.hire("officer", policy.SecrecyOfficer, "")
	officer := o.as("officer").with("Content-Type", "text/csv")
	p := officer.put("/api/v1/lexicon/county/csv?title=a", "类别,词语,处理\n颜色,攻府,提示\n表述错误,攻府,也许\n").refused(400, "word_list_rows")
	if len(p.Errors) != 2 || !strings.Contains(p.Errors[0].Zh, "第2行第1列") || !strings.Contains(p.Errors[1].En, "line 3, cell 3") {
		t.Errorf("%+v", p.Errors)
	}
	officer.put("/api/v1/lexicon/county/csv?title=a", "").is(400)
	officer.put("/api/v1/lexicon/county/csv?title=a", strings.Repeat("字", 1<<20)).refused(413, "too_large")
	officer.put("/api/v1/lexicon/county/csv?title=13800138000", "类别,词语,处理\n").refused(400, "personal")
	o.as(policy.Administrator).put("/api/v1/lexicon/county/csv?title=a", "类别,词语,处理\n").refused(403, "administrator_business")
	officer.get("/api/v1/lexicon/county").refused(404, "word_list")
}

// The body is no JSON, so its cells are looked at where the list is read.
func TestNoCellOfAWordListKeepsWhatIsPersonal(t *testing.T) {
	o := newOffice(t)
	o.hire("officer", policy.SecrecyOfficer, "")
	officer := o.as("officer").with("Content-Type", "text/csv")
	out := officer.get("/api/v1/lexicon/builtin/csv").is(200).body
	head, _, _ := strings.Cut(strings.TrimPrefix(out, "\ufeff"), "\n")
	columns := strings.Split(strings.TrimSpace(head), ",")
	wide := strings.NewReplacer("0", "０", "1", "１", "2", "２").Replace(rawMobile)
	for at := range columns {
		for _, text := range []string{rawID, rawMobile, "经办人" + wide, "\"甲\n" + rawID + "\""} {
			row := make([]string, len(columns))
			row[0], row[1], row[2] = "表述错误", "攻府", "提示"
			row[at] = text
			officer.put("/api/v1/lexicon/county/csv?title=a", head+"\n"+strings.Join(row, ",")+"\n").hides(rawID, rawMobile, wide).refused(400, "word_list_rows")
		}
	}
	for _, body := range []string{head + "," + rawID + "\n", head + "\n表述错误,攻府,提示" + strings.Repeat(",", len(columns)-2) + rawID + "\n", "\"" + rawID} {
		officer.put("/api/v1/lexicon/county/csv?title=a", body).hides(rawID).refused(400, "word_list_rows")
	}
	if len(columns) < 12 {
		t.Errorf("only %d columns were tried", len(columns))
	}
	officer.get("/api/v1/lexicon/county").refused(404, "word_list")
	o.clean(rawID)
	o.clean(rawMobile)
}
