// What is public, or is to be, is read again.

package workflow

import (
	"context"

	"gongkai/content"
)

// reread reads a sheet with today's rules: what they find in it beyond what
// people have decided to keep, and their version.
func (e *Engine) reread(ctx context.Context, id string, rs []content.Resolution) ([]content.Finding, string, error) {
	if id == "" { // a restore has not brought it back: kept says so
		return nil, "", nil
	}
	sheet, err := e.content.Sheets.Get(ctx, id)
	if err != nil {
		return nil, "", err
	}
	pub, err := sheet.Public()
	if err != nil {
		return nil, "", err
	}
	k, err := e.kind(ctx, pub.Kind)
	if err != nil {
		return nil, "", err
	}
	r, err := e.ruleset(ctx, standing{pub.Item, pub.Unit, pub.Placements})
	if err != nil {
		return nil, "", err
	}
	from := map[string]string{}
	for i, f := range pub.Files {
		if i < len(sheet.Originals) { // they stand in the order of the files
			from[f.Place] = sheet.Originals[i].File
		}
	}
	p := e.proofOf(r, content.Decided(rs), from, nil)
	_, err = p.read(ctx, k, pub)
	return p.left, r.version, err
}

// leftLive names the places where something is left in what is to be resumed,
// and what it makes with other items, but for what somebody has dismissed.
func (e *Engine) leftLive(ctx context.Context, it content.Item) (left []string, together []content.Finding, err error) {
	found, hit, _, err := e.inLive(ctx, it)
	if err != nil {
		return nil, nil, err
	}
	together, err = e.liveTogether(ctx, it)
	return places(hit.Fresh(found)), hit.Fresh(together), err
}
