// The content API: what the public may read.

package api

func registerContent(_ *routes, _ publicSide) {}
