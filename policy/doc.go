// Package policy decides who may do what (权限): Casbin weighs the rules, and
// a refusal says which rule refused or which grant is missing.
//
//	rules.csv ─┬─ model and locked section (锁定条款), read at each start ─┐
//	           └─ ordinary rules, seeded once ─▶ store ─▶ adapter ─────────┤
//	grants (授权: user, role, unit) ─────────────▶ store ─▶ held roles ────┴▶ Can
//
// Every change gives the version document a new stamp; each replica polls it
// and refuses to decide once it could not do so for two seconds.
package policy
