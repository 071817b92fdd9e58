// The description without a server: for generated clients, for linters.

package api

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"gongkai"
)

// Description (接口描述) is what /openapi.json answers, indented, made without any
// part of a server. Of conf, Only, Version and Secure count.
func Description(conf Config) ([]byte, error) {
	if !slices.Contains([]string{"", OnlyEditorial, OnlyContent}, conf.Only) {
		return nil, gongkai.E(gongkai.Invalid, "only", "只能指定 editorial 或 content", "only editorial or content can be described alone")
	}
	speakProblems()
	log := slog.New(slog.DiscardHandler)
	s := &Server{Deps: Deps{Now: time.Now, Log: log}, conf: conf, log: log, metrics: newMetrics(nil), app: fiber.New(fiber.Config{DisableStartupMessage: true})}
	s.base, s.stop = context.WithCancel(context.Background())
	defer s.stop()
	s.routes = &routes{api: describe(s.app, conf), app: s.app, doors: map[string]Access{}, admit: s.admit, fault: s.fault, texts: s.freeTexts, begin: s.begin}
	s.registerAll()
	return json.MarshalIndent(s.routes.api.OpenAPI(), "", "  ")
}
