// Package wechat posts articles on a WeChat Official Account (公众号) as a
// platform.Platform: a draft (草稿) is made and handed in for publishing (发布),
// and what became of it is asked for, since the platform answers "accepted"
// long before readers see anything.
//
//	cover ──▶ draft/add ──▶ freepublish/submit ──▶ freepublish/get ──▶ live
//	             └─ lost ─▶ draft/batchget  └─ lost ─▶ freepublish/batchget
package wechat
