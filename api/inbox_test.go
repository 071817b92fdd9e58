// The inbox over the API.

package api

// inboxSamples are requests that reach the decision of each operation.
var inboxSamples = map[string]sample{
	"list-inbox":             {"/api/v1/inbox", nil},
	"count-unread":           {"/api/v1/inbox/unread", nil},
	"read-notice":            {"/api/v1/inbox/nothing/read", map[string]any{}},
	"read-all-notices":       {"/api/v1/inbox/read", map[string]any{"until": 1}},
	"get-notice-preferences": {"/api/v1/inbox/preferences", nil},
	"put-notice-preferences": {"/api/v1/inbox/preferences", map[string]any{"digest": "25:00"}},
	"list-notice-events":     {"/api/v1/inbox/kinds", nil},
	"inbox-events":           {"/api/v1/inbox/events?since=then", nil},
	"list-robots":            {"/api/v1/robots", nil},
	"put-robot":              {"/api/v1/robots/matrix", map[string]any{"name": "群", "template": "none"}},
	"test-robot":             {"/api/v1/robots/nothing/test", map[string]any{}},
	"list-robot-templates":   {"/api/v1/robot-templates", nil},
	"list-letters":           {"/api/v1/letters", nil},
	"retry-letter":           {"/api/v1/letters/nothing/retry", map[string]any{}},
}
