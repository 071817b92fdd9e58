// Proof sheets (清样): what people sign, and what differs between two.

package api

import (
	"context"
	"net/http"

	"gongkai/content"
	"gongkai/policy"
	"gongkai/workflow"
)

func (s *Server) registerSheets() {
	register(s.routes, op(http.MethodGet, "/items/{id}/sheets", "list-sheets", "sheets", "清样列表 Sheets, the newest first"), onUnit(policy.ItemRead), s.listSheets)
	register(s.routes, op(http.MethodGet, "/items/{id}/sheets/{sheet}", "get-sheet", "sheets", "清样 A sheet: the public form"), onUnit(policy.ItemRead), s.getSheet)
	register(s.routes, op(http.MethodGet, "/items/{id}/sheets/{sheet}/diff", "diff-sheets", "sheets", "清样比对 What differs from another sheet"), onUnit(policy.ItemRead), s.diffSheets)
}

// BySheet is the path to a sheet.
type BySheet struct {
	ByItem
	Sheet string `path:"sheet" maxLength:"64" doc:"Id of the sheet, work.sheet of its item; signatures name its digest"`
}

// SheetHead is a sheet without its text.
type SheetHead struct {
	ID       string `json:"id"`
	Revision string `json:"revision"`
	Rules    string `json:"rules" doc:"Version of the rules it was checked by"`
	Digest   string `json:"digest" doc:"SHA-256 of the canonical form (RFC 8785) of public: what signatures name"`
	Built    int64  `json:"built"`
	Masked   int    `json:"masked" doc:"Findings masked or removed"`
	Kept     int    `json:"kept" doc:"Findings kept by a named person"`
}

func sheetHead(s content.Sheet) SheetHead {
	return SheetHead{s.ID, s.Revision, s.Rules, s.Digest, s.Built, s.Masked, s.Kept}
}

// SheetView is a sheet as signers see it. Which original a file was made of
// stays on the restricted side.
type SheetView struct {
	SheetHead
	Public content.Public `json:"public"`
}

func (s *Server) listSheets(ctx context.Context, in *itemPage) (*of[List[SheetHead]], error) {
	page, err := s.Engine.Sheets(ctx, actorOf(ctx), in.ID, in.After, in.Limit)
	var out []SheetHead
	for _, sheet := range page.Docs {
		out = append(out, sheetHead(sheet))
	}
	return listed(out, page.Next, err)
}

func (s *Server) getSheet(ctx context.Context, in *BySheet) (*of[SheetView], error) {
	sheet, err := s.Engine.Sheet(ctx, actorOf(ctx), in.ID, in.Sheet)
	if err != nil {
		return nil, err
	}
	pub, err := sheet.Public()
	return answer(SheetView{sheetHead(sheet), pub}, err)
}

type diffIn struct {
	BySheet
	From string `query:"from" required:"true" maxLength:"64" doc:"Id of the sheet to compare with"`
}

func (s *Server) diffSheets(ctx context.Context, in *diffIn) (*of[List[workflow.Difference]], error) {
	ds, err := s.Engine.Compare(ctx, actorOf(ctx), in.ID, in.From, in.Sheet)
	return listed(ds, "", err)
}
