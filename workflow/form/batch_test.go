package form

import (
	"strings"
	"testing"
)

func TestAFormSaysWhatWasSignedInABatch(t *testing.T) {
	s := Signature{By: Person{Name: "张明"}, Opinion: "同意"}
	if alone := s.text(); strings.Contains(alone, "批量") {
		t.Error(alone)
	}
	if s.Batch = true; !strings.Contains(s.text(), "张明（批量签署）") {
		t.Error(s.text())
	}
}
