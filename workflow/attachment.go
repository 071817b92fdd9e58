// Attachments of drafts: the original for those with the right to the unmasked
// text, a masked copy for the others.

package workflow

import (
	"context"
	"io"
	"slices"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

// Attachment (草稿附件) is a file of a draft as one person may see it.
type Attachment struct {
	content.FileRef
	Revision content.Revision // that names it
	Original bool             // as it was uploaded, for one who may see everything
	io.ReadCloser
}

// Attachment opens a file that the head revision of an item's work or of its
// live part names. Whoever may not see the unmasked text gets a masked copy.
func (e *Engine) Attachment(ctx context.Context, actor gongkai.Actor, item, digest string) (Attachment, error) {
	it, err := e.content.Items.Get(ctx, item)
	if err != nil {
		return Attachment{}, err
	}
	if err := e.Can(ctx, actor, policy.FileRead, it.Unit); err != nil {
		return Attachment{}, err
	}
	missing := noFile()
	for _, id := range []string{it.Work.Revision, it.Live.Revision} {
		file, rev, k, err := e.fileIn(ctx, id, digest)
		switch {
		case err == nil && file.Digest == "" && rev.Purged != nil && slices.Contains(rev.Purged.Files, digest):
			missing = rev.Purged.Gone()
			continue
		case gongkai.Is(err, gongkai.Missing) || err == nil && file.Digest == "":
			continue
		case err != nil:
			return Attachment{}, err
		case !e.mayUnmasked(ctx, actor, it, rev):
			return e.maskedAttachment(ctx, it, rev, k, file)
		}
		stat, err := e.content.Files.Stat(ctx, digest) // the size in the text is the writer's word
		if err != nil {
			return Attachment{}, err
		}
		file.Size = stat.Size
		r, err := e.content.Files.Open(ctx, digest)
		return Attachment{file.FileRef, rev, true, r}, err
	}
	return Attachment{}, missing
}

func noFile() error {
	return gongkai.E(gongkai.Missing, "file", "该信息没有这个文件", "this item has no such file")
}

// fileIn finds a file in a revision.
func (e *Engine) fileIn(ctx context.Context, revision, digest string) (file content.PlacedFile, rev content.Revision, k content.Kind, err error) {
	if revision == "" {
		return file, rev, k, nil
	}
	if rev, err = e.content.Revisions.Get(ctx, revision); err != nil {
		return file, rev, k, err
	}
	if k, err = e.kind(ctx, rev.Kind); err != nil {
		return file, rev, k, err
	}
	files := k.Files(rev.Fields)
	if i := slices.IndexFunc(files, func(f content.PlacedFile) bool { return f.Digest == digest }); i >= 0 {
		file = files[i]
	}
	return file, rev, k, nil
}

// maskedAttachment is the copy of a file for those who see masks: made as
// people have decided so far, and masked where nobody has.
func (e *Engine) maskedAttachment(ctx context.Context, it content.Item, rev content.Revision, k content.Kind, file content.PlacedFile) (Attachment, error) {
	r, err := e.ruleset(ctx, standingOf(it))
	if err != nil {
		return Attachment{}, err
	}
	s, err := e.scanAll(ctx, r, k, rev.Fields)
	if err != nil {
		return Attachment{}, err
	}
	fs := plain(s.found)
	m := masksOf(fs, decisions(it))
	if m.secret(file, fs) {
		return Attachment{}, errUnmaskable
	}
	out := Attachment{FileRef: file.FileRef, Revision: rev}
	out.Name = lay(file.Name, m.edits(file.Place+".name"))
	copied, err := e.copied(ctx, file, s, fs, m)
	if cannotMask(err) {
		return Attachment{}, errUnmaskable
	}
	if err != nil {
		return Attachment{}, err
	}
	defer func() { _ = copied.Close() }()
	masked, err := content.SpoolFrom(copied)
	if err != nil {
		return Attachment{}, err
	}
	_, err = masked.Seek(0, io.SeekStart)
	out.Size, out.ReadCloser = masked.Size, masked
	return out, err
}

var errUnmaskable = gongkai.E(gongkai.Denied, "unmaskable", "该附件不能在此读取或遮掩，只有起草人和保密审查员可以查看原件", "the file cannot be read or masked here: only its writer and the secrecy officer see the original")

// secret tells whether a file holds, or may hold, what no masked copy can hide.
func (m masks) secret(file content.PlacedFile, fs []content.Finding) bool {
	return slices.ContainsFunc(fs, func(f content.Finding) bool {
		r, _ := m.decided.Settle(f)
		return f.Fixed && ofFile(f, file) && !stands(r.Act)
	})
}
