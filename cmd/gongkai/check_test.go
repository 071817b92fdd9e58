// check: exit 0 says that everything was read and nothing found.

package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"gongkai/policy/lexicon"
	"gongkai/policy/privacy"
	"gongkai/policy/privacy/corpustest"
)

const (
	leak  = "一行\n张某，身份证号" + walkID + "，电话13912345678\n"
	clean = "咨询电话：0999-6120345。\n"
)

func TestCheckSaysWhereAndWhat(t *testing.T) {
	name := file(t, "名单.txt", leak)
	for _, s := range []said{gongkaiRun(t, "", "check", name), gongkaiRun(t, leak, "check"), gongkaiRun(t, leak, "check", "-")} {
		s.wants(t, 1, ":2:8: 公民身份号码/id_card 11*************233", ":2:29: 手机号码/mobile 139****5678", "2 findings", "校验码正确", "its check digit is right", "必须遮掩")
		if strings.Contains(s.out+s.errs, walkID) {
			t.Error("check repeats the number:", s.out)
		}
	}
	gongkaiRun(t, "", "check", file(t, "电话.md", clean)).wants(t, 0, "检查了 1 个文件，没有发现问题 / 1 file checked, nothing found")
	gongkaiRun(t, clean, "check").wants(t, 0)
	gongkaiRun(t, "", "check").wants(t, 0)
	gongkaiRun(t, "\xc9\xed\xb7\xdd\xd6\xa4\xba\xc5"+walkID, "check").wants(t, 1, ":1:5:") // GB 18030
}

func TestThePictureMarksTheValueInATerminal(t *testing.T) {
	s := gongkaiRun(t, leak, "check")
	lines := strings.Split(s.out, "\n")
	for i, line := range lines {
		if !strings.Contains(line, "^") {
			continue
		}
		// Han characters are two columns wide, so cut by columns.
		from, to := strings.IndexByte(line, '^'), strings.LastIndexByte(line, '^')+1
		marked := byColumns(lines[i-1], from, to)
		if marked != "11*************233" && marked != "139****5678" {
			t.Errorf("marked is %q:\n%s\n%s", marked, lines[i-1], line)
		}
	}
	if strings.Count(s.out, "^^^^^^^^^^^") < 2 {
		t.Error("no marks:\n" + s.out)
	}
}

// byColumns is the part of a line between two columns of a terminal.
func byColumns(line string, from, to int) string {
	var b strings.Builder
	at := 0
	for _, r := range line {
		if at >= from && at < to {
			b.WriteRune(r)
		}
		if at++; r > 0x2e80 {
			at++
		}
	}
	return b.String()
}

func TestAPictureShowsNoNeighbour(t *testing.T) {
	var text strings.Builder
	for range 40 {
		text.WriteString("王某13912345678，" + walkID + "、")
	}
	s := gongkaiRun(t, text.String(), "check").wants(t, 1, "80 findings")
	if strings.Contains(s.out, "13912345678") || strings.Contains(s.out, walkID) || strings.Contains(s.out, "5678，"+walkID[:4]) {
		t.Error("a picture shows a number:\n" + s.out)
	}
}

func TestATerminalIsNotSteeredByWhatItShows(t *testing.T) {
	name := file(t, "a\x1b[2J.txt", "\x1b[31m身份证\u202e号\t"+walkID+"\x7f\n")
	s := gongkaiRun(t, "", "check", name).wants(t, 1, "11*************233")
	if strings.ContainsAny(s.out, "\x1b\x7f\u202e\t") {
		t.Errorf("%q", s.out)
	}
}

