// Tables that a console asks for instead of knowing them: acts, field types.

package api

import (
	"context"
	"net/http"

	"gongkai/content"
	"gongkai/workflow"
)

func (s *Server) registerTables() {
	register(s.routes, op(http.MethodGet, "/acts", "list-acts", "tables", "动作表 The table of acts and states"), signedIn(), s.listActs)
	register(s.routes, op(http.MethodGet, "/field-types", "list-field-types", "tables", "字段类型 The table of field types"), signedIn(), s.listFieldTypes)
}

// ActRow is a row of the table of acts.
type ActRow struct {
	Act    string   `json:"act"`
	Zh     string   `json:"zh"`
	En     string   `json:"en"`
	Work   []string `json:"work,omitempty" doc:"States of the work in which it may happen; absent: any"`
	Live   []string `json:"live,omitempty" doc:"States of the live part in which it may happen; absent: any"`
	Next   string   `json:"next"`
	Params string   `json:"params,omitempty"`
	System bool     `json:"system,omitempty" doc:"Done by jobs, never asked for"`
}

func (s *Server) listActs(context.Context, *none) (*of[List[ActRow]], error) {
	var out []ActRow
	for _, a := range workflow.Acts {
		out = append(out, ActRow{a.Name, a.Zh, a.En, a.Work, a.Live, a.Next, a.Params, a.System})
	}
	return listed(out, "", nil)
}

// FieldTypeRow is a row of the table of field types.
type FieldTypeRow struct {
	Name string `json:"name"`
	Zh   string `json:"zh"`
	En   string `json:"en"`
}

func (s *Server) listFieldTypes(context.Context, *none) (*of[List[FieldTypeRow]], error) {
	var out []FieldTypeRow
	for _, t := range content.FieldTypes {
		out = append(out, FieldTypeRow{t.Name, t.Zh, t.En})
	}
	return listed(out, "", nil)
}
