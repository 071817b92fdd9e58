// What an archive carries outside its members: comments, and bytes that belong to none.

package files

import (
	"archive/zip"
	"cmp"
	"fmt"
	"slices"

	"gongkai/policy/privacy"
)

// stowed is how many bytes between members pass for padding.
const stowed = 4 << 10

// outside looks at what stands beside the members. A masked copy has none of it.
func (s *pass) outside(f File) error {
	z, err := openZip(f, s.left.Limits)
	if err != nil {
		return err
	}
	s.text("comment", archiveComment, z.Comment, privacy.Plain)
	for i, m := range z.File {
		if m.Comment != "" {
			s.text(fmt.Sprintf("member[%d].comment", i), archiveComment, m.Comment, privacy.Plain)
		}
	}
	if stowaway(z, f.Size) {
		s.unread("", extraBytes())
	}
	return s.full()
}

// stowaway tells whether bytes stand before, between or behind the members
// that programs of archives do not show.
func stowaway(z *zip.Reader, size int64) bool {
	type stretch struct{ from, to int64 }
	var members []stretch
	directory := int64(stowed + len(z.Comment))
	for _, m := range z.File {
		header := int64(len(m.Name)+len(m.Extra)) + 30
		directory += header + int64(16+len(m.Comment))
		at, err := m.DataOffset()
		if err != nil {
			return false // damaged, which is said when the member is read
		}
		members = append(members, stretch{at - header, at + int64(m.CompressedSize64)})
	}
	slices.SortFunc(members, func(a, b stretch) int { return cmp.Compare(a.from, b.from) })
	done := int64(0)
	for _, m := range members {
		if m.from-done > stowed {
			return true
		}
		done = max(done, m.to)
	}
	return size-done > directory
}
