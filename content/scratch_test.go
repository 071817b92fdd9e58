package content

import (
	"io"
	"os"
	"strings"
	"testing"

	"gongkai"
)

// asks calls look when it is read.
type asks struct {
	io.Reader
	look func()
}

func (a asks) Read(p []byte) (int, error) {
	a.look()
	return a.Reader.Read(p)
}

// A process may be killed at any moment.
func TestWhatPassesThroughThisMachineHasNoName(t *testing.T) {
	c, dir := open(t), t.TempDir()
	t.Setenv("TMPDIR", dir)
	looked := 0
	empty := func() {
		looked++
		if names, err := os.ReadDir(dir); err != nil || len(names) > 0 {
			t.Errorf("somebody else could read %v, %v", names, err)
		}
	}
	ref, err := c.Files.Add(t.Context(), gongkai.Actor{ID: "u"}, "a.txt", asks{strings.NewReader("你好"), empty})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Files.Keep(t.Context(), asks{strings.NewReader("你好"), empty}); err != nil {
		t.Fatal(err)
	}
	spool, err := c.Files.Spool(t.Context(), ref.Digest)
	if err != nil {
		t.Fatal(err)
	}
	empty()
	if text, err := io.ReadAll(io.NewSectionReader(spool, 0, spool.Size)); err != nil || string(text) != "你好" || spool.Close() != nil || looked < 5 {
		t.Errorf("%q, %v, looked %d times", text, err, looked)
	}
}
