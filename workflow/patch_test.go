package workflow

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"gongkai"
	"gongkai/content"
)

var notice = content.BuiltIn[slices.IndexFunc(content.BuiltIn, func(k content.Kind) bool { return k.ID == "notice" })]

func TestCorrectionsChangeWordsOnly(t *testing.T) {
	names := []string{"青禾县人民政府办公室", "青禾县财政局"}
	for _, c := range []struct {
		name, old, new string
		want           int // characters touched; -1: a rewrite
	}{
		{"a wrong character", "攻府信息公开", "政府信息公开", 2},
		{"a doubled word", "认真认真落实", "认真落实", 2},
		{"a missing word", "请按时完", "请按时完成", 1},
		{"punctuation", "请落实。。", "请落实。", 1},
		{"a comma between words", "各科室各单位", "各科室、各单位", 1},
		{"a lone 一 nearby", "进一步家强", "进一步加强", 2},
		{"a digit", "补助35元", "补助36元", -1},
		{"a digit more", "补助35元", "补助350元", -1},
		{"a full-width digit", "共５人", "共６人", -1},
		{"a point between digits", "共35吨", "共3.5吨", -1},
		{"a comma between digits", "共3,500元", "共3500元", -1},
		{"two numbers joined", "第3、5条", "第35条", -1},
		{"a sign before a number", "气温5度", "气温-5度", -1},
		{"a Chinese numeral", "为期三天", "为期五天", -1},
		{"a Chinese date", "二〇二六年一月", "二〇二五年一月", -1},
		{"ten thousand", "3万元", "3亿元", -1},
		{"a percent sign", "占百分之八", "占百分之八%", -1},
		{"the unit of a number", "35公里", "35公顷", -1},
		{"a working day", "20个工作日内", "20个自然日内", -1},
		{"the unit of a Chinese number", "三十公里", "三十公顷", -1},
		{"a month", "5月底前", "5日底前", -1},
		{"an organisation", "由青禾县财政局负责", "由青禾县税务局负责", -1},
		{"an organisation lengthened", "由青禾县财政局负责", "由青禾县大财政局负责", -1},
		{"an organisation made", "由青禾县财局负责", "由青禾县财政局负责", -1},
		{"beside an organisation", "由青禾县财政局付责", "由青禾县财政局负责", 2},
		{"a Latin letter", "登录A系统", "登录B系统", -1},
		{"an address", "访问网址", "访问://网址", -1},
		{"a mail sign", "信箱", "信@箱", -1},
		{"nothing", "不变", "不变", -1},
	} {
		old := content.Fields{"title": "标题", "summary": c.old}
		touched, total, err := wordsOnly(notice, old, content.Fields{"title": "标题", "summary": c.new}, names)
		switch {
		case c.want < 0 && gongkai.CodeOf(err) != "rewrite":
			t.Errorf("%s: taken, %d characters, %v", c.name, touched, err)
		case c.want >= 0 && (err != nil || touched != c.want || total != 2+utf8.RuneCountInString(c.old)):
			t.Errorf("%s: %d of %d characters, %v; want %d", c.name, touched, total, err, c.want)
		}
	}
}

