// Which migrations this program knows: see docs/upgrade.md.

package main

import (
	"context"

	"gongkai/store"
)

// The migrations of the restricted and of the public store, in order. A form
// of single documents changes by Spec.Upgrade, when they are read: none of the
// two has needed more yet.
var restrictedMigrations, publicMigrations []store.Migration

// migrate brings a store to this program's form, or refuses one that is newer.
// A process that only answers readers changes nothing.
func (a *app) migrate(ctx context.Context, db store.DB, name string, list []store.Migration) error {
	return store.Migrate(ctx, db, store.Migrator{Program: version, List: list, Look: a.onlyShows(), Started: func(m store.Migration) {
		a.log.Info("migration", "store", name, "number", m.Number, "name", m.Name)
	}})
}
