// The end of a backup: its final name, and a note for doctor.

package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// publish gives the archive its final name, which must still be free, and makes
// both survive a power cut.
func publish(partial, final string) error {
	err := os.Link(partial, final)
	if errors.Is(err, fs.ErrExist) {
		return taken(final)
	}
	if err != nil { // a file system without links
		if _, there := os.Lstat(final); there == nil {
			return taken(final)
		}
		err = os.Rename(partial, final)
	}
	return cannotWrite(errors.Join(err, syncFolder(filepath.Dir(final))))
}

func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// lastBackup is the note in the data folder about the last backup, for doctor.
type lastBackup struct {
	Taken time.Time `json:"taken"`
	File  string    `json:"file"`
	Size  int64     `json:"size"`
}

const lastBackupName = "backup.json"

func remember(data string, taken time.Time, file string, size int64) error {
	raw, err := json.Marshal(lastBackup{taken, abs(file), size})
	if err != nil {
		return err
	}
	next := filepath.Join(data, lastBackupName+".new")
	if err := errors.Join(os.WriteFile(next, raw, 0o600), os.Rename(next, filepath.Join(data, lastBackupName))); err != nil {
		return dataFolder(err)
	}
	return nil
}
