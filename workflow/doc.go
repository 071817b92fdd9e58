// Package workflow decides what happens to an item next. Apply is the pure
// heart: item, step and what is known about the world in, item or refusal out.
// The engine around it loads what Apply needs, inserts immutable documents
// first and makes the outcome true in one guarded write.
//
//	Step ─▶ Engine.prepare (load, scan) ─▶ Items.Update( Apply ) ─▶ due ─▶ jobs
package workflow

//go:generate go run gongkai/workflow/actsdoc ../docs/workflow.md ../policy/rules.csv
