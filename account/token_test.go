package account

import (
	"encoding/base64"
	"strings"
	"testing"
)

func TestASessionIsNeverTakenForAKey(t *testing.T) {
	like, err := base64.RawURLEncoding.DecodeString(KeyPrefix + "A")
	if err != nil {
		t.Fatal(err)
	}
	drawn := 0
	token := tokenFrom(func(b []byte) (int, error) {
		if drawn++; drawn == 1 {
			return copy(b, like), nil
		}
		return copy(b, "another draw"), nil
	})
	if drawn != 2 || strings.HasPrefix(token, KeyPrefix) {
		t.Errorf("after %d draws: %.4s…", drawn, token)
	}
}
