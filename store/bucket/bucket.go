// Package bucket opens a place for files: a folder of this machine, or a
// bucket of a server that speaks S3.
package bucket

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"

	"gongkai"
)

// Bucket (文件桶) is a place for files that can say whether it answers.
type Bucket struct {
	*blob.Bucket
	ping func(context.Context) error
}

// Ping tells cheaply whether files can be read there, and what to look at if not.
func (b *Bucket) Ping(ctx context.Context) error { return b.ping(ctx) }

// Folder opens a folder, and makes it if it is absent.
func Folder(path string) (*Bucket, error) {
	b, err := fileblob.OpenBucket(path, &fileblob.Options{CreateDir: true, DirFileMode: 0o700, NoTempDir: true, Metadata: fileblob.MetadataDontWrite})
	if err != nil {
		return nil, noFolder(path, err)
	}
	return &Bucket{b, func(context.Context) error {
		if at, err := os.Stat(path); err != nil || !at.IsDir() {
			return noFolder(path, err)
		}
		return nil
	}}, nil
}

func noFolder(path string, err error) error {
	var known *os.PathError
	if errors.As(err, &known) {
		err = known.Err // the path stands in the message
	}
	name := filepath.Join(filepath.Base(filepath.Dir(path)), filepath.Base(path))
	return gongkai.E(gongkai.Unavailable, "files_folder", "附件文件夹"+name+"无法读写，请检查数据文件夹（--data，GONGKAI_DATA）",
		"the folder of files "+name+" cannot be read or written; look at the data folder (--data, GONGKAI_DATA)").Because(err)
}
