// The fingerprint of the restricted key: another key would find nothing that
// was settled under this one, and nobody would notice at once.

package content

import (
	"context"

	"gongkai"
	"gongkai/store"
)

// Fingerprint (密钥指纹) tells keys apart and says nothing about them.
type Fingerprint struct {
	store.Meta
	Sum string `json:"sum"`
}

// sameSecret keeps the fingerprint of the first key that the store is opened
// with, and refuses any other.
func sameSecret(ctx context.Context, db store.DB, secret Secret) error {
	var kept *store.Collection[Fingerprint]
	if err := use(ctx, db, &kept, "fingerprints"); err != nil {
		return err
	}
	sum := secret.Sum("fingerprint of the restricted key")
	f, err := kept.Upsert(ctx, "secret", func(doc *Fingerprint, exists bool) error {
		if exists {
			return store.ErrUnchanged
		}
		doc.Sum = sum
		return nil
	})
	if err == nil && f.Sum != sum {
		err = gongkai.E(gongkai.Blocked, "secret_differs", "受限密钥与此存储原先所用的不同：请将 GONGKAI_SECRET 设为原来的值，或从原来的机器复制数据文件夹中的 secret.key",
			"the restricted key is not the one that this store was first opened with: set GONGKAI_SECRET to that, or copy secret.key from the data folder of the first machine")
	}
	return err
}
