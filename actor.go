package gongkai

// Actor (行为人) is who asks for something: a person in a session, a program
// with an API key, or the system itself. Rights are looked up by policy; an
// actor is only an identity.
type Actor struct {
	ID     string   // user id, "key:<id>" or System.ID
	Name   string   // shown beside a signature
	Unit   string   // home unit of the person
	Scopes []string // what an API key is limited to; empty for people
	Key    bool     // a program, not a person: it can never sign
}

// System is the actor of what no person asked for: jobs and upgrades.
var System = Actor{ID: "system", Name: "系统"}
