// Package weibolocal is Weibo on this machine, for tests and the demo: it takes
// the calls that the platform documents, judges them by the documented rules,
// shows readers its page, and misbehaves when it is told to.
package weibolocal