func TestWhatCannotBeReadIsNeverClean(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{"ok.txt": clean, "sub/leak.html": "<p>" + walkID + "</p>", "scan.exe": "MZ\x00\x01\x02"} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	gongkaiRun(t, "", "check", folder).wants(t, 2, "leak.html:1:4:", "scan.exe", "1 could not be checked", "3 files checked, 1 finding\n")
	gongkaiRun(t, "", "check", filepath.Join(folder, "sub")).wants(t, 1)
	gongkaiRun(t, "", "check", filepath.Join(folder, "scan.exe")).wants(t, 2, "未检查")
	gongkaiRun(t, "", "check", filepath.Join(folder, "none.txt"), filepath.Join(folder, "ok.txt")).wants(t, 2, "none.txt", "无法读取")
	if err := syscall.Mkfifo(filepath.Join(folder, "sub", "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	gongkaiRun(t, "", "check", filepath.Join(folder, "sub")).wants(t, 2, "pipe", "不是普通文件")
}

func TestAttachmentsSayTheirPlaceInWords(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("张三的材料.txt")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = fmt.Fprint(w, leak)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	gongkaiRun(t, "", "check", file(t, "材料.zip", b.String())).wants(t, 1, "压缩包中第 1 个文件 第 2 行 / file 1 of the archive, line 2", "11*************233")
	gongkaiRun(t, "", "check", file(t, "名单.csv", "姓名,身份证号\n张某,"+walkID+"\n")).wants(t, 1, "第 1 个工作表 B2 / sheet 1, B2", "11*************233")
}

func TestARosterIsDrawnByItsFirstRowsAndCounted(t *testing.T) {
	var rows strings.Builder
	for range 10 {
		rows.WriteString("张某," + walkID + ",无\n")
	}
	name := file(t, "名单.csv", "姓名,身份证号,备注\n"+rows.String())
	s := gongkaiRun(t, "", "check", name).wants(t, 1, "B4: 公民", name+": 第 1 个工作表 B / sheet 1, B: 公民身份号码/id_card 另有 7 处 / 7 more", "10 findings")
	if strings.Contains(s.out, "B5") || strings.Contains(s.out, "^") {
		t.Errorf("three cells are enough, and a cell needs no picture:\n%s", s.out)
	}
	gongkaiRun(t, "", "check", "--format=json", name).wants(t, 1, "sheet[0]!B11")
}

func TestWhatToDoAboutAListOfMinors(t *testing.T) {
	gongkaiRun(t, "学生名单\n姓名 班级 学籍号\n李某 三年级2班 G"+walkID+"\n", "check").wants(t, 1, "未成年人名单", "请删去名单")
}

func TestWordsOfTheWordListsAreFoundToo(t *testing.T) {
	gongkaiRun(t, "机密★20年\n关于某事的通知\n", "check").wants(t, 1, ":1:1: 密级标志/secrecy_mark", "报告保密部门", "    机密★20年\n    ^^^^^^^^^\n", "采用密级标志的写法")
	gongkaiRun(t, "扫黑险恶专项斗争\n", "check").wants(t, 1, "wording", "请改正")
	gongkaiRun(t, "学习宣传秘密\n", "check").wants(t, 0, "提示")
}

func TestFindingsAsJSON(t *testing.T) {
	s := gongkaiRun(t, "", "check", "--format", "json", file(t, "名单.txt", leak), filepath.Join(t.TempDir(), "none.txt")).wants(t, 2)
	var got struct {
		Version, Rules string
		Findings       []findingOut
		Unread         []unreadOut
		Total          total
	}
	if err := json.Unmarshal([]byte(s.out), &got); err != nil {
		t.Fatal(err, s.out)
	}
	if got.Rules != privacy.Rules || got.Total != (total{1, 2, 0, 1}) || len(got.Findings) != 2 || len(got.Unread) != 1 {
		t.Fatalf("%+v", got)
	}
	f := got.Findings[0]
	if f.Line != 2 || f.Column != 8 || f.EndColumn != 26 || f.Kind != "id_card" || f.Level != privacy.Certain || !strings.Contains(f.Zh, "校验码正确") || !strings.Contains(f.En, "check digit") {
		t.Errorf("%+v", f)
	}
	gongkaiRun(t, clean, "check", "--format=json").wants(t, 0, `"findings":[`, `"total":{"files":1,"findings":0,"warnings":0,"unread":0}`)
}

func TestFindingsAsSARIF(t *testing.T) {
	s := gongkaiRun(t, "", "check", "--format", "sarif", file(t, "名 单.txt", leak)).wants(t, 1)
	var got struct {
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct{ Rules []struct{ ID string } }
			}
			ColumnKind string
			Results    []struct {
				RuleID, Level string
				Message       struct{ Text string }
				Locations     []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine, StartColumn, EndLine, EndColumn int }
					}
				}
			}
			Invocations []struct{ ExecutionSuccessful bool }
		}
	}
	if err := json.Unmarshal([]byte(s.out), &got); err != nil {
		t.Fatal(err, s.out)
	}
	run := got.Runs[0]
	rules := map[string]bool{}
	for _, r := range run.Tool.Driver.Rules {
		rules[r.ID] = true
	}
	for _, r := range run.Results {
		if !rules[r.RuleID] || r.Message.Text == "" || len(r.Locations) != 1 {
			t.Errorf("%+v", r)
		}
	}
	if got.Version != "2.1.0" || len(run.Tool.Driver.Rules) != len(privacy.Kinds())+len(lexicon.Kinds()) || run.ColumnKind != "unicodeCodePoints" || !run.Invocations[0].ExecutionSuccessful {
		t.Errorf("%+v", got)
	}
	r := run.Results[0]
	where := r.Locations[0].PhysicalLocation
	if r.RuleID != "id_card" || r.Level != "error" || where.Region.StartColumn != 8 || where.Region.EndColumn != 26 || where.Region.EndLine != 2 ||
		!strings.HasPrefix(where.ArtifactLocation.URI, "file:///") || !strings.HasSuffix(where.ArtifactLocation.URI, "%E5%90%8D%20%E5%8D%95.txt") {
		t.Errorf("%+v", r)
	}
	if strings.Contains(s.out, walkID) {
		t.Error("SARIF repeats the number")
	}
	gongkaiRun(t, "", "check", "--format=sarif", filepath.Join(t.TempDir(), "none.txt")).wants(t, 2, `"executionSuccessful":false`, "toolExecutionNotifications")
}

