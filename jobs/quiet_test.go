package jobs

import (
	"bytes"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
)

func TestAQueueThatIsAwayIsSaidOnceAndWithoutItsWords(t *testing.T) {
	var out bytes.Buffer
	away := true
	q := quiet{slog.New(slog.NewTextHandler(&out, nil)), &atomic.Int64{}, func() bool { return away }}
	q.Error("dial tcp 10.1.2.3:6379: connection refused")
	if out.Len() > 0 {
		t.Errorf("the lookout says it: %s", out.String())
	}
	away = false
	for range 50 {
		q.Error("dial tcp 10.1.2.3:6379: connection refused", "payload 13912345678")
	}
	if n := strings.Count(out.String(), "\n"); n != 1 || strings.Contains(out.String(), "10.1.2.3") || strings.Contains(out.String(), "139") {
		t.Errorf("%d lines: %s", n, out.String())
	}
}
