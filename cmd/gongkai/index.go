// index: the search index from the command line.

package main

import (
	"context"
	"fmt"
	"time"

	"gongkai"
	"gongkai/channel"
)

type indexCmd struct {
	Rebuild indexRebuild `cmd:"" help:"Fill the search index anew from the public store, beside running processes."`
}

type indexRebuild struct {
	dataFlag `embed:""`
}

// Run rebuilds the index (重建索引).
func (c indexRebuild) Run(ctx context.Context, s streams) error {
	a, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }()
	began, said := time.Now(), time.Now()
	done, err := channel.Reindex(ctx, a.public, a.index, func(r channel.Reindexed) {
		if time.Since(said) >= every {
			said = time.Now()
			_, _ = fmt.Fprintf(s.errs, "重建索引 / rebuilding: %d 页 / pages\n", r.Written)
		}
	})
	if err == nil && a.purge != nil { // the former state of each page is still in the file
		err = a.purge(ctx)
	}
	if err != nil {
		return c.aboutIndex(err)
	}
	_, _ = fmt.Fprintf(s.out, "索引已重建 / the index is rebuilt: 读取 %d 页，写入 %d 页 / %d pages read, %d written, %s\n",
		done.Pages, done.Written, done.Pages, done.Written, time.Since(began).Round(10*time.Millisecond))
	return withoutEdition(done.Broken)
}

// aboutIndex names the setting that an error of Meilisearch is about.
func (c indexRebuild) aboutIndex(err error) error {
	if code := gongkai.CodeOf(err); c.MeiliURL != "" && (code == "search_key" || code == "search_unavailable") {
		return ofSetting(meiliSetting(code), err)
	}
	return err
}

// withoutEdition says which pages show an edition that is not in the public store.
func withoutEdition(pages []string) error {
	if len(pages) == 0 {
		return nil
	}
	var details []gongkai.Detail
	for _, id := range pages {
		details = append(details, gongkai.Detail{Where: id, Zh: "公开库中没有该页面的版本", En: "its edition is not in the public store"})
	}
	return gongkai.E(gongkai.Missing, "no_edition", "有页面缺少版本，未写入索引：请从备份恢复公开库，或重新发布", "pages without their edition are not in the index: restore the public store from a backup, or release them again", details...)
}
