// The public copies of kinds: what the fields of an item are called and mean.

package publication

import (
	"context"
	"reflect"
	"slices"

	"gongkai/content"
	"gongkai/store"
)

// Kind (信息类型) is the public copy of a kind, with the fields that readers see.
type Kind struct {
	store.Meta
	Zh      string  `json:"zh"`
	En      string  `json:"en"`
	Fields  []Field `json:"fields"`
	Updated int64   `json:"updated"`
	Change  int64   `json:"change,omitempty"`
}

// Field (字段) is a field of a kind.
type Field struct {
	Name    string   `json:"name"`
	Type    string   `json:"type"`
	Zh      string   `json:"zh"`
	En      string   `json:"en"`
	Choices []Choice `json:"choices,omitempty"`
	Facet   bool     `json:"facet,omitempty"` // lists filter by it
}

// Choice (可选值) is a value that a field may have.
type Choice struct {
	Value string `json:"value"`
	Zh    string `json:"zh"`
	En    string `json:"en"`
}

// CopyKind brings the public copy of a kind up to date. A built-in kind of
// another version of the program differs without being newer.
func (p *Public) CopyKind(ctx context.Context, k content.Kind) error {
	next := Kind{Zh: k.Zh, En: k.En, Updated: k.Updated}
	for _, f := range k.Fields() {
		if !slices.Contains(inward, f.Name) {
			next.Fields = append(next.Fields, fieldOf(f))
		}
	}
	if doc, err := p.Kinds.Get(ctx, k.ID); err == nil && !next.replaces(doc) {
		return nil // numbers are for what changes
	}
	return p.numbered(ctx, func(ctx context.Context, n int64) error {
		_, err := p.Kinds.Upsert(ctx, k.ID, func(doc *Kind, exists bool) error {
			if exists && !next.replaces(*doc) {
				return store.ErrUnchanged
			}
			next.Meta, next.Change = doc.Meta, n
			*doc = next
			return nil
		})
		p.tell(Change{})
		return err
	})
}

// replaces tells whether a copy differs from the one that is there, and is not
// older.
func (k Kind) replaces(there Kind) bool {
	k.Meta, k.Change = there.Meta, there.Change
	return there.Updated <= k.Updated && !reflect.DeepEqual(there, k)
}

func fieldOf(f content.Field) Field {
	out := Field{Name: f.Name, Type: f.Type, Zh: f.Zh, En: f.En, Facet: f.Facet}
	for _, c := range f.Choices {
		out.Choices = append(out.Choices, Choice{c.Value, c.Zh, c.En})
	}
	return out
}
