// What is said of a command line that cannot be understood.

package main

import (
	"errors"
	"regexp"
	"strings"

	"github.com/alecthomas/kong"

	"gongkai"
)

// misuse turns the parser's error into one for people. It repeats names of
// commands and flags and never a value: somebody may have typed a password.
func misuse(err error) error {
	var known *gongkai.Error
	if errors.As(err, &known) {
		return known
	}
	said, zh, en := err.Error(), "无法理解命令行", "the command line cannot be understood"
	flag := flagName.FindString(said)
	s, isSetting := settingOf(err)
	switch {
	case strings.HasPrefix(said, "unknown flag"):
		zh, en = "没有参数 "+flag, "there is no flag "+flag
	case strings.HasPrefix(said, "unexpected argument"):
		zh, en = "没有这个命令，或者参数多余", "there is no such command, or one argument too many"
	case strings.HasPrefix(said, "missing flags: "):
		zh, en = "缺少参数："+strings.TrimPrefix(said, "missing flags: "), said
	case strings.HasPrefix(said, "expected "):
		zh, en = "缺少命令或参数："+strings.TrimPrefix(said, "expected "), said
	case isSetting:
		zh, en = s.env+"（"+flag+"）的值不正确："+s.zh, s.env+" ("+flag+") has no value or a wrong one: "+s.help
	case flag != "":
		zh, en = flag+" 的值不正确", flag+" has no value or a wrong one"
	}
	return gongkai.E(gongkai.Invalid, "usage", zh, en, gongkai.Detail{Where: helpFor(err), Zh: "查看用法", En: "shows the usage"})
}

// hyphenKey is a public key that begins like a flag, as one in 64 does.
var hyphenKey = regexp.MustCompile(`^-[A-Za-z0-9_-]{42}$`)

// withKeys joins such keys to the flag before them.
func withKeys(args []string) (out []string) {
	for _, arg := range args {
		if last := len(out) - 1; last >= 0 && out[last] == "--public-key" && hyphenKey.MatchString(arg) {
			out[last] += "=" + arg
		} else {
			out = append(out, arg)
		}
	}
	return out
}

// helpFor is the command that would have helped.
func helpFor(err error) string {
	var parse *kong.ParseError
	if errors.As(err, &parse) && parse.Context != nil {
		if node := parse.Context.Selected(); node != nil {
			return node.FullPath() + " --help"
		}
	}
	return "gongkai --help"
}
