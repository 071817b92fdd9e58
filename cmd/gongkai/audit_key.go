// The key that signs checkpoints of the trail: a file that is in no store and in
// no backup.

package main

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"strings"

	"gongkai"
	"gongkai/audit"
)

const auditKeyName = "audit.key" // in the data folder

var (
	errKeyUnset = gongkai.E(gongkai.Invalid, "audit_key_unset", "文档在 MongoDB 中：请设 GONGKAI_AUDIT_KEY_FILE，才能签署审计检查点", "documents lie in MongoDB: set GONGKAI_AUDIT_KEY_FILE, so that checkpoints of the trail are signed")
	errKeyGone  = gongkai.E(gongkai.Blocked, "audit_key_missing", "检查点的密钥文件不存在：请放回原文件（GONGKAI_AUDIT_KEY_FILE；默认为数据文件夹中的 audit.key），或用 gongkai audit checkpoint --new-key 启用新密钥",
		"the key file of the checkpoints is not there: put it back (GONGKAI_AUDIT_KEY_FILE, or audit.key in the data folder), or begin a new one with gongkai audit checkpoint --new-key")
)

func badAuditKey(path string, err error) error {
	return gongkai.E(gongkai.Unavailable, "audit_key", "检查点的密钥文件不可用："+path, "the key file of the checkpoints cannot be used: "+path).Because(err)
}

func (a *app) auditKeyFile() (string, error) {
	switch {
	case a.cfg.AuditKeyFile != "":
		return a.cfg.AuditKeyFile, nil
	case a.cfg.elsewhere():
		return "", errKeyUnset
	}
	return a.folder(auditKeyName)
}

// auditKey reads the key, which is made when it was never there; one that is
// gone is made anew only if newKey.
func (a *app) auditKey(ctx context.Context, newKey bool) (ed25519.PrivateKey, error) {
	path, err := a.auditKeyFile()
	if err != nil {
		return nil, err
	}
	key, err := readAuditKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	_, used, err := a.trail.LastCheckpoint(ctx)
	if err != nil {
		return nil, err
	}
	if used && !newKey {
		return nil, errKeyGone
	}
	if err := makeSecret(path); err != nil {
		return nil, badAuditKey(path, err)
	}
	return readAuditKey(path)
}

func readAuditKey(path string) (ed25519.PrivateKey, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, badAuditKey(path, err)
	}
	seed, err := base64.RawStdEncoding.DecodeString(strings.TrimSpace(string(raw)))
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, badAuditKey(path, nil)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// signs tells whether this process signs checkpoints; the key is there from the
// first start on.
func (a *app) signs(ctx context.Context) bool {
	_, err := a.auditKey(ctx, false)
	if err != nil {
		a.log.Warn("audit key", "kind", gongkai.KindOf(err).String(), "code", gongkai.CodeOf(err))
	}
	return gongkai.CodeOf(err) != errKeyUnset.Code
}

// checkpoint signs the head of the trail every night. Its line in the log says
// all of it: logs that are kept elsewhere are an export.
func (a *app) checkpoint(ctx context.Context) error {
	head, err := a.trail.Head(ctx)
	if err != nil || head.N == 0 {
		return err
	}
	key, err := a.auditKey(ctx, false)
	if err != nil {
		return err
	}
	c, err := a.trail.Sign(ctx, audit.Signing{Key: key, By: nightWorker})
	if err == nil {
		a.logCheckpoint(c)
	}
	return err
}

// nightWorker is who signs and prunes by itself.
var nightWorker = gongkai.Actor{ID: "worker", Name: "后台任务"}

// logCheckpoint uses the names of an exported line, so that a log in JSON can be
// given to audit verify.
func (a *app) logCheckpoint(c audit.Checkpoint) {
	a.log.Info("checkpoint", "seq", c.Seq, "n", c.N, "hash", c.Hash, "at", c.At, "prev", c.Prev, "key", c.Key, "signature", c.Signature)
}
