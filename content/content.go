// Content: the collections of the restricted side.

package content

import (
	"context"
	"slices"

	"gocloud.dev/blob"

	"gongkai"
	"gongkai/store"
)

// Content gives access to everything that is edited.
type Content struct {
	Items     *store.Collection[Item]
	Working   *store.Collection[Working]
	Revisions *store.Collection[Revision]
	Sheets    *store.Collection[Sheet]
	Findings  *store.Collection[FindingPage]
	Kinds     *store.Collection[Kind]
	Units     *store.Collection[Unit]
	Sites     *store.Collection[Site]
	Columns   *store.Collection[Column]
	Paths     *store.Collection[PathClaim]
	Settings  *store.Collection[Setting]
	Restores  *store.Collection[Restore]
	Allowed   *store.Collection[Allowed]
	Register  *store.Collection[GateRecord]
	Forms     *store.Collection[FormRecord]
	Persons   *store.Collection[PersonPage]
	Hits      *store.Collection[Hit]
	Passes    *store.Collection[StockPass]
	Files     *Media

	DB     store.DB
	Secret Secret
	Now    gongkai.Clock
}

// Open declares the collections in db; originals is the restricted root of
// files.
func Open(ctx context.Context, db store.DB, originals *blob.Bucket, secret Secret, now gongkai.Clock) (*Content, error) {
	if err := sameSecret(ctx, db, secret); err != nil {
		return nil, err
	}
	c := &Content{DB: db, Secret: secret, Now: now}
	err := first(
		use(ctx, db, &c.Items, "items", itemIndexes...),
		use(ctx, db, &c.Working, "working", store.Index{Name: "item", Fields: []string{"item"}}),
		use(ctx, db, &c.Revisions, "revisions", store.Index{Name: "item", Fields: []string{"item", "created"}}, store.Index{Name: "files", Fields: []string{"files"}}, store.Index{Name: "listed", Fields: []string{"listed"}}),
		use(ctx, db, &c.Sheets, "sheets", store.Index{Name: "item", Fields: []string{"item", "built"}}, store.Index{Name: "digest", Fields: []string{"digest"}}),
		use(ctx, db, &c.Findings, "findings", store.Index{Name: "revision", Fields: []string{"revision", "rules", "page"}}),
		use(ctx, db, &c.Kinds, "kinds"),
		use(ctx, db, &c.Units, "units", store.Index{Name: "path", Fields: []string{"path"}}, due, store.Index{Name: "into", Fields: []string{"into"}}),
		use(ctx, db, &c.Sites, "sites", due),
		use(ctx, db, &c.Columns, "columns", store.Index{Name: "path", Fields: []string{"site", "path"}}, store.Index{Name: "slug", Fields: []string{"site", "slug_path"}, Unique: true}, due),
		use(ctx, db, &c.Settings, "settings"),
		use(ctx, db, &c.Restores, "restores"),
		use(ctx, db, &c.Allowed, "allowed", store.Index{Name: "unit", Fields: []string{"unit"}}),
		use(ctx, db, &c.Register, "gate_records", store.Index{Name: "released", Fields: []string{"released"}}, store.Index{Name: "unit", Fields: []string{"unit", "released"}}, store.Index{Name: "exempt", Fields: []string{"exempt", "released"}}, store.Index{Name: "unit_exempt", Fields: []string{"unit", "exempt", "released"}}),
		use(ctx, db, &c.Forms, "form_records", store.Index{Name: "released", Fields: []string{"released"}}, store.Index{Name: "unit", Fields: []string{"unit", "released"}}),
		use(ctx, db, &c.Persons, "persons", store.Index{Name: "keys", Fields: []string{"keys"}}, store.Index{Name: "item", Fields: []string{"item", "sheet"}}),
		use(ctx, db, &c.Hits, "stock_hits", store.Index{Name: "state", Fields: []string{"state", "found"}}, store.Index{Name: "unit", Fields: []string{"unit", "state", "found"}}),
		use(ctx, db, &c.Passes, "stock_passes"),
		use(ctx, db, &c.Paths, "paths", store.Index{Name: "item", Fields: []string{"item"}}),
	)
	if err != nil {
		return nil, err
	}
	if c.Files, err = openMedia(ctx, db, originals, secret, now); err != nil {
		return nil, err
	}
	return c, c.seedKinds(ctx)
}

var due = store.Index{Name: "due", Fields: []string{"due"}}

