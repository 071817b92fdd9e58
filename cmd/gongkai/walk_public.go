// The public half of the walk: shown everywhere, masked; then called back from
// everywhere.

package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"gongkai"
	"gongkai/audit"
	"gongkai/channel/receiver"
	"gongkai/workflow"
)

// get reads the public side and keeps every byte of the answer.
func (w *walker) get(path string) reply {
	r, err := w.public.call(w.ctx, http.MethodGet, path, nil)
	if err != nil {
		w.fail("%s: %w", path, err)
	}
	w.n++
	w.seen = append(w.seen, r.body...)
	return r
}

// until waits for what the jobs bring about.
func (w *walker) until(what string, holds func() bool) {
	if w.err != nil {
		return
	}
	began := time.Now()
	for !holds() {
		if time.Since(began) > 30*time.Second {
			w.fail("%s: not after 30 s", what)
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	w.say("✓ %s (%d ms)", what, time.Since(began).Milliseconds())
}

func (w *walker) byItem() string { return "/content/v1/items/" + w.item }
func (w *walker) byIndex() string {
	return "/content/v1/items/by-index-no" + query("index_no", w.last.str("index_no"))
}
func (w *walker) byPath() string {
	return "/content/v1/pages" + query("site", "qinghe", "path", w.path())
}

func (w *walker) path() string {
	placed, _ := w.last.json["placements"].([]any)
	for _, p := range placed {
		first, _ := p.(map[string]any)
		path, _ := first["path"].(string)
		return path
	}
	return ""
}

func (w *walker) search() reply {
	return w.get("/content/v1/search" + query("site", "qinghe", "q", "公租房选房"))
}

func hits(r reply) int {
	list, _ := r.json["items"].([]any)
	return len(list)
}

func (w *walker) received() (title, html string) {
	shown := w.d.receiver.Shown()[w.item]
	return shown.Title, shown.HTML
}

func (w *walker) shown() {
	w.title("公众所见", "what the public sees")
	w.until("内容接口可见 / in the content API", func() bool { return w.get(w.byItem()).status == 200 })
	w.until("索引号可查 / by index number", func() bool { return w.get(w.byIndex()).status == 200 })
	w.until("路径可查 / by path", func() bool { return w.get(w.byPath()).status == 200 })
	w.until("检索可得 / found by search", func() bool { return hits(w.search()) == 1 })
	w.until("下游网站已展示 / on the downstream site", func() bool { title, html := w.received(); return title == walkTitle && html != "" })
	w.until("公众号已发布 / on the Official Account", func() bool { places, _ := w.d.posted(); return places["wechat"] })
	w.until("公众号的推送已受理 / its notice of the result was taken", func() bool { return w.d.wechat.Told() > 0 })
	w.until("微博已发布 / on Weibo", func() bool { places, _ := w.d.posted(); return places["weibo"] })
	if w.err != nil {
		return
	}
	body := w.get(w.byItem()).str("fields.body")
	_, html := w.received()
	for where, text := range map[string]string{"content API": body, "downstream site": html} {
		if !strings.Contains(text, "11*************233") || !strings.Contains(text, "139-****-5678") || !strings.Contains(text, walkOffice) || !strings.Contains(text, "避免") {
			w.fail("%s does not show the masked text: %s", where, text)
		}
	}
	w.say("  … 张某 11*************233 139-****-5678 … 咨询电话：%s …", walkOffice)
	w.clean()
}

func (w *walker) suspend() {
	w.title("临时下线", "suspended")
	w.act("baomi", "临时下线（理由：核实名单）", w.step("suspend", "reason", "核实名单，电话联系"+walkMobile))
	w.gone("410", http.StatusGone)
}

// gone: every place has forgotten the item.
func (w *walker) gone(what string, status int) {
	w.until("内容接口 "+what, func() bool {
		return w.get(w.byItem()).status == status && w.get(w.byIndex()).status == status && w.get(w.byPath()).status == status
	})
	w.until("检索不到 / not found by search", func() bool { return hits(w.search()) == 0 })
	w.until("下游网站已撤 / taken off the downstream site", func() bool { title, html := w.received(); return title == "" && html == "" })
	w.until("公众号、微博已删 / deleted from the Official Account and from Weibo", func() bool { places, _ := w.d.posted(); return !places["wechat"] && !places["weibo"] })
}

func (w *walker) withdraw() {
	w.title("撤稿", "withdrawn")
	w.act("sanshen", "申请撤稿（保留说明）", w.step("ask_withdraw", "reason", "选房安排调整。", "tombstone", map[string]any{"type": "notice"}))
	w.refused("sanshen", "批准自己的申请", w.steps(), w.step("withdraw"), 403, "own_request")
	w.act("baomi", "批准撤稿", w.step("withdraw", "opinion", "同意。"))
	w.until("说明已公布 / the notice gives its reason", func() bool { return strings.Contains(string(w.get(w.byItem()).body), "选房安排调整") })
	w.gone("410", http.StatusGone)
}

// nowhere: the raw numbers are in nothing that left the restricted side.
func (w *walker) nowhere() {
	w.title("原始号码不在任何公开之处", "the raw numbers are nowhere outside")
	w.clean()
	if w.err == nil {
		w.say("✓ 公开答复、公开库、检索库、公开文件、下游网站、日志 / public answers, public store, index, files, downstream site, log")
	}
}

// clean looks for the raw numbers everywhere outside the restricted store.
func (w *walker) clean() {
	w.forbid("public answers", w.seen)
	w.forbid("log", w.log.bytes())
	for _, m := range w.d.receiver.Received() {
		w.forbid("webhook", fmt.Appendf(nil, "%+v", m))
	}
	w.forbid("queue", []byte(w.d.queue.Dump()))
	w.forbid("trail", w.trailText())
	r, err := newClient("http://"+w.d.hookAddr).call(w.ctx, http.MethodGet, "/", nil)
	if err != nil {
		w.fail("downstream site: %w", err)
	}
	w.forbid("downstream site", r.body)
	_, posted := w.d.posted()
	w.forbid("new media", []byte(posted))
	metrics := w.get("/metrics")
	w.forbid("metrics", metrics.body)
	if err := w.cleanFolder(); err != nil {
		w.fail("data folder: %w", err)
	}
}

// trailText is every entry of the trail about the item.
func (w *walker) trailText() []byte {
	page, err := w.d.trail.Find(w.ctx, audit.Filter{Object: "item:" + w.item, Limit: 200})
	if err != nil {
		w.fail("trail: %w", err)
	}
	return fmt.Appendf(nil, "%+v", page.Entries)
}

// webhooks prints what the downstream site was sent about the item.
func (w *walker) webhooks() {
	w.until("下游网站得知撤稿 / the downstream site was told of the withdrawal", func() bool {
		return slices.ContainsFunc(w.d.receiver.Received(), func(m receiver.Message) bool { return m.Item == w.item && m.Type == "item.withdrawn" })
	})
	for _, m := range w.d.receiver.Received() {
		if m.Item == w.item {
			w.say("  webhook %-16s seq %d  %s  → %s", m.Type, m.Seq, m.ID, m.Outcome)
		}
	}
}

// cleanFolder looks into every file that is not of the restricted side.
func (w *walker) cleanFolder() error {
	root, err := os.OpenRoot(w.d.cfg.Data)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	return fs.WalkDir(root.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasPrefix(name, "content.db") || strings.HasPrefix(name, "files/originals/") {
			return nil // files of SQLite may come and go
		}
		if raw, err := root.ReadFile(name); err == nil {
			w.forbid(name, raw)
		}
		return nil
	})
}

// forbid fails when the text holds a raw number, with or without separators.
func (w *walker) forbid(where string, text []byte) {
	digits := bytes.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, text)
	for _, raw := range w.raw {
		if bytes.Contains(digits, []byte(raw)) {
			w.fail("%s holds a raw number", where)
		}
	}
}

func (w *walker) trail() {
	w.title("下游网站收到的消息", "what the downstream site was sent")
	w.webhooks()
	w.title("审计链", "the trail")
	w.until("全部动作已入审计链 / every act is in the trail", func() bool {
		it, err := w.d.content.Items.Get(w.ctx, w.item)
		return err == nil && it.Copied == it.StepN
	})
	report, err := w.d.trail.Verify(w.ctx)
	_, broken, err2 := w.d.engine.VerifyItems(w.ctx, workflow.Copied{Hashes: w.d.trail.Copies})
	if err != nil || err2 != nil || !report.OK() || len(broken) > 0 {
		w.fail("the trail does not verify: %v %v %v", report.Problems, broken, gongkai.CodeOf(err))
		return
	}
	w.say("✓ 审计链完整 / whole: %d entries, head %.12s…", report.Count, report.Head.Hash)
}
