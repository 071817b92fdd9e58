// Checkpoints: what was committed moves from the write-ahead log into the
// database file beside the commits, which wait for the log alone.

package store

import "context"

// checkpointer copies the log in the background. The disk takes long for pages
// that lie all over a large file; the committer does not wait for that.
type checkpointer struct {
	conn    *conn
	wake    chan struct{} // holds one call
	done    chan struct{}
	written int // documents since the last call; the committer's alone
}

// checkpointAfter is how many documents are written between two checkpoints.
const checkpointAfter = 1000

func newCheckpointer(c *conn) *checkpointer {
	p := &checkpointer{conn: c, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go p.loop()
	return p
}

// wrote counts what the committer has written, and calls when it is enough.
func (p *checkpointer) wrote(docs int) {
	if p.written += docs; p.written < checkpointAfter {
		return
	}
	select {
	case p.wake <- struct{}{}:
		p.written = 0
	default: // the last one still runs
	}
}

// loop never waits for readers or writers. Where they kept a checkpoint from
// ending the next one goes on; trouble of the disk shows at the next commit.
func (p *checkpointer) loop() {
	defer close(p.done)
	for range p.wake {
		_ = p.conn.query(context.Background(), "PRAGMA wal_checkpoint(PASSIVE)", ignore)
	}
}

func (p *checkpointer) close() {
	close(p.wake)
	<-p.done
	p.conn.close()
}
