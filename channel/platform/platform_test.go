package platform_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"gongkai"
	"gongkai/channel/platform"
)

func TestEachClassOfFailureHasAKindAndWordsInBothLanguages(t *testing.T) {
	for class, kind := range map[platform.Class]gongkai.Kind{
		platform.ClassRefresh: gongkai.Unavailable, platform.ClassConfiguration: gongkai.Denied, platform.ClassContent: gongkai.Invalid,
		platform.ClassRate: gongkai.Unavailable, platform.ClassTemporary: gongkai.Unavailable, platform.ClassUnknown: gongkai.Unavailable,
	} {
		err := fmt.Errorf("posting: %w", &platform.Error{Class: class, Code: "wechat_1"})
		var words *gongkai.Error
		if !errors.As(err, &words) || words.Kind != kind || words.Code != "wechat_1" || words.Zh == "" || words.En == "" || !strings.Contains(err.Error(), string(class)) {
			t.Errorf("%s becomes %v", class, words)
		}
	}
}

func TestOnlyWhatFailedOrIsGoneIsSettled(t *testing.T) {
	for state, settled := range map[string]bool{platform.Begun: false, platform.Submitted: false, platform.Live: false, platform.Unknown: false, platform.Failed: true, platform.Gone: true} {
		if (platform.Post{State: state}).Settled() != settled {
			t.Errorf("a post that is %s counts as settled: %v", state, !settled)
		}
	}
}
