// The description as a command.

package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestTheDescriptionIsPrintedWithoutAServer(t *testing.T) {
	whole := gongkaiRun(t, "", "openapi")
	whole.wants(t, 0, `"/api/v1/items/{id}/steps"`, `"/content/v1/items/{id}"`)
	content := gongkaiRun(t, "", "openapi", "--only", "content", "--release", "v1")
	content.wants(t, 0, `"version": "v1"`, `"/content/v1/items/{id}"`)
	if strings.Contains(content.out, `"/api/v1/`) || !json.Valid([]byte(content.out)) {
		t.Error("the description of the content API holds more, or is no JSON")
	}
	gongkaiRun(t, "", "openapi", "--only", "all").wants(t, 2)
}
