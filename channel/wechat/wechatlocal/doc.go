// Package wechatlocal is an Official Account's platform on this machine, for
// tests and the demo: it takes the calls that the platform documents, judges
// them by the documented rules, keeps drafts and articles, shows readers its
// pages, and misbehaves when it is told to.
package wechatlocal