func TestCorrectionsLeaveMarkupLinksNamesAndFilesAlone(t *testing.T) {
	file := []content.FileRef{{Digest: strings.Repeat("a", 64), Name: "附件.pdf"}}
	for _, c := range []struct {
		name     string
		old, new content.Fields
		ok       bool
	}{
		{"words between tags", content.Fields{"body": "<p>攻府<b>办公</b></p>"}, content.Fields{"body": "<p>政府<b>办公</b></p>"}, true},
		{"a tag more", content.Fields{"body": "<p>政府办公</p>"}, content.Fields{"body": "<p>政府<b>办公</b></p>"}, false},
		{"another link", content.Fields{"body": `<a href="/甲">详情</a>`}, content.Fields{"body": `<a href="/乙">详情</a>`}, false},
		{"an entity", content.Fields{"body": "<p>甲&amp;乙</p>"}, content.Fields{"body": "<p>甲&lt;乙</p>"}, false},
		{"the issuing body", content.Fields{"publisher": "县局"}, content.Fields{"publisher": "县府"}, false},
		{"the document number", content.Fields{"doc_no": "淮政办〔2018〕8号"}, content.Fields{"doc_no": "淮政发〔2018〕8号"}, false},
		{"a file's name", content.Fields{"attachments": file}, content.Fields{"attachments": []content.FileRef{{Digest: file[0].Digest, Name: "附表.pdf"}}}, false},
		{"a file less", content.Fields{"attachments": file, "summary": "甲乙"}, content.Fields{"summary": "甲丙"}, false},
		{"a field emptied", content.Fields{"summary": "甲乙", "keywords": "检查"}, content.Fields{"keywords": "检察"}, false},
	} {
		if _, _, err := wordsOnly(notice, c.old, c.new, nil); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// maskedAt is a finding that masks text[start:end] (in runes) by mask.
func maskedAt(text string, start, end int, mask string) content.Finding {
	return content.Finding{Key: "k", Place: "summary", Kind: "mobile", Level: "certain", Start: byteAt(text, start), End: byteAt(text, end), Mask: mask}
}

func TestPatchesAreMappedThroughMasks(t *testing.T) {
	text := "联系人张三,电话13800138000,请于月底联系。"
	fs := []content.Finding{maskedAt(text, 8, 19, "138****8000 (已遮掩)")}
	shown := lay(text, masksOf(fs, nil).edits("summary"))
	at := func(s string) (int, int) {
		i := utf8.RuneCountInString(shown[:strings.Index(shown, s)])
		return i, i + utf8.RuneCountInString(s)
	}
	patch := func(old, new string) Patch {
		start, end := at(old)
		return Patch{Place: "summary", Start: start, End: end, Old: old, New: new}
	}
	v := content.Fields{"summary": text}
	for _, c := range []struct {
		name string
		ps   []Patch
		want string
		code string
	}{
		{"before and behind the mask", []Patch{patch("月底", "月初"), patch("联系人", "联络人")}, "联络人张三,电话13800138000,请于月初联系。", ""},
		{"at the mask's edges", []Patch{{Place: "summary", Start: 8, End: 8, New: "是"}, patch(",请", ";请")}, "联系人张三,电话是13800138000;请于月底联系。", ""},
		{"inside the mask", []Patch{patch("****", "0013")}, "", "patch_masked"},
		{"an insertion inside the mask", []Patch{{Place: "summary", Start: 10, End: 10, New: "1"}}, "", "patch_masked"},
		{"across the mask", []Patch{patch(shown[strings.Index(shown, "话"):strings.Index(shown, "请")], "话:")}, "", "patch_masked"},
		{"something else stands there", []Patch{{Place: "summary", Start: 0, End: 3, Old: "联络人", New: "人"}}, "", "patch_moved"},
		{"past the end", []Patch{{Place: "summary", Start: 900, End: 901, Old: "。"}}, "", "patch_moved"},
		{"backwards", []Patch{{Place: "summary", Start: 3, End: 1, Old: ""}}, "", "patch_moved"},
		{"overlapping", []Patch{patch("联系人", "人"), patch("人张", "张")}, "", "patch_overlap"},
		{"no such place", []Patch{{Place: "body", Old: "", New: "x"}}, "", "patch_place"},
	} {
		out, err := applyPatches(notice, v, masksOf(fs, nil), c.ps)
		if c.code != "" {
			if gongkai.CodeOf(err) != c.code {
				t.Errorf("%s: %v, want %s", c.name, err, c.code)
			}
			continue
		}
		if err != nil || out["summary"] != c.want {
			t.Errorf("%s: %v, %v", c.name, out["summary"], err)
		}
	}
	kinds := map[string]gongkai.Kind{"masked": gongkai.Blocked, "moved": gongkai.Conflict, "place": gongkai.Invalid}
	for code, kind := range kinds {
		if !gongkai.Is(patchError("p", code, "", ""), kind) {
			t.Errorf("%s is not %s", code, kind)
		}
	}
}

// Whatever the masks: a patch that touches none does to the original what it
// does to the text as shown, and the masked values stay as they are.
func TestRandomPatchesThroughRandomMasks(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	made, refused, tries := 0, 0, 20_000
	if testing.Short() {
		tries = 2_000
	}
	for range tries {
		text, fs := randomMasked(r)
		masks := masksOf(fs, nil).edits("summary")
		shown := []rune(lay(text, masks))
		start := r.IntN(len(shown) + 1)
		end := start + r.IntN(min(6, len(shown)-start)+1)
		p := Patch{Place: "summary", Start: start, End: end, Old: string(shown[start:end]), New: randomText(r, r.IntN(4))}
		out, err := applyPatches(notice, content.Fields{"summary": text}, masksOf(fs, nil), []Patch{p})
		touches := strings.ContainsRune(p.Old, '■')
		if err != nil {
			if gongkai.CodeOf(err) != "patch_masked" {
				t.Fatal(err)
			}
			if !touches && !insideMask(shown, start) && !atEmptyMask(fs) {
				t.Fatalf("refused without a mask in the way: %q [%d:%d] of %q", p.Old, start, end, string(shown))
			}
			refused++
			continue
		}
		if touches {
			t.Fatalf("a mask was changed: %q", p.Old)
		}
		made++
		got := out["summary"].(string)
		want := string(shown[:start]) + p.New + string(shown[end:])
		if again := reMask(got, text, fs); again != want {
			t.Fatalf("shown %q\npatched %q\nwant    %q", string(shown), again, want)
		}
	}
	if made < tries/4 || refused < tries/20 {
		t.Errorf("only %d made and %d refused", made, refused)
	}
}

// Masked values are made of letters that stand nowhere else, masks of ■.
func randomMasked(r *rand.Rand) (string, []content.Finding) {
	var b strings.Builder
	var fs []content.Finding
	for i := range 1 + r.IntN(4) {
		b.WriteString(randomText(r, 1+r.IntN(6)))
		start := b.Len()
		b.WriteString(strings.Repeat(string(rune('A'+i)), 1+r.IntN(5)))
		fs = append(fs, content.Finding{Place: "summary", Kind: "mobile", Start: start, End: b.Len(), Mask: strings.Repeat("■", r.IntN(6))})
	}
	b.WriteString(randomText(r, r.IntN(5)))
	return b.String(), fs
}

func randomText(r *rand.Rand, n int) string {
	out := make([]rune, n)
	for i := range out {
		out[i] = []rune("甲乙丙é,。x")[r.IntN(7)]
	}
	return string(out)
}

func insideMask(shown []rune, at int) bool {
	return at > 0 && at < len(shown) && shown[at-1] == '■' && shown[at] == '■'
}

func atEmptyMask(fs []content.Finding) bool {
	return slices.ContainsFunc(fs, func(f content.Finding) bool { return f.Mask == "" })
}

// reMask masks each value where it stands now.
func reMask(got, text string, fs []content.Finding) string {
	for _, f := range fs {
		got = strings.Replace(got, text[f.Start:f.End], f.Mask, 1)
	}
	return got
}

func TestDifferencesNameTheirPlaces(t *testing.T) {
	old := content.Fields{"title": "通知", "body": "<p>请各单位报送。</p>", "date_written": "2026-01-05", "summary": "摘要"}
	new := content.Fields{"title": "通知", "body": "<p>请各科室报送。</p>", "date_written": "2026-01-06", "keywords": "检查"}
	got := map[string][]Part{}
	for _, d := range Differ(notice, old, new) {
		got[d.Place] = d.Parts
	}
	if _, same := got["title"]; same || len(got) != 4 {
		t.Fatalf("places: %v", got)
	}
	for place, want := range map[string][2]string{"body": {"<p>请各单位报送。</p>", "<p>请各科室报送。</p>"}, "date_written": {"2026-01-05", "2026-01-06"}, "summary": {"摘要", ""}, "keywords": {"", "检查"}} {
		before, after := "", ""
		for _, p := range got[place] {
			if p.Op != "insert" {
				before += p.Text
			}
			if p.Op != "delete" {
				after += p.Text
			}
		}
		if before != want[0] || after != want[1] {
			t.Errorf("%s: %q became %q", place, before, after)
		}
	}
}
