// What a submit must know: metadata, home column, and the pipeline that the
// item goes through.

package workflow

import (
	"context"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

func (e *Engine) prepareSubmit(ctx context.Context, it content.Item, w *World, short bool) error {
	if err := e.submittable(ctx, it, w); err != nil || it.Column == "" {
		return err // without a column Apply says so
	}
	for _, c := range w.Companions {
		if err := e.claimPaths(ctx, c.Item); err != nil {
			return ofMember(c, err)
		}
	}
	if short {
		if err := e.short(ctx, it, w); err != nil {
			return err
		}
	}
	return e.claimPaths(ctx, it)
}

// submittable loads what submit looks at, without reserving anything.
func (e *Engine) submittable(ctx context.Context, it content.Item, w *World) error {
	k, err := e.kind(ctx, it.Kind)
	if err != nil {
		return err
	}
	w.Kind, w.Complete = k, k.Complete(w.Revision.Fields)
	if it.Column == "" {
		return nil
	}
	if w.Column, err = e.content.Column(ctx, it.Column); err != nil {
		return err
	}
	if err = e.way(ctx, it, w); err != nil {
		return err
	}
	if w.Offices, err = e.elsewhere(ctx, it, w.Pipeline); err != nil {
		return err
	}
	for i, c := range w.Companions {
		if w.Companions[i].Covered, err = e.coveredBy(ctx, c, w.Pipeline); err != nil {
			return err
		}
	}
	return e.covered(ctx, it, *w)
}

// covered refuses a home column whose pipeline asks for less than that of
// another column the item is to stand in: nobody gets onto a page by the side
// door of an easier one.
func (e *Engine) covered(ctx context.Context, it content.Item, w World) error {
	for _, p := range it.Placements {
		col, err := e.content.Columns.Get(ctx, p.Column)
		if err != nil {
			return err
		}
		other, _, err := e.chosen(ctx, it, w, col)
		if err != nil {
			return err
		}
		if !w.Pipeline.covers(other) {
			return gongkai.E(gongkai.Blocked, "stricter", "另有栏目的审校流程更严，请以该栏目为主栏目", "another column has a stricter pipeline: make that one the home column",
				gongkai.Detail{Where: "placements", Code: "stricter", Zh: "栏目 " + col.Name, En: "column " + col.ID})
		}
	}
	return nil
}

// claimPaths reserves the item's paths: the reservation is there before the
// item goes on, and a crash leaves a reserved path, never two pages on one.
func (e *Engine) claimPaths(ctx context.Context, it content.Item) error {
	for _, p := range it.Placements {
		_, err := e.content.Paths.Upsert(ctx, p.Site+":"+p.Path, func(doc *content.PathClaim, exists bool) error {
			if exists && doc.Item != it.ID {
				return gongkai.E(gongkai.Blocked, "path_taken", "发布路径已被其他信息占用", "the path is taken by another item", gongkai.Detail{Where: "placements", Code: "path_taken", Zh: "请换一个路径", En: "choose another path"})
			}
			if exists {
				return store.ErrUnchanged
			}
			doc.Item = it.ID
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
