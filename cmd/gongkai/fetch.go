// What a downstream site does when it is told of an item: it fetches the text.

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// fetcher reads items from the content API at base.
func fetcher(base string) func(ctx context.Context, item string) (title, html string, err error) {
	client := &http.Client{Timeout: 5 * time.Second}
	return func(ctx context.Context, item string) (string, string, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/content/v1/items/"+item, nil)
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
