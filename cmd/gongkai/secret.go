// The restricted key: given, or made once and kept beside the data.

package main

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"gongkai"
	"gongkai/content"
)

// secret is the restricted key. Without it findings and originals are found no
// more: it belongs in the backup. The store knows a fingerprint of it, and
// refuses another one.
func (a *app) secret() (content.Secret, error) {
	if a.cfg.Secret != "" {
		return content.Secret(a.cfg.Secret), nil
	}
	path, err := a.folder("secret.key")
	if err != nil {
		return nil, err
	}
	kept, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeSecret(path); err != nil {
			return nil, dataFolder(err)
		}
		kept, err = os.ReadFile(path)
	}
	if err != nil || len(kept) < 32 {
		return nil, gongkai.E(gongkai.Unavailable, "secret", "数据文件夹中的密钥文件 secret.key 不可用", "the key file secret.key in the data folder cannot be used").Because(err)
	}
	return content.Secret(kept), nil
}

// makeSecret puts a new key at path, whole or not at all, unless another
// process was faster.
func makeSecret(path string) error {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails
	f, err := os.CreateTemp(filepath.Dir(path), "secret-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.WriteString(base64.RawStdEncoding.EncodeToString(raw))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
