// The sample file of all settings, for EnvironmentFile= and --env-file.

package main

import (
	"fmt"
	"strings"
)

const sampleHead = `# Settings of Gongkai, one variable to a line; what is commented out is the default.
# Gongkai 的全部设置，每行一个变量；注释掉的是默认值。
# This is what "gongkai config --env" prints. The file holds secrets: mode 0640, group of the service.
# 本文件由 gongkai config --env 打印。填写后含有密钥：权限 0640，属组为服务所用的组。
`

// sampleFile is a file of variables in which every setting stands with its default.
func sampleFile() string {
	var b strings.Builder
	b.WriteString(sampleHead)
	for _, s := range settings() {
		fmt.Fprintf(&b, "\n# %s\n# %s\n#%s=%s\n", s.help, s.zh, s.env, s.standard)
	}
	return b.String()
}
