// What the package is about, in one picture.

// Package account keeps who may knock: people (用户), their sessions (会话)
// and the keys of programs (接口密钥). What they may do is policy's matter.
//
//	login, password ─▶ throttle ─▶ argon2id ─▶ session token ─▶ User   (a person)
//	gk_… secret ─────────────────▶ SHA-256 ──▶ Key                     (a program)
//
// Everything lives in the store, so that it holds over replicas and restarts.
// Secrets are never kept: passwords as argon2id, tokens and keys as SHA-256.
package account
