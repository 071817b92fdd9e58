// Package gongkai holds what every part shares: the error type, the actor and
// identifiers. It imports no other package of the project.
//
//	cmd ─▶ api jobs ─▶ workflow channel ─▶ content publication search policy account audit ─▶ store ─▶ gongkai
package gongkai
