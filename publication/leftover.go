// Public files that nothing names any more.

package publication

import (
	"context"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"gocloud.dev/gcerrors"

	"gongkai"
	"gongkai/content"
)

// publicFile is the name of a public file in its bucket: item, digest, and the
// ending that a folder gives to what a process died over. Anything else there is
// somebody else's.
var publicFile = regexp.MustCompile(`^[^/]+/[0-9a-f]{64}(\.[0-9a-f]+\.tmp)?$`)

// FilesBefore calls each with the digests of an item's public files that are
// older than at, item by item.
func (p *Public) FilesBefore(ctx context.Context, at time.Time, each func(item string, digests []string) error) error {
	var item string
	var digests []string
	list := p.bucket.List(nil) // in the order of keys: an item's files follow one another
	for {
		obj, err := list.Next(ctx)
		if err != nil && !errors.Is(err, io.EOF) {
			return gongkai.E(gongkai.Unavailable, "files", "公开文件暂时无法列出", "public files cannot be listed right now").Because(err)
		}
		ended := err != nil
		of, digest := "", ""
		if !ended {
			of, digest, _ = strings.Cut(obj.Key, "/")
		}
		if of != item && len(digests) > 0 {
			if err := each(item, digests); err != nil {
				return err
			}
			digests = nil
		}
		if ended {
			return nil
		}
		if item = of; obj.ModTime.Before(at) && publicFile.MatchString(obj.Key) {
			digests = append(digests, digest)
		}
	}
}

// Named are the digests of the files that an item's pages and its editions,
// but for struck ones, name.
func (p *Public) Named(ctx context.Context, item string) (map[string]bool, error) {
	named := map[string]bool{}
	pages, err := p.OfItem(ctx, item)
	if err != nil {
		return nil, err
	}
	for _, page := range pages {
		for _, digest := range page.Files {
			named[digest] = true
		}
	}
	editions, err := p.EditionsOf(ctx, item)
	if err != nil {
		return nil, err
	}
	for _, e := range editions {
		if e.Struck {
			continue
		}
		pub, err := content.Sheet{Bytes: e.Bytes}.Public()
		if err != nil {
			return nil, err
		}
		for _, f := range pub.Files {
			named[f.Digest] = true
		}
	}
	return named, nil
}

// RemoveFile removes the public copy of a file; one that is not there is fine.
func (p *Public) RemoveFile(ctx context.Context, item, digest string) error {
	if err := p.bucket.Delete(ctx, fileKey(item, digest)); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return gongkai.E(gongkai.Unavailable, "files", "公开文件暂时无法删除", "public files cannot be removed right now").Because(err)
	}
	return nil
}

// FilesOnceNamed are digests of files that editions of an item name, and
// of files that still lie there, but for those that are open: the newest editions
// first, and not more than so many.
func (p *Public) FilesOnceNamed(ctx context.Context, item string, open map[string]bool, most int) ([]string, error) {
	editions, err := p.EditionsOf(ctx, item)
	if err != nil {
		return nil, err
	}
	keys, err := p.filesBut(ctx, item, open)
	if err != nil {
		return nil, err
	}
	var out []string
	add := func(digest string) {
		if len(out) < most && !open[digest] && !slices.Contains(out, digest) {
			out = append(out, digest)
		}
	}
	for _, key := range keys {
		if publicFile.MatchString(key) {
			add(strings.TrimPrefix(key, item+"/"))
		}
	}
	for _, e := range editions {
		if e.Struck || len(out) >= most {
			continue
		}
		pub, err := content.Sheet{Bytes: e.Bytes}.Public()
		if err != nil {
			return nil, err
		}
		for _, f := range pub.Files {
			add(f.Digest)
		}
	}
	return out, nil
}
