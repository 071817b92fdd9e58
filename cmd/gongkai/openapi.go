// openapi: the description of the API as a file, without a server.

package main

import (
	"io"

	"gongkai"
	"gongkai/api"
)

type openapiCmd struct {
	Only    string `help:"Of one side alone: content or editorial." enum:",content,editorial" default:"" placeholder:"SIDE"`
	Release string `help:"Version to state; none: that of this program." placeholder:"VERSION"`
}

// Run prints the description, as /openapi.json answers it.
func (c openapiCmd) Run(out io.Writer) error {
	text, err := api.Description(api.Config{Only: c.Only, Version: orElse(c.Release, version)})
	if err != nil {
		return err
	}
	if _, err := out.Write(append(text, '\n')); err != nil {
		return gongkai.E(gongkai.Unavailable, "output", "无法写出接口描述", "the description cannot be written").Because(err)
	}
	return nil
}
