// The configuration: refused with the variable's name, printed without secrets.

package main

import (
	"regexp"
	"strings"
	"testing"
)

func TestAWrongValueNamesItsVariable(t *testing.T) {
	for env, value := range map[string]string{
		"GONGKAI_ADDR":            "1.2.3.4:99999",
		"GONGKAI_ONLY":            "hunter2",
		"GONGKAI_WORKERS":         "hunter2",
		"GONGKAI_WORKER_ADDR":     "hunter2",
		"GONGKAI_REDIS_URL":       "http://somebody:hunter2@redis",
		"GONGKAI_BASE_URL":        "ftp://hunter2",
		"GONGKAI_SECURE_COOKIES":  "hunter2",
		"GONGKAI_TRUSTED_PROXIES": "hunter2",
		"GONGKAI_SESSION":         "hunter2",
		"GONGKAI_SESSION_IDLE":    "13h",
		"GONGKAI_WEBHOOK_NETS":    "hunter2",
		"GONGKAI_WEBHOOK_TIMEOUT": "31s",
		"GONGKAI_SECRET":          "hunter2",
		"GONGKAI_LOG":             "hunter2",
		"GONGKAI_METRICS_ALL":     "hunter2",
	} {
		t.Run(env, func(t *testing.T) {
			t.Setenv(env, value)
			for _, command := range []string{"config", "serve"} {
				if s := gongkaiRun(t, "", command).wants(t, 2, env); strings.Contains(s.out+s.errs, "hunter2") {
					t.Error("the value is repeated:", s.errs)
				}
			}
		})
	}
}

func TestEdgesOfTheConfiguration(t *testing.T) {
	for env, values := range map[string][2]string{ // good, bad
		"GONGKAI_SESSION":         {"720h", "720h1s"},
		"GONGKAI_SESSION_IDLE":    {"12h", "59s"},
		"GONGKAI_WEBHOOK_TIMEOUT": {"1s", "999ms"},
		"GONGKAI_SECRET":          {strings.Repeat("k", 32), strings.Repeat("k", 31)},
		"GONGKAI_ADDR":            {":65535", "127.0.0.1"},
		"GONGKAI_BASE_URL":        {"https://www.example.cn/content", "https://user@www.example.cn"},
	} {
		for i, value := range values {
			t.Setenv(env, value)
			gongkaiRun(t, "", "config").wants(t, 2*i, env)
		}
		t.Setenv(env, values[0])
	}
}

func TestSecretsAreHidden(t *testing.T) {
	secret := "hunter2-hunter2-hunter2-hunter2-hunter2"
	t.Setenv("GONGKAI_SECRET", secret)
	t.Setenv("GONGKAI_REDIS_URL", "redis://:hunter2@127.0.0.1:6379/0")
	if s := gongkaiRun(t, "", "config").wants(t, 0, "(set, hidden)"); strings.Contains(s.out, "hunter2") || strings.Count(s.out, "(set, hidden)") != 2 {
		t.Error("a secret is shown:", s.out)
	}
}

func TestEverySettingHasOneNameAndIsExplained(t *testing.T) {
	help := gongkaiRun(t, "", "serve", "--help").out
	for _, s := range settings() {
		if want := "GONGKAI_" + strings.ToUpper(strings.ReplaceAll(strings.TrimPrefix(s.flag, "--"), "-", "_")); s.env != want {
			t.Errorf("%s is set by %s", s.flag, s.env)
		}
		if !regexp.MustCompile(regexp.QuoteMeta(s.flag)+`\b`).MatchString(help) || s.help == "" || s.zh == "" {
			t.Errorf("%s is not explained", s.flag)
		}
	}
}
