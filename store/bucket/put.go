// Put: a file is there whole, or not at all.

package bucket

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"

	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"gocloud.dev/blob"
)

// Put streams a file into a bucket.
func Put(ctx context.Context, b *blob.Bucket, key string, r io.Reader) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w, err := b.NewWriter(ctx, key, &blob.WriterOptions{ContentType: "application/octet-stream", BeforeWrite: func(as func(any) bool) error { return inParts(b, as) }})
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, r); err != nil {
		cancel() // else a folder would keep what came until then
		return errors.Join(err, w.Close())
	}
	return w.Close()
}

// partSize is the least that S3 takes as a part.
const partSize = 5 << 20

// inParts cuts what goes to S3 into small parts, one after the other: an upload
// holds two of them in memory, however large the file. What was sent of one
// that failed is taken back, even when ctx has ended.
func inParts(b *blob.Bucket, as func(any) bool) error {
	var uploads *transfermanager.Client
	var client *s3.Client
	if !as(&uploads) || !b.As(&client) {
		return nil // a folder
	}
	checksums := client.Options().RequestChecksumCalculation
	*uploads = *transfermanager.New(client, func(o *transfermanager.Options) {
		o.PartSizeBytes, o.MultipartUploadThreshold, o.Concurrency = partSize, partSize, 1
		o.FailTimeout, o.RequestChecksumCalculation = silence, checksums
	})
	return nil
}

// Whole reads r, and fails at its end if that was not the file of the digest
// (SHA-256, in hexadecimal).
func Whole(r io.Reader, digest string) io.Reader { return &whole{r, sha256.New(), digest} }

type whole struct {
	r      io.Reader
	sum    hash.Hash
	digest string
}

var errOther = errors.New("bucket: the bytes are not those of the digest")

func (w *whole) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	w.sum.Write(p[:n])
	if errors.Is(err, io.EOF) && hex.EncodeToString(w.sum.Sum(nil)) != w.digest {
		return n, errOther
	}
	return n, err
}
