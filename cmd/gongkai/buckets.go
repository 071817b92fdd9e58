// Where files lie: originals, which are restricted, and the public copies.

package main

import (
	"context"
	"path/filepath"

	"gocloud.dev/blob"

	"gongkai/api"
	"gongkai/store/bucket"
)

// files says which folders of files are replaced by buckets of S3, each with a
// key of its own: who answers readers needs no key to the originals.
type files struct {
	OriginalsURL      string `help:"S3 bucket for originals of files, s3://bucket?region=…&endpoint=…; none: a folder in the data folder." zh:"存放附件原件的 S3 桶，s3://桶名?region=…&endpoint=…；不设则用数据文件夹中的文件夹。" env:"GONGKAI_ORIGINALS_URL"`
	OriginalsKey      string `help:"Access key of the bucket for originals." zh:"原件桶的访问密钥标识。" env:"GONGKAI_ORIGINALS_KEY" secret:""`
	OriginalsSecret   string `help:"Secret of that key." zh:"该密钥的密文。" env:"GONGKAI_ORIGINALS_SECRET" secret:""`
	PublicFilesURL    string `help:"S3 bucket for public copies of files, another one; none: a folder in the data folder." zh:"存放附件公开副本的 S3 桶，须是另一个桶；不设则用数据文件夹中的文件夹。" env:"GONGKAI_PUBLIC_FILES_URL"`
	PublicFilesKey    string `help:"Access key of the bucket for public copies." zh:"公开副本桶的访问密钥标识。" env:"GONGKAI_PUBLIC_FILES_KEY" secret:""`
	PublicFilesSecret string `help:"Secret of that key." zh:"该密钥的密文。" env:"GONGKAI_PUBLIC_FILES_SECRET" secret:""`
}

func (f files) originals() bucket.Options {
	return bucket.Options{Setting: "GONGKAI_ORIGINALS", URL: f.OriginalsURL, Key: f.OriginalsKey, Secret: f.OriginalsSecret}
}

func (f files) copies() bucket.Options {
	return bucket.Options{Setting: "GONGKAI_PUBLIC_FILES", URL: f.PublicFilesURL, Key: f.PublicFilesKey, Secret: f.PublicFilesSecret}
}

// Validate refuses one bucket for both: a key to public files would open the
// originals.
func (f files) Validate() error {
	for _, o := range []bucket.Options{f.originals(), f.copies()} {
		if o.URL == "" {
			continue
		}
		if err := o.Validate(); err != nil {
			return err
		}
	}
	if f.OriginalsURL != "" && f.PublicFilesURL != "" && bucket.Same(f.OriginalsURL, f.PublicFilesURL) {
		return wrongSetting("GONGKAI_PUBLIC_FILES_URL", "须与 GONGKAI_ORIGINALS_URL 不是同一个桶：公开副本独立存放", "must be another bucket than GONGKAI_ORIGINALS_URL: public copies stand apart")
	}
	return nil
}

// openBucket opens a place for files, and asks it once: what is wrong with it
// is better known now than at the first upload. Lost later, it is degraded.
func (a *app) openBucket(ctx context.Context, name string, o bucket.Options) (*blob.Bucket, error) {
	b, err := a.filesAt(name, o)
	if err != nil {
		return nil, err
	}
	a.closers = append(a.closers, b.Close)
	a.stands = append(a.stands, api.Part{Name: "files_" + name, Ping: b.Ping})
	return b.Bucket, b.Ping(ctx)
}

func (a *app) filesAt(name string, o bucket.Options) (*bucket.Bucket, error) {
	if o.URL != "" {
		return bucket.S3(o)
	}
	root, err := a.folder("files")
	if err != nil {
		return nil, err
	}
	return bucket.Folder(filepath.Join(root, name))
}