// itemIndexes serve the work lists and the sweep.
var itemIndexes = []store.Index{
	{Name: "column_state", Fields: []string{"column", "work.state", "updated"}},
	{Name: "unit_state", Fields: []string{"unit", "work.state", "updated"}},
	{Name: "state", Fields: []string{"work.state", "updated"}},
	{Name: "stage", Fields: []string{"work.stage", "updated"}},
	{Name: "pipeline", Fields: []string{"work.pipeline", "updated"}},
	{Name: "unit", Fields: []string{"unit", "updated"}},
	{Name: "column", Fields: []string{"column", "updated"}},
	{Name: "updated", Fields: []string{"updated"}},
	{Name: "live", Fields: []string{"live.state", "updated"}},
	{Name: "deadline", Fields: []string{"deadline"}},
	{Name: "unit_deadline", Fields: []string{"unit", "deadline"}},
	{Name: "column_deadline", Fields: []string{"column", "deadline"}},
	{Name: "stage_deadline", Fields: []string{"work.stage", "deadline"}},
	{Name: "later", Fields: []string{"later_by"}},
	{Name: "unit_later", Fields: []string{"unit", "later_by"}},
	{Name: "interpret", Fields: []string{"interpret_by"}},
	{Name: "unit_interpret", Fields: []string{"unit", "interpret_by"}},
	{Name: "scheduled", Fields: []string{"scheduled_at"}},
	{Name: "unit_scheduled", Fields: []string{"unit", "scheduled_at"}},
	{Name: "dated", Fields: []string{"dated_at"}},
	{Name: "unit_dated", Fields: []string{"unit", "dated_at"}},
	{Name: "desks", Fields: []string{"desks", "updated"}},
	{Name: "desks_deadline", Fields: []string{"desks", "deadline"}},
	{Name: "hands", Fields: []string{"hands", "updated"}},
	{Name: "hands_deadline", Fields: []string{"hands", "deadline"}},
	{Name: "desks_sign_by", Fields: []string{"desks", "work.sign_by"}},
	{Name: "hands_sign_by", Fields: []string{"hands", "work.sign_by"}},
	{Name: "live_due", Fields: []string{"live.state", "due"}},
	{Name: "index_no", Fields: []string{"index_no"}, Unique: true},
	{Name: "source", Fields: []string{"source"}},
	{Name: "scans", Fields: []string{"scans.file"}},
	{Name: "retention", Fields: []string{"cleared", "live.state", "work.state", "updated"}},
	due,
}

// schemas are the schema numbers above 1. Decisions name their file and findings
// (items), findings their file (findings), signatures their seat, whom
// they were given for and whether in a batch, corrections the fields filled in (items): older programs would lose that. They would let
// a schedule of an item pass too, and not open a later review, and
// build a lead's sheet without its members.
var schemas = map[string]int{"items": 4, "findings": 2}

func use[T any](ctx context.Context, db store.DB, into **store.Collection[T], name string, indexes ...store.Index) error {
	c, err := store.Use[T](ctx, db, store.Spec[T]{Name: name, Schema: max(1, schemas[name]), Indexes: indexes})
	*into = c
	return err
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// seedKinds puts the built-in kinds that are not there yet.
func (c *Content) seedKinds(ctx context.Context) error {
	for _, k := range BuiltIn {
		k.Updated = gongkai.Millis(c.Now())
		if _, err := c.Kinds.Insert(ctx, k); err != nil && !gongkai.Is(err, gongkai.Conflict) {
			return err
		}
	}
	return nil
}

// UnitPath is the materialised path of ids of a unit, root first.
func (c *Content) UnitPath(ctx context.Context, unit string) ([]string, error) {
	u, err := c.Units.Get(ctx, unit)
	return Ancestors(u.Path), err
}

// OfficePath is the path of the unit that signs for an office: its own, or that of
// the one that took it over, with the office on it: who held roles there signs on.
func (c *Content) OfficePath(ctx context.Context, id string) ([]string, error) {
	var gone []string
	for {
		u, err := c.Units.Get(ctx, id)
		if err != nil || u.Into == "" || slices.Contains(gone, id) {
			return append(gone, Ancestors(u.Path)...), err
		}
		gone, id = append(gone, id), u.Into
	}
}

// Forebears (前身) are the units that were merged into one of these, and into
// those.
func (c *Content) Forebears(ctx context.Context, units ...string) (out []string, err error) {
	for len(units) > 0 {
		gone, err := All(ctx, c.Units, store.In("into", units...))
		if err != nil {
			return nil, err
		}
		units = nil
		for _, u := range gone {
			if !slices.Contains(out, u.ID) {
				out, units = append(out, u.ID), append(units, u.ID)
			}
		}
	}
	slices.Sort(out)
	return out, nil
}

// Setting is a number that the whole installation shares.
type Setting struct {
	store.Meta
	Value int64 `json:"value"`
}

// Epoch (世代) orders restores from backup: 1 before the first. Receivers compare
// it before seq.
func (c *Content) Epoch(ctx context.Context) (int64, error) {
	s, err := c.Settings.Upsert(ctx, "epoch", func(doc *Setting, exists bool) error {
		if exists {
			return store.ErrUnchanged
		}
		doc.Value = firstEpoch
		return nil
	})
	return s.Value, err
}

const firstEpoch = 1

// EpochOf reads the epoch of a store that may be open for reading alone.
func EpochOf(ctx context.Context, db store.DB) (int64, error) {
	var settings *store.Collection[Setting]
	if err := use(ctx, db, &settings, "settings"); err != nil {
		return 0, err
	}
	s, err := settings.Get(ctx, "epoch")
	if gongkai.Is(err, gongkai.Missing) {
		return firstEpoch, nil
	}
	return s.Value, err
}

// ItemsOf reads the items with these ids; what is none is left out.
func (c *Content) ItemsOf(ctx context.Context, ids []string) (map[string]Item, error) {
	out := map[string]Item{}
	for some := range slices.Chunk(ids, 100) {
		page, err := c.Items.Find(ctx, store.Query{Where: []store.Cond{store.In("id", some...)}, Limit: len(some)})
		if err != nil {
			return nil, err
		}
		for _, it := range page.Docs {
			out[it.ID] = it
		}
	}
	return out, nil
}
