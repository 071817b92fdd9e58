// The walk: it holds, it fails when anything is broken, and an imported
// document goes the same way.

package main

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestTheWalkHolds(t *testing.T) {
	scratch := t.TempDir()
	t.Setenv("TMPDIR", scratch)
	s := gongkaiRun(t, "", "demo", "--walk", "--redis", redis(t, "11")).wants(t, 0,
		"body:4: 疑似公民身份号码", "body:5: 疑似手机号码", // the exact places
		"放行（无权） → 403 missing_grant",
		"审自己的稿 → 403 own_text",
		"以管理员身份直接通过 → 403 administrator_business",
		"跳过审校直接发布 → 422 wrong_state",
		"签署改字之前的旧清样 → 409 stale_sheet",
		"签署之后再改遮掩决定 → 422 wrong_state",
		"webhook item.released", "webhook item.suspended", "webhook item.withdrawn",
		"不作四性判断就通过 → 400 judgements",
		"一人再签一校 → 403 same_person",
		"改动遮掩处 → 422 patch_masked",
		"改日期（不是改字） → 422 rewrite",
		"三校未签就发布 → 422 wrong_state",
		"郑三校 三校通过", "✓ 冯发布 发布", "索引号 / index number 11990100MB",
		"✓ 内容接口可见", "✓ 检索可得", "✓ 下游网站已展示", "11*************233 139-****-5678",
		"✓ 王保密 临时下线", "✓ 内容接口 410", "✓ 检索不到", "✓ 下游网站已撤",
		"✓ 公众号已发布", "✓ 微博已发布", "✓ 公众号、微博已删",
		"批准自己的申请 → 403 own_request", "✓ 说明已公布",
		"✓ 公开答复、公开库", "✓ 审计链完整", "steps held")
	if strings.Contains(s.out, walkID) || strings.Contains(s.out, walkMobile) {
		t.Error("the transcript holds a raw number")
	}
	if left, err := os.ReadDir(scratch); err != nil || len(left) > 0 {
		t.Error("the walk leaves its data behind:", left, err)
	}
}

func TestTheWalkFailsWhenSomethingIsBroken(t *testing.T) {
	seeded := filled(t)
	for _, c := range []struct {
		what, scene, says string
		harm              func(w *walker)
	}{
		{"a raw number among the public files", "shown", "holds a raw number", func(w *walker) {
			plant(w, filepath.Join(w.d.cfg.Data, "files", "public", "leak.txt"), walkMobile)
		}},
		{"a number in the log", "suspend", "log holds a raw number", func(w *walker) { w.d.log.Info("call 139-1234-5678") }},
		{"something shown that must not be", "shown", "holds a raw number", func(w *walker) { w.raw = append(w.raw, "选房安排") }},
		{"another sheet than the one that was signed", "signatures", "stale_sheet", func(w *walker) {
			work, _ := w.last.json["work"].(map[string]any)
			work["sheet_digest"] = strings.Repeat("0", 64)
		}},
		{"a trail that was changed", "trail", "does not verify", func(w *walker) {
			tamper(w, `UPDATE audit SET doc = CAST(replace(CAST(doc AS TEXT), '"at":1', '"at":2') AS BLOB) WHERE n = 3`)
		}},
		{"an act of an item that was changed", "trail", "does not verify", func(w *walker) {
			tamper(w, `UPDATE items SET doc = CAST(replace(CAST(doc AS TEXT), '"opinion":"已审阅', '"opinion":"未审阅') AS BLOB)`)
		}},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			data := t.TempDir()
			if err := os.CopyFS(data, os.DirFS(seeded)); err != nil {
				t.Fatal(err)
			}
			err := demoCmd{Data: data}.walk(t.Context(), &out, func(scene string, w *walker) {
				if scene == c.scene {
					c.harm(w)
				}
			})
			var e exit
			if !errors.As(err, &e) || e.code != 1 || !strings.Contains(out.String(), "✗") || !strings.Contains(out.String(), c.says) {
				t.Errorf("%v; the walk should end with 1 and say %q:\n%s", err, c.says, out.String())
			}
			if strings.Contains(out.String(), "steps held") {
				t.Error("it says that all held")
			}
		})
	}
}

func plant(w *walker, path, text string) {
	if err := os.WriteFile(path, []byte("…"+text+"…"), 0o600); err != nil {
		w.fail("test: %w", err)
	}
}

func tamper(w *walker, statement string) {
	w.until("全部动作已入审计链", func() bool {
		it, err := w.d.content.Items.Get(w.ctx, w.item)
		return err == nil && it.Copied == it.StepN
	})
	db, err := openSQLite(w.d.cfg.Data)
	if err == nil {
		_, err = db.Exec(statement)
		err = errors.Join(err, db.Close())
	}
	if err != nil {
		w.fail("test: %w", err)
	}
}

func TestForbidFindsAPlantedNumber(t *testing.T) {
	for text, found := range map[string]bool{
		"身份证号 " + walkID: true, walkMobile: true, "139-1234-5678": true, "139 1234 5678": true, "x" + walkID + "y": true,
		"11*************233": false, "139****5678": false, walkOffice: false, "": false,
	} {
		w := &walker{raw: []string{walkID, walkMobile}}
		if w.forbid("here", []byte(text)); (w.err != nil) != found {
			t.Errorf("%q: %v", text, w.err)
		}
	}
}

