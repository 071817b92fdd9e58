// Package weibo posts a line about an item, with the address of its page on the
// portal, on Weibo (微博) as a platform.Platform. Ordinary accounts may share
// links of their own site and nothing else; a post is seen at once.
package weibo
