// Redirects of what is withdrawn: none may lead back to where it begins.

package workflow

import (
	"context"

	"gongkai"
	"gongkai/content"
)

// mostHops is how many redirects are followed; whoever sends readers through
// more sends them nowhere.
const mostHops = 10

// leadsAway refuses a redirect that would end at the item itself, at a path it
// stood at before, or there by way of others: readers would go round for ever.
func (e *Engine) leadsAway(ctx context.Context, it content.Item, s Step) error {
	ts := s.Tombstone
	if s.Act == "withdraw" && it.Live.Asked != nil {
		ts = &it.Live.Asked.Tombstone
	}
	if ts == nil || ts.Type != "redirect" {
		return nil
	}
	for _, p := range it.Live.Placed {
		back, err := e.leadsBack(ctx, it.ID, p.Site, ts.To)
		if err := first(err, need(!back, "tombstone.to", "circle", "该路径就是本信息的路径，或者最终转回本信息；请另选路径，或者改用其他撤下方式", "that path is the item's own, or leads back to it: choose another one, or another tombstone")); err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) leadsBack(ctx context.Context, id, site, path string) (bool, error) {
	for range mostHops {
		claim, err := e.content.Paths.Get(ctx, site+":"+path)
		if gongkai.Is(err, gongkai.Missing) { // a page that is none of ours
			return false, nil
		}
		if err != nil || claim.Item == id {
			return err == nil, err
		}
		other, err := e.content.Items.Get(ctx, claim.Item)
		if err != nil && !gongkai.Is(err, gongkai.Missing) {
			return false, err
		}
		if other.Live.State != content.Tombstoned || other.Live.Tombstone.Type != "redirect" {
			return false, nil
		}
		path = other.Live.Tombstone.To
	}
	return true, nil
}