func TestEveryPlaceOutsideIsSearched(t *testing.T) {
	w := running(t)
	if w.clean(); w.err != nil {
		t.Fatal(w.err)
	}
	at := func(name ...string) string { return filepath.Join(append([]string{w.d.cfg.Data}, name...)...) }
	for where, path := range map[string]string{"the public store": at("public.db-x"), "the index": at("search.db-x"), "public files": at("files", "public", "x"), "the folder": at("x.tmp")} {
		plant(w, path, walkID)
		if w.clean(); w.err == nil {
			t.Errorf("a number in %s is not found", where)
		}
		w.err = os.Remove(path)
	}
	w.seen = []byte(walkID)
	if w.clean(); w.err == nil {
		t.Error("a number in an answer is not found")
	}
	w.err, w.seen = nil, nil
	plant(w, at("files", "originals", "x"), walkID) // the restricted side may hold it
	if w.clean(); w.err != nil {
		t.Error(w.err)
	}
}

// running is a demo at work whose people have signed in.
func running(t *testing.T) *walker {
	t.Helper()
	log := &safeBuffer{}
	d, ln, err := demoCmd{Data: t.TempDir(), Addr: "127.0.0.1:0"}.start(t.Context(), log)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.serve(ctx, ln) }()
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		stop()
		if err := errors.Join(<-ended, d.close()); err != nil {
			t.Error(err)
		}
	})
	w := newWalker(t.Context(), d, &bytes.Buffer{}, log)
	if w.signInAll(); w.err != nil {
		t.Fatal(w.err)
	}
	return w
}

// imported brings a document into the running demo by the command.
func imported(t *testing.T, w *walker, text string) {
	t.Helper()
	s := gongkaiRun(t, "", "import", "--data", w.d.cfg.Data, "--as", "bianji", "--column", "tzgg", file(t, "通知.txt", text)).wants(t, 0, "导入1条")
	_, id, _ := strings.Cut(s.out, "[")
	id, _, _ = strings.Cut(id, "]")
	w.take(w.as("bianji", http.MethodGet, "/api/v1/items/"+id, nil))
}

const importedText = `关于发放公租房补贴的通知

各村民委员会：
请通知张某（身份证号１１０１０５１９４９１２３１００２Ｘ）领取补贴。
本人电话138 1234 5678，家属电话15987654321。
咨询电话：0999-6120345。
`

func TestAnImportedDocumentGoesTheWholeWay(t *testing.T) {
	w := running(t)
	imported(t, w, importedText)
	w.raw = []string{"11010519491231002X", "１１０１０５１９４９１２３１００２Ｘ", "13812345678", "15987654321"}

	w.refused("bianji", "公开属性未定", w.steps(), w.step("submit"), 422, "not_proactive")
	revisions := w.as("bianji", http.MethodGet, "/api/v1/items/"+w.item+"/revisions", nil)
	latest, _ := revisions.json["items"].([]any)[0].(map[string]any)
	revision := w.as("bianji", http.MethodGet, "/api/v1/items/"+w.item+"/revisions/"+latest["id"].(string), nil)
	fields, _ := revision.json["fields"].(map[string]any)
	fields["openness"], fields["publisher"], fields["date_written"] = "proactive", "青禾县人民政府", "2026-03-02"
	w.does("bianji", "补全", "/api/v1/items/"+w.item+"/revisions", map[string]any{"step_id": "complete", "fields": fields})
	w.take(w.as("bianji", http.MethodGet, "/api/v1/items/"+w.item, nil))

	blocked := w.refused("bianji", "送审", w.steps(), w.step("submit"), 422, "open_findings")
	if got, want := w.places(blocked), []string{"body:2", "body:3", "body:3"}; !slices.Equal(got, want) {
		t.Fatalf("refused at %v, want %v: %s %v", got, want, blocked.body, w.err)
	}
	w.forbid("the refusal", blocked.body)
	w.act("bianji", "遮掩", w.step("resolve", "resolutions", []map[string]any{{"kind": "id_card", "act": "mask"}, {"kind": "mobile", "act": "mask"}}))
	w.act("bianji", "送审", w.step("submit"))
	for _, login := range []string{"yishen", "yijiao", "ershen", "erjiao", "sanshen", "sanjiao"} {
		w.act(login, "通过", pass(w))
	}
	w.act("fabu", "发布", w.step("release"))
	w.until("可见", func() bool { return w.get(w.byItem()).status == 200 })
	w.until("可检索", func() bool {
		return hits(w.get("/content/v1/search"+query("site", "qinghe", "q", "公租房补贴"))) == 1
	})
	w.until("下游可见", func() bool { _, html := w.received(); return html != "" })
	if w.err != nil {
		t.Fatal(w.err)
	}
	_, html := w.received()
	for where, text := range map[string]string{"content API": w.get(w.byItem()).str("fields.body"), "receiver": html} {
		for _, masked := range []string{"159****4321", "0999-6120345"} {
			if !strings.Contains(text, masked) {
				t.Errorf("%s does not show %s: %s", where, masked, text)
			}
		}
		if strings.Count(text, "*************") != 1 || strings.Count(text, "****") < 3 {
			t.Errorf("%s is not masked as it should be: %s", where, text)
		}
	}
	if w.clean(); w.err != nil {
		t.Error(w.err)
	}
	for _, raw := range []string{"138 1234 5678", "１００２Ｘ", "15987654321"} {
		if n := hits(w.get("/content/v1/search" + query("site", "qinghe", "q", raw))); n != 0 {
			t.Errorf("a search for the raw number finds %d items", n)
		}
	}
}
