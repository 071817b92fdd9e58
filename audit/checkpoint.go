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
	Begin
}

// Begin (剪除) is what a checkpoint says that was signed when the trail was
// pruned: entries up to BeginN, the last of them with this hash, all of them
// from before Until, were taken out. The zero value: nothing was.
type Begin struct {
	BeginN    int64  `json:"begin_n,omitempty"`
	BeginHash string `json:"begin_hash,omitempty"`
	Until     int64  `json:"until,omitempty"`
}

func (b Begin) begins() Head { return Head{b.BeginN, b.BeginHash} }

// checkpointDoc has the sequence number, padded, as its id.
type checkpointDoc struct {
	store.Meta
	Checkpoint
}

var checkpointSpec = store.Spec[checkpointDoc]{Name: "audit_checkpoints", Schema: 1, Indexes: []store.Index{
	{Name: "audit_checkpoint", Fields: []string{"seq"}},
	{Name: "audit_begin", Fields: []string{"begin_n"}},
}}

// ActCheckpoint is the act by which the trail names each checkpoint: one that is
// taken out of the store is missed.
const ActCheckpoint = "audit.checkpoint"

// ActPrune is that act where old entries are then taken out.
const ActPrune = "audit.prune"

// Digest is what the signature and the next checkpoint cover. Its form never
// changes.
func (c Checkpoint) Digest() (string, error) {
	return Link(c.Prev, struct {
		Seq  int64  `json:"seq"`
		N    int64  `json:"n"`
		Hash string `json:"hash"`
		At   int64  `json:"at"`
		Key  string `json:"key"`
		Begin
	}{c.Seq, c.N, c.Hash, c.At, c.Key, c.Begin})
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

// Signing (签署) is how a checkpoint is to be made.
type Signing struct {
	Key    ed25519.PrivateKey
	NewKey bool // a key other than that of the last checkpoint is taken
	Broken bool // the head is signed although it does not continue what was signed last
	By     gongkai.Actor
}

// Sign makes a checkpoint of the present head, and writes into the trail that
// it did. What was appended since the last one is read again before: a head that
// does not continue what was signed is not signed.
func (t *Trail) Sign(ctx context.Context, how Signing) (Checkpoint, error) {
	return t.signed(ctx, how, Begin{})
}

func (t *Trail) signed(ctx context.Context, how Signing, begin Begin) (Checkpoint, error) {
	for range maxTries {
		c, err := t.sign(ctx, how, begin)
		if err == nil {
			return c, t.name(ctx, c, how)
		}
		if !gongkai.Is(err, gongkai.Conflict) || ctx.Err() != nil {
			return Checkpoint{}, err
		}
		// somebody else made the next one, or the head moved
	}
	return Checkpoint{}, errBusy
}

func (t *Trail) sign(ctx context.Context, how Signing, begin Begin) (Checkpoint, error) {
	// Read before the head: what others sign in between makes this one a conflict,
	// while a checkpoint beyond the head would look forged.
	last, any, err := t.LastCheckpoint(ctx)
	if err != nil {
		return Checkpoint{}, err
	}
	head, err := t.settled(ctx)
	if err != nil {
		return Checkpoint{}, err
	}
	if head.N == 0 {
		return Checkpoint{}, errEmpty
	}
	c := Checkpoint{Seq: 1, N: head.N, Hash: head.Hash, At: gongkai.Millis(t.clock()), Begin: begin}
	if any {
		if last.Key != PublicKey(how.Key) && !how.NewKey {
			return Checkpoint{}, errOtherKey
		}
		c.Seq = last.Seq + 1
		if c.Prev, err = last.Digest(); err != nil {
			return Checkpoint{}, err
		}
	}
	if err := t.sound(ctx, how, Head{last.N, last.Hash}, head.Head, begin); err != nil {
		return Checkpoint{}, t.overtaken(ctx, last, err)
	}
	if err := c.sign(how.Key); err != nil {
		return Checkpoint{}, err
	}
	_, err = t.checkpoints.Insert(ctx, checkpointDoc{store.Meta{ID: entryID(c.Seq)}, c})
	return c, err
}

// sound refuses to sign a head that does not continue what was signed last, and
// a beginning before which nothing may go any more.
func (t *Trail) sound(ctx context.Context, how Signing, from, to Head, begin Begin) error {
	if begin.BeginN > 0 {
		if err := t.mayPrune(ctx, begin); err != nil {
			return err
		}
	}
	if how.Broken {
		return nil
	}
	return t.continues(ctx, from, to)
}

// overtaken tells what another process signed, and maybe pruned, while this one
// read from what somebody tampered with: the one is read again.
func (t *Trail) overtaken(ctx context.Context, last Checkpoint, wrong error) error {
	now, _, err := t.LastCheckpoint(ctx)
	if err == nil && now.Seq > last.Seq {
		err = errMoved
	}
	if err != nil {
		return err
	}
	return wrong
}

// continues walks from what was signed last to the head.
func (t *Trail) continues(ctx context.Context, from, to Head) error {
	at := from
	if from.N > 0 {
		e, err := t.entries.Get(ctx, entryID(from.N))
		if gongkai.Is(err, gongkai.Missing) || err == nil && e.Hash != from.Hash {
			return errForged
		}
		if err != nil {
			return err
		}
	}
	err := t.span(ctx, from.N+1, to.N, func(e *Entry) error {
		if hash, err := e.link(); err != nil || hash != e.Hash || e.N != at.N+1 || e.Prev != at.Hash {
			return errForged
		}
		at = Head{e.N, e.Hash}
		return nil
	})
	if err == nil && at != to {
		return errForged
	}
	return err
}

// name writes a checkpoint into the trail; a crash before that leaves it to the
// chain of the checkpoints alone.
func (t *Trail) name(ctx context.Context, c Checkpoint, how Signing) error {
	digest, err := c.Digest()
	if err != nil {
		return err
	}
	act, detail := ActCheckpoint, map[string]string{"seq": strconv.FormatInt(c.Seq, 10), "n": strconv.FormatInt(c.N, 10), "digest": digest, "key": c.Key}
	if how.Broken {
		detail["broken"] = "true"
	}
	if c.BeginN > 0 {
		act, detail["begin"], detail["until"] = ActPrune, strconv.FormatInt(c.BeginN, 10), strconv.FormatInt(c.Until, 10)
	}
	return t.Append(ctx, Entry{Actor: how.By.ID, ActorName: how.By.Name, Act: act, Object: "audit", Key: "checkpoint." + digest, Detail: detail})
}

// LastCheckpoint is the newest one; any is false if there is none.
func (t *Trail) LastCheckpoint(ctx context.Context) (last Checkpoint, any bool, err error) {
	newest, _, err := t.Checkpoints(ctx, "", 1)
	if err != nil || len(newest) == 0 {
		return Checkpoint{}, false, err
	}
	return newest[0], true, nil
}

// SignedAt is when the last checkpoint was signed; where there is none, when the
// first entry came. 0: there is nothing to sign.
func (t *Trail) SignedAt(ctx context.Context) (int64, error) {
	last, any, err := t.LastCheckpoint(ctx)
	if err != nil || any {
		return last.At, err
	}
	p, err := t.entries.Find(ctx, store.Query{Limit: 1})
	if err != nil || len(p.Docs) == 0 {
		return 0, err
	}
	return p.Docs[0].At, nil
}

// Checkpoints lists the stored ones, the newest first; an empty next is the end.
func (t *Trail) Checkpoints(ctx context.Context, after string, limit int) (list []Checkpoint, next string, err error) {
	p, err := t.checkpoints.Find(ctx, store.Query{Sort: []string{"-seq"}, After: after, Limit: limit})
	for _, d := range p.Docs {
		list = append(list, d.Checkpoint)
	}
	return list, p.Next, err
}
