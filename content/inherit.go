// What a column takes from those above it.

package content

import "context"

// inherits (沿用) takes what the column does not say itself from the one above it.
func (c Column) inherits(above Column) Column {
	if c.WorkingDays == nil && c.CalendarDays == nil {
		c.WorkingDays, c.CalendarDays = above.WorkingDays, above.CalendarDays
	}
	if c.Bundle == "" {
		c.Bundle = above.Bundle
	}
	if c.Correction == "" {
		c.Correction = above.Correction
	}
	return c
}

// Column is a column with what it takes from those above it: the term, what it
// demands of bundles, and how it lets be corrected.
func (c *Content) Column(ctx context.Context, id string) (Column, error) {
	col, err := c.Columns.Get(ctx, id)
	for parent := col.Parent; err == nil && parent != ""; {
		var above Column
		above, err = c.Columns.Get(ctx, parent)
		col, parent = col.inherits(above), above.Parent
	}
	return col, err
}

// Inherited are all columns with what they take.
func Inherited(all []Column) []Column {
	byID := map[string]Column{}
	for _, col := range all {
		byID[col.ID] = col
	}
	out := make([]Column, len(all))
	for i, col := range all {
		out[i] = col
		for parent := col.Parent; parent != ""; parent = byID[parent].Parent {
			out[i] = out[i].inherits(byID[parent])
		}
	}
	return out
}
