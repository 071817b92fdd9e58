// Archives: each member is a file with a scan of its own; bombs are refused.

package files

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
)

func scanZip(s *pass, f File) error {
	z, err := openZip(f, s.left.Limits)
	if err != nil {
		return err
	}
	for i, m := range z.File {
		if err := s.archived(i, m); err != nil {
			return err
		}
	}
	return nil
}

// archived scans one member of an archive.
func (s *pass) archived(i int, m *zip.File) error {
	where := fmt.Sprintf("member[%d]", i)
	if m.FileInfo().IsDir() {
		s.text(where+".name", "member name", m.Name, "")
		return s.full()
	}
	data, err := s.unpack(m)
	if err != nil {
		return s.skipped(where, err)
	}
	return s.member(where, File{Name: m.Name, Size: int64(len(data)), Data: bytes.NewReader(data)})
}

// skipped goes on behind a member that cannot be read, unless what stopped it
// stops every other one too.
func (s *pass) skipped(where string, err error) error {
	u := Unread{}
	if !errors.As(err, &u) || u.Code == "limit.members" || u.Code == "limit.bytes" {
		return err
	}
	s.unread(where, u)
	return nil
}

// openZip reads the directory of an archive, and no more of it than the limit
// on members makes necessary: a directory may lie about its length.
func openZip(f File, l Limits) (*zip.Reader, error) {
	directory := &capped{ReaderAt: f.Data, left: 1<<20 + int64(l.Members)*600}
	z, err := zip.NewReader(directory, f.Size)
	switch {
	case directory.left < 0 || err == nil && len(z.File) > l.Members:
		return nil, tooMuch("members", fmt.Sprint(l.Members))
	case err != nil && !errors.Is(err, zip.ErrInsecurePath):
		return nil, damaged()
	}
	directory.left = 1 << 62
	return z, nil
}

// unpack reads a member into memory. Sizes in the directory are only claims.
func (s *pass) unpack(m *zip.File) ([]byte, error) {
	if err := alive(s.ctx); err != nil {
		return nil, err
	}
	if s.left.members++; s.left.members > s.left.Members {
		return nil, tooMuch("members", fmt.Sprint(s.left.Members))
	}
	if m.Flags&1 != 0 {
		return nil, encrypted()
	}
	in, err := m.Open()
	if err != nil {
		return nil, damaged()
	}
	defer in.Close()
	room, reason := s.room(m)
	data, err := io.ReadAll(io.LimitReader(in, room+1))
	s.left.bytes += int64(len(data))
	switch {
	case int64(len(data)) > room:
		return nil, reason
	case err != nil:
		return nil, damaged()
	}
	return data, nil
}

// room is how many bytes a member may have, and what it means if it has more.
func (s *pass) room(m *zip.File) (int64, Unread) {
	room, reason := s.left.Bytes-s.left.bytes, tooMuch("bytes", fmt.Sprint(s.left.Bytes>>20))
	if s.left.Part < room {
		room, reason = s.left.Part, tooMuch("part", fmt.Sprint(s.left.Part>>20))
	}
	if most := max(1<<20, int64(m.CompressedSize64)*s.left.Ratio); most < room {
		room, reason = most, tooMuch("ratio", fmt.Sprint(s.left.Ratio))
	}
	return max(room, 0), reason
}

// capped fails after so many bytes.
type capped struct {
	io.ReaderAt
	left int64
}

var errCapped = errors.New("files: the directory is too long")

func (c *capped) ReadAt(p []byte, off int64) (int, error) {
	if c.left -= int64(len(p)); c.left < 0 {
		return 0, errCapped
	}
	return c.ReaderAt.ReadAt(p, off)
}
