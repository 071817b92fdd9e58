// Checkpoints: the head of the trail, signed with a key that is not in the store.

package audit

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"strconv"

	"gongkai"
	"gongkai/store"
)

// Checkpoint (检查点) is a signed statement that the trail had this head. Every
// act of every item is copied into the trail with its hash, so the head binds
// the chains of all items as well. Checkpoints are a chain of their own.
type Checkpoint struct {
	Seq       int64  `json:"seq"` // 1, 2, 3 …
	N         int64  `json:"n"`
	Hash      string `json:"hash"` // of entry N
	At        int64  `json:"at"`
	Prev      string `json:"prev"` // digest of checkpoint Seq-1
	Key       string `json:"key"`  // public half, base64url
	Signature string `json:"signature"`
}

// checkpointDoc has the sequence number, padded, as its id.
type checkpointDoc struct {
	store.Meta
	Checkpoint
}

var checkpointSpec = store.Spec[checkpointDoc]{Name: "audit_checkpoints", Schema: 1, Indexes: []store.Index{{Name: "audit_checkpoint", Fields: []string{"seq"}}}}

// ActCheckpoint is the act by which the trail names each checkpoint: one that is
// taken out of the store is missed.
const ActCheckpoint = "audit.checkpoint"

// Digest is what the signature and the next checkpoint cover. Its form never
// changes.
func (c Checkpoint) Digest() (string, error) {
	return Link(c.Prev, struct {
		Seq  int64  `json:"seq"`
		N    int64  `json:"n"`
		Hash string `json:"hash"`
		At   int64  `json:"at"`
		Key  string `json:"key"`
	}{c.Seq, c.N, c.Hash, c.At, c.Key})
}

// message is what is signed: the text before the digest keeps a signature from
// being of use elsewhere.
func message(digest string) []byte { return []byte("gongkai checkpoint " + digest) }

// sign completes a checkpoint.
func (c *Checkpoint) sign(key ed25519.PrivateKey) error {
	c.Key = PublicKey(key)
	digest, err := c.Digest()
	if err != nil {
		return err
	}
	c.Signature = base64.RawURLEncoding.EncodeToString(ed25519.Sign(key, message(digest)))
	return nil
}

// Signed tells whether the signature is that of the key which c names.
func (c Checkpoint) Signed() bool {
	key, err := base64.RawURLEncoding.DecodeString(c.Key)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return false
	}
	signature, err := base64.RawURLEncoding.DecodeString(c.Signature)
	if err != nil {
		return false
	}
	digest, err := c.Digest()
	return err == nil && ed25519.Verify(key, message(digest), signature)
}

// PublicKey is the public half of a key, as checkpoints name it.
func PublicKey(key ed25519.PrivateKey) string {
	return base64.RawURLEncoding.EncodeToString(key[ed25519.PrivateKeySize-ed25519.PublicKeySize:])
}

var (
	errOtherKey = gongkai.E(gongkai.Blocked, "audit_other_key", "上一个检查点由另一把密钥签署：请放回原密钥文件（GONGKAI_AUDIT_KEY_FILE），或用 gongkai audit checkpoint --new-key 启用新密钥",
		"the last checkpoint was signed with another key: put that key file back (GONGKAI_AUDIT_KEY_FILE), or begin to use this one with gongkai audit checkpoint --new-key")
	errEmpty = gongkai.E(gongkai.Blocked, "audit_empty", "审计日志尚无条目，无可签署", "the trail has no entries yet: there is nothing to sign")
)

// Sign makes a checkpoint of the present head, and writes into the trail that
// it did. A key other than that of the last checkpoint is taken only if newKey.
func (t *Trail) Sign(ctx context.Context, key ed25519.PrivateKey, newKey bool, by gongkai.Actor) (Checkpoint, error) {
	for range maxTries {
		c, err := t.sign(ctx, key, newKey)
		if err == nil {
			return c, t.name(ctx, c, by)
		}
		if !gongkai.Is(err, gongkai.Conflict) || ctx.Err() != nil {
			return Checkpoint{}, err
		}
		// somebody else made the next one, or the head moved
	}
	return Checkpoint{}, errBusy
}

func (t *Trail) sign(ctx context.Context, key ed25519.PrivateKey, newKey bool) (Checkpoint, error) {
	head, err := t.settled(ctx)
	if err != nil {
		return Checkpoint{}, err
	}
	if head.N == 0 {
		return Checkpoint{}, errEmpty
	}
	c := Checkpoint{Seq: 1, N: head.N, Hash: head.Hash, At: gongkai.Millis(t.clock())}
	last, any, err := t.LastCheckpoint(ctx)
	if err != nil {
		return Checkpoint{}, err
	}
	if any {
		if last.Key != PublicKey(key) && !newKey {
			return Checkpoint{}, errOtherKey
		}
		c.Seq = last.Seq + 1
		if c.Prev, err = last.Digest(); err != nil {
			return Checkpoint{}, err
		}
	}
	if err := c.sign(key); err != nil {
		return Checkpoint{}, err
	}
	_, err = t.checkpoints.Insert(ctx, checkpointDoc{store.Meta{ID: entryID(c.Seq)}, c})
	return c, err
}

// name writes a checkpoint into the trail; a crash before that leaves it to the
// chain of the checkpoints alone.
func (t *Trail) name(ctx context.Context, c Checkpoint, by gongkai.Actor) error {
	digest, err := c.Digest()
	if err != nil {
		return err
	}
	return t.Append(ctx, Entry{Actor: by.ID, ActorName: by.Name, Act: ActCheckpoint, Object: "audit", Key: "checkpoint." + digest,
		Detail: map[string]string{"seq": strconv.FormatInt(c.Seq, 10), "n": strconv.FormatInt(c.N, 10), "digest": digest}})
}

// LastCheckpoint is the newest one; any is false if there is none.
func (t *Trail) LastCheckpoint(ctx context.Context) (last Checkpoint, any bool, err error) {
	newest, _, err := t.Checkpoints(ctx, "", 1)
	if err != nil || len(newest) == 0 {
		return Checkpoint{}, false, err
	}
	return newest[0], true, nil
}

// Checkpoints lists the stored ones, the newest first; an empty next is the end.
func (t *Trail) Checkpoints(ctx context.Context, after string, limit int) (list []Checkpoint, next string, err error) {
	p, err := t.checkpoints.Find(ctx, store.Query{Sort: []string{"-seq"}, After: after, Limit: limit})
	for _, d := range p.Docs {
		list = append(list, d.Checkpoint)
	}
	return list, p.Next, err
}