func TestCheckAsAFilterOfLines(t *testing.T) {
	hit := `{"id":"a","format":"plain","text":"电话13912345678"}` + "\n"
	none := `{"id":"b","format":"html","text":"<p>\"error\":</p>"}` + "\n"
	gongkaiRun(t, hit+none, "check", "--jsonl").wants(t, 1, `{"id":"a","spans":[{"kind":"mobile","start":2,"end":13}],"masked":"电话139****5678"}`, `{"id":"b","spans":[]`)
	gongkaiRun(t, none, "check", "--jsonl").wants(t, 0)
	gongkaiRun(t, "", "check", "--jsonl", file(t, "a.jsonl", hit)).wants(t, 1)
	gongkaiRun(t, hit+`{"id":`+"\n"+none, "check", "--jsonl").wants(t, 2, "line 2", "1 行无法读取", `"id":"b"`)
	gongkaiRun(t, `{"id":"c","format":"pdf","text":""}`, "check", "--jsonl").wants(t, 2, "plain, html or markdown")
	gongkaiRun(t, "", "check", "--jsonl", filepath.Join(t.TempDir(), "none")).wants(t, 2, "无法读取文件")
}

// The corpus as an outsider runs it: lines in, lines out, places in characters.
func TestTheCorpusThroughTheCommand(t *testing.T) {
	cases := corpustest.Make(4)
	var in bytes.Buffer
	enc := json.NewEncoder(&in)
	for _, c := range cases {
		_ = enc.Encode(map[string]string{"id": c.ID, "format": c.Format, "text": c.Text})
	}
	out := json.NewDecoder(strings.NewReader(gongkaiRun(t, in.String(), "check", "--jsonl").wants(t, 1).out))
	report := corpustest.Judge(cases, func(c corpustest.Case) (found []corpustest.Found, masked string) {
		var line struct {
			ID     string
			Spans  []corpustest.Found
			Masked string
		}
		if err := out.Decode(&line); err != nil || line.ID != c.ID {
			t.Fatal(line.ID, c.ID, err)
		}
		signs := []rune(c.Text)
		for _, f := range line.Spans {
			start := len(string(signs[:f.Start]))
			found = append(found, corpustest.Found{Kind: f.Kind, Start: start, End: start + len(string(signs[f.Start:f.End]))})
		}
		return found, line.Masked
	})
	for _, kind := range []string{"id_card", "mobile"} {
		if s := report.Kind(kind); s.Recall() < 0.98 {
			t.Errorf("%s: recall %.4f", kind, s.Recall())
		}
	}
}
