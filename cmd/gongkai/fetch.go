// What a downstream site does when it is told of an item: it fetches the text.

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"gongkai/channel/receiver"
)

// fetcher reads items from the content API at base.
func fetcher(base string) receiver.Fetch {
	client := &http.Client{Timeout: 5 * time.Second}
	return func(ctx context.Context, told receiver.Data) (string, string, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s/content/v1/items/%s?as_of=%d.%d", base, told.Item, told.Epoch, told.Seq), nil)
		if err != nil {
			return "", "", err
		}
		res, err := client.Do(req)
		if err != nil {
			return "", "", err
		}
		defer func() { _ = res.Body.Close() }()
		var page struct {
			Title  string         `json:"title"`
			Fields map[string]any `json:"fields"`
		}
		if res.StatusCode != http.StatusOK {
			return "", "", fmt.Errorf("content API answered %d", res.StatusCode)
		}
		if err := json.NewDecoder(res.Body).Decode(&page); err != nil {
			return "", "", err
		}
		body, _ := page.Fields["body"].(string)
		return page.Title, body, nil
	}
}
