// Signed paper forms: a scan is kept with the item as evidence. It signs
// nothing: whoever signs does so in the pipeline.

package workflow

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
)

// mostScans bounds the scans of an item.
const mostScans = 40

// scanTypes are what a scanner makes, with the ending of the name that it is
// downloaded under.
var scanTypes = map[string]string{"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}

// attachForm (附签批扫描件) keeps the scan of a paper that names a sheet of the
// item. What it is the scan of was looked at by the engine.
func (t *turn) attachForm() error {
	scan := t.w.Scan
	if err := first(
		t.w.Can(policy.FormAttach, t.who()...),
		need(t.s.Sheet != "", "sheet", "required", "请指明纸面签批的是哪一份清样（表上的清样摘要）", "name the sheet that the paper is about: its digest stands on the form"),
		need(t.s.File != "", "file", "required", "请先上传扫描件，再给出其编号", "upload the scan first, then give its digest"),
	); err != nil {
		return err
	}
	if scan.File != t.s.File || scan.Sheet != t.s.Sheet {
		return errMoved
	}
	if slices.ContainsFunc(t.it.Scans, func(o content.Scan) bool { return o.File == scan.File }) {
		return gongkai.E(gongkai.Conflict, "scan_there", "该扫描件已附于本条信息", "this scan is attached already")
	}
	if len(t.it.Scans) >= mostScans {
		return gongkai.E(gongkai.Blocked, "scans", "扫描件过多，请合并为一个PDF文件", "there are too many scans: put them into one PDF")
	}
	scan.N, scan.By, scan.Name, scan.At = int64(len(t.it.Scans)+1), t.w.Actor.ID, t.w.Actor.Name, t.w.Now
	t.it.Scans = append(t.it.Scans, scan)
	t.detail["scan"], t.detail["sheet"], t.detail["file"] = strconv.FormatInt(scan.N, 10), scan.Sheet, scan.File
	return nil
}

// voidForm (作废签批扫描件): a wrong one stays on record, and nobody opens it.
func (t *turn) voidForm() error {
	if err := first(t.w.Can(policy.FormVoid, t.who()...),
		need(t.s.File != "", "file", "required", "请给出扫描件编号", "give the digest of the scan"),
		need(strings.TrimSpace(t.s.Reason) != "", "reason", "required", "请写明作废原因", "say why")); err != nil {
		return err
	}
	i := slices.IndexFunc(t.it.Scans, func(o content.Scan) bool { return o.File == t.s.File })
	if i < 0 || t.it.Scans[i].Void != "" {
		return noScan()
	}
	scan := &t.it.Scans[i]
	scan.Void, scan.VoidBy, scan.VoidAt = t.s.Reason, t.w.Actor.ID, t.w.Now
	t.detail["scan"], t.detail["file"], t.detail["reason"] = strconv.FormatInt(scan.N, 10), scan.File, t.s.Reason
	return nil
}

func noScan() error {
	return gongkai.E(gongkai.Missing, "scan", "该信息没有这个扫描件，或者已经作废", "this item has no such scan, or it was voided")
}

// prepareScan looks at what is to be attached: uploaded by the actor, of a kind
// that scanners make, about a sheet of this very item, and not secret.
func (e *Engine) prepareScan(ctx context.Context, actor gongkai.Actor, it content.Item, s *Step, w *World) error {
	if s.File == "" || s.Sheet == "" {
		return nil // Apply says so
	}
	stat, err := e.content.Files.Stat(ctx, s.File)
	if err != nil && !gongkai.Is(err, gongkai.Missing) {
		return err
	}
	_, known, err2 := e.sheetOf(ctx, it.ID, s.Sheet)
	if err := first(err2,
		need(stat.UploadedBy(actor.ID), "file", "file", "没有本人上传的这个文件，请先上传扫描件", "no file of that digest was uploaded by you: upload the scan first"),
		need(scanTypes[stat.Type] != "", "file", "scan_kind", "扫描件应为PDF、JPG或者PNG文件", "a scan is a PDF, JPG or PNG file"),
		need(known, "sheet", "sheet", "本条信息没有这份清样，请核对表上的清样摘要", "this item has no such sheet: look at the digest on the form"),
	); err != nil {
		return err
	}
	if err := first(e.noAttachment(ctx, it, s.File), e.notSecret(ctx, it, stat)); err != nil {
		return err
	}
	w.Scan = content.Scan{File: s.File, Sheet: s.Sheet, Type: stat.Type, Size: stat.Size}
	return nil
}

// noAttachment refuses what the item itself holds: a scan is seen unmasked by
// more people than an attachment is.
func (e *Engine) noAttachment(ctx context.Context, it content.Item, digest string) error {
	for _, id := range []string{it.Work.Revision, it.Live.Revision} {
		file, _, _, err := e.fileIn(ctx, id, digest)
		if err != nil && !gongkai.Is(err, gongkai.Missing) {
			return err
		}
		if file.Digest != "" {
			return need(false, "file", "attachment", "这是本条信息的附件，不是签批扫描件", "this is an attachment of the item, not the scan of a form")
		}
	}
	return nil
}

// notSecret refuses a scan with a secrecy mark. What is personal in it is what
// a signed form is made of: it stays on the restricted side.
func (e *Engine) notSecret(ctx context.Context, it content.Item, file content.File) error {
	rules, err := e.ruleset(ctx, standingOf(it))
	if err != nil {
		return err
	}
	k, err := e.kind(ctx, it.Kind)
	if err != nil {
		return err
	}
	fs, err := e.scanAll(ctx, rules, k, content.Fields{"attachments": []content.FileRef{{Digest: file.ID, Name: "scan" + scanTypes[file.Type], Size: file.Size, Type: file.Type}}})
	if err != nil {
		return err
	}
	if slices.ContainsFunc(plain(fs.found), content.Finding.Marked) {
		return gongkai.E(gongkai.Blocked, "secret_scan", "扫描件上有密级标志：涉密文件不得进入本系统，请按保密规定处理", "the scan bears a secrecy mark: what is secret must not enter this system",
			gongkai.Detail{Where: "file", Code: "secrecy_mark", Zh: "检出密级标志", En: "a secrecy mark was found"})
	}
	return nil
}

// sheetOf finds a sheet of an item by its digest. The same words may have been
// built twice: it is the newest.
func (e *Engine) sheetOf(ctx context.Context, item, digest string) (sheet content.Sheet, there bool, err error) {
	q := store.Query{Where: []store.Cond{store.Eq("digest", digest)}, Limit: 20}
	for {
		page, err := e.content.Sheets.Find(ctx, q)
		if err != nil {
			return sheet, false, err
		}
		for _, s := range page.Docs {
			if s.Item == item && (!there || s.Built > sheet.Built) {
				sheet, there = s, true
			}
		}
		if q.After = page.Next; q.After == "" {
			return sheet, there, nil
		}
	}
}

// PaperScan (签批扫描件) is a scan opened for somebody.
type PaperScan struct {
	content.Scan
	FileName string
	io.ReadCloser
}

// PaperScan opens a scan of an item.
func (e *Engine) PaperScan(ctx context.Context, actor gongkai.Actor, item, digest string) (PaperScan, error) {
	it, err := e.content.Items.Get(ctx, item)
	if err != nil {
		return PaperScan{}, err
	}
	if err := e.Can(ctx, actor, policy.FormRead, it.Unit); err != nil {
		return PaperScan{}, err
	}
	i := slices.IndexFunc(it.Scans, func(o content.Scan) bool { return o.File == digest })
	if i < 0 || it.Scans[i].Void != "" {
		return PaperScan{}, noScan()
	}
	scan := it.Scans[i]
	r, err := e.content.Files.Open(ctx, scan.File)
	return PaperScan{scan, "签批扫描件" + strconv.FormatInt(scan.N, 10) + scanTypes[scan.Type], r}, err
}
