// Package api serves the editorial API, the content API and what an operator
// asks (health, metrics) over HTTP. Fiber is known here only.
//
//	request ─▶ visit (id, log, headers, panic) ─▶ door (public | signed in | person | act)
//	        ─▶ huma (typed input) ─▶ handler: one domain call ─▶ JSON or one form of error
//
// Every route goes in through register or raw, with an access: who may come in
// and where the rest is decided. A test walks all routes and all roles.
package api
