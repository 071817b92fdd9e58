// The roles (角色) that come with the program, and which exclude each other.

package policy

import "strings"

// Roles are held in a unit (单位) and cover its sub-units. Further roles come
// into being with the rules that name them.
const (
	Editor         = "editor"
	Reviewer1      = "reviewer-1"
	Reviewer2      = "reviewer-2"
	Reviewer3      = "reviewer-3"
	Proofreader1   = "proofreader-1"
	Proofreader2   = "proofreader-2"
	Proofreader3   = "proofreader-3"
	SecrecyOfficer = "secrecy-officer"
	Publisher      = "publisher"
	Emergency      = "emergency-editor" // beside editor: may submit emergency releases
	Administrator  = "administrator"    // holds no business role
	Auditor        = "auditor"
)

// The roles that the scopes of an API key stand for.
const (
	KeyRead  = keyPrefix + "read"
	KeyWrite = keyPrefix + "write"

	keyPrefix = "key:"
)

// Role (角色) is a role with its names for people.
type Role struct{ ID, Zh, En string }

// Roles are the roles that come with the program, in the order they are shown.
var Roles = []Role{
	{Editor, "编辑", "editor"},
	{Reviewer1, "一审", "first reviewer"},
	{Reviewer2, "二审", "second reviewer"},
	{Reviewer3, "三审", "final reviewer"},
	{Proofreader1, "一校", "first proofreader"},
	{Proofreader2, "二校", "second proofreader"},
	{Proofreader3, "三校", "third proofreader"},
	{SecrecyOfficer, "保密审查员", "secrecy officer"},
	{Publisher, "发布员", "publisher"},
	{Emergency, "应急发布申请人", "emergency editor"},
	{Administrator, "系统管理员", "administrator"},
	{Auditor, "审计员", "auditor"},
	{KeyRead, "接口密钥（读）", "API key, read"},
	{KeyWrite, "接口密钥（写）", "API key, write"},
}

func roleName(id string) Role {
	for _, r := range Roles {
		if r.ID == id {
			return r
		}
	}
	return Role{id, id, id}
}

// business says whether a role has a part in an item's way to the public.
func business(role string) bool {
	return role != Administrator && role != Auditor && !isKeyRole(role)
}

func isKeyRole(role string) bool { return strings.HasPrefix(role, keyPrefix) }
