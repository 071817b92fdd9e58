// What workers tidy up now and then.

package main

import (
	"context"
	"time"

	"gongkai/content"
	"gongkai/jobs"
)

const (
	hourly  = time.Hour
	nightly = 24 * time.Hour
)

// chores are the same in every process that pays.
func (a *app) chores(ctx context.Context) ([]jobs.Chore, error) {
	requests, err := content.OpenRequests(ctx, a.content)
	if err != nil {
		return nil, err
	}
	all := []jobs.Chore{
		{Name: "sessions", Every: hourly, Run: a.accounts.Prune},
		{Name: "requests", Every: nightly, Run: requests.Prune},
		{Name: "public files", Every: nightly, Run: a.worker.RemoveLeftovers},
	}
	if a.purge != nil {
		all = append(all, jobs.Chore{Name: "index", Every: nightly, CallBacks: true, Run: a.purge})
	}
	return all, nil
}
