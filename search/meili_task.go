// Calls to Meilisearch: their time limit, the tasks they start, their errors.

package search

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"gongkai"

	"github.com/meilisearch/meilisearch-go"
)

// call makes one request within the time limit.
func (m *Meili) call(ctx context.Context, request func(context.Context) error) error {
	limited, cancel := context.WithTimeout(ctx, m.timeout)
	defer cancel()
	err := request(limited)
	if err != nil && ctx.Err() != nil {
		return unavailable.Because(ctx.Err())
	}
	return meiliFault(err)
}

// do makes a request that starts a task and waits for the task.
func (m *Meili) do(ctx context.Context, request func(context.Context) (*meilisearch.TaskInfo, error)) error {
	var task int64
	err := m.call(ctx, func(ctx context.Context) error {
		info, err := request(ctx)
		if err == nil {
			task = info.TaskUID
		}
		return err
	})
	if err != nil {
		return err
	}
	return m.await(ctx, task)
}

const (
	firstPoll   = 2 * time.Millisecond
	slowestPoll = 500 * time.Millisecond
)

// await polls a task, ever more slowly, until it has ended or patience has. A
// poll that fails says nothing about the task, so the next one asks again,
// unless it could never be answered.
func (m *Meili) await(ctx context.Context, uid int64) error {
	waiting, cancel := context.WithTimeout(ctx, m.wait)
	defer cancel()
	for pause := firstPoll; ; pause = min(pause*3/2, slowestPoll) {
		var task *meilisearch.Task
		err := m.call(waiting, func(ctx context.Context) (err error) {
			task, err = m.client.GetTaskWithContext(ctx, uid)
			return err
		})
		switch {
		case err == nil && task.Status == meilisearch.TaskStatusSucceeded:
			return nil
		case err == nil && (task.Status == meilisearch.TaskStatusFailed || task.Status == meilisearch.TaskStatusCanceled):
			return taskFault(task)
		case final(err):
			return err
		}
		select {
		case <-waiting.Done():
			return unfinished(ctx, err)
		case <-time.After(pause):
		}
	}
}

// final tells whether asking again is pointless: the key is refused, or the
// server does not know the task (restored or wiped meanwhile).
func final(err error) bool {
	var cause *meiliCause
	return errors.As(err, &cause) && cause.status >= 400 && cause.status < 500 &&
		cause.status != http.StatusTooManyRequests && cause.status != http.StatusRequestTimeout
}

func unfinished(ctx context.Context, err error) error {
	cause := ctx.Err()
	if cause == nil {
		cause = err // of the last poll, if that is why
	}
	return gongkai.E(gongkai.Unavailable, "search_pending", "检索库尚未完成写入，请稍后重试",
		"the search index has not finished the write yet; try again later").Because(cause)
}

// taskFault tells why a task failed by its code alone: the message may quote
// the document.
func taskFault(task *meilisearch.Task) error {
	cause := &meiliCause{code: task.Error.Code}
	if cause.code == "" {
		cause.code = string(task.Status)
	}
	if own := named(cause); own != unavailable {
		return own.Because(cause)
	}
	return gongkai.E(gongkai.Unavailable, "search_task", "检索库未能执行写入任务", "the search index failed to carry out a write").Because(cause)
}

// meiliCause is all that is kept of a refusal.
type meiliCause struct {
	status int
	code   string
}

func (c *meiliCause) Error() string { return fmt.Sprintf("meilisearch: %d %s", c.status, c.code) }

var unavailable = gongkai.E(gongkai.Unavailable, "search_unavailable", "检索库暂时不可用", "the search index is not available")

// meiliFault makes the client's error one of ours. The client's own text is
// not kept: it repeats request and answer.
func meiliFault(err error) error {
	var own *gongkai.Error
	var theirs *meilisearch.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &own):
		return err
	case !errors.As(err, &theirs):
		return away(network(err))
	case theirs.StatusCode == 0:
		return away(network(theirs.OriginError))
	case theirs.ErrCode == meilisearch.ErrCodeResponseUnmarshalBody, theirs.StatusCode < 400:
		return notMeili.Because(&meiliCause{status: theirs.StatusCode})
	}
	cause := &meiliCause{status: theirs.StatusCode, code: theirs.MeilisearchApiError.Code}
	return named(cause).Because(cause)
}

var notMeili = gongkai.E(gongkai.Unavailable, "search_answer", "所配置地址的应答不是 Meilisearch 的应答",
	"what answers at the configured address is not Meilisearch")

// away is a server that was not reached. What ails its TLS does not pass by
// itself.
func away(err error) error {
	var record tls.RecordHeaderError
	var alert tls.AlertError
	var cert *tls.CertificateVerificationError
	if errors.Is(err, http.ErrSchemeMismatch) || errors.As(err, &record) || errors.As(err, &alert) || errors.As(err, &cert) {
		return gongkai.E(gongkai.Unavailable, "search_tls", "与 Meilisearch 的 TLS 连接不成，请检查证书（SSL_CERT_FILE）与 http、https",
			"no TLS connection to Meilisearch; look at certificates (SSL_CERT_FILE) and http or https").Because(err)
	}
	return unavailable.Because(err)
}

// network takes the address out of a transport's error, which may hold a password.
func network(err error) error {
	var at *url.Error
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// named are the refusals that an operator can do something about.
func named(c *meiliCause) *gongkai.Error {
	switch {
	case c.status == http.StatusUnauthorized, c.status == http.StatusForbidden:
		return gongkai.E(gongkai.Unavailable, "search_key", "Meilisearch 拒绝了所配置的密钥，或密钥权限不足",
			"Meilisearch refuses the configured key, or the key lacks a right")
	case c.code == "index_not_found":
		return gongkai.E(gongkai.Unavailable, "search_no_index", "Meilisearch 中没有所配置的索引", "Meilisearch does not have the configured index")
	case c.status == http.StatusNotFound && !strings.HasSuffix(c.code, "not_found"): // some other server's
		return notMeili
	case c.code == "task_not_found":
		return gongkai.E(gongkai.Unavailable, "search_task_lost", "Meilisearch 丢失了写入任务，请重试", "Meilisearch has lost the task of a write; try again")
	case c.status == http.StatusTooManyRequests, c.code == "too_many_search_requests":
		return gongkai.E(gongkai.Unavailable, "search_busy", "检索库繁忙，请稍后重试", "the search index is busy; try again later")
	case c.code == "no_space_left_on_device", c.code == "database_size_limit_reached":
		return gongkai.E(gongkai.Unavailable, "search_full", "检索库所在磁盘已满", "the disk of the search index is full")
	case c.status == http.StatusRequestEntityTooLarge:
		return gongkai.E(gongkai.Invalid, "search_too_large", "文档超过 Meilisearch 的大小限制", "the document is larger than Meilisearch accepts")
	}
	return unavailable
}
