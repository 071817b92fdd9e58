// The editorial API: the list of its parts and what they share.

package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"gongkai"
	"gongkai/audit"
)

// editorialPrefix begins the paths of the editorial API.
const editorialPrefix = "/api/v1"

// registerEditorial adds the restricted side.
func (s *Server) registerEditorial() {
	s.registerSession()
	s.registerFirst()
	s.registerItems()
	s.registerText()
	s.registerDifferences()
	s.registerComments()
	s.registerSheets()
	s.registerSteps()
	s.registerDesk()
	s.registerStuck()
	s.registerBatch()
	s.registerFiles()
	s.registerDeliveries()
	s.registerChannels()
	s.registerCallBacks()
	s.registerProbe()
	s.registerSubscribers()
	s.registerOutlets()
	s.registerHooks()
	s.registerReach()
	s.registerPlaces()
	s.registerMerge()
	s.registerTables()
	s.registerPipelines()
	s.registerUsers()
	s.registerGrants()
	s.registerDelegations()
	s.registerPending()
	s.registerKeys()
	s.registerPolicy()
	s.registerTrail()
	s.registerStock()
	s.registerAllowed()
	s.registerReports()
	s.registerForms()
	s.registerLexicon()
	s.registerCalendar()
	s.registerInbox()
	s.registerRobots()
}

// op describes an operation of the editorial API.
func op(method, path, id, tag, summary string) huma.Operation {
	o := huma.Operation{Method: method, Path: editorialPrefix + path, OperationID: id, Tags: []string{tag}, Summary: summary}
	if method == http.MethodPost {
		o.DefaultStatus = http.StatusOK
	}
	return o
}

// of is an answer with a body.
type of[T any] struct{ Body T }

func answer[T any](v T, err error) (*of[T], error) {
	if err != nil {
		return nil, err
	}
	return &of[T]{v}, nil
}

// List is one page of a list.
type List[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"Give it as after for the next page; absent at the end"`
}

// listed answers a page; an empty one is [], not null.
func listed[T any](docs []T, next string, err error) (*of[List[T]], error) {
	if docs == nil {
		docs = []T{}
	}
	return answer(List[T]{docs, next}, err)
}

// Paging are the query parameters of lists.
type Paging struct {
	After string `query:"after" maxLength:"1000" doc:"The next of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"Entries on a page"`
}

type none struct{}

// Done is the answer to what has nothing else to say.
type Done struct {
	OK bool `json:"ok"`
}

func done(err error) (*of[Done], error) { return answer(Done{true}, err) }

// allow asks for an act on a unit; "" is the whole installation.
func (s *Server) allow(ctx context.Context, act, unit string) error {
	return s.Engine.Can(ctx, actorOf(ctx), act, unit)
}

// record appends what somebody did to the trail.
func (s *Server) record(ctx context.Context, act, object, unit string, detail map[string]string) error {
	return s.recordAs(ctx, actorOf(ctx), act, object, unit, detail)
}

func (s *Server) recordAs(ctx context.Context, by gongkai.Actor, act, object, unit string, detail map[string]string) error {
	return s.Trail.Append(ctx, audit.Entry{Actor: by.ID, ActorName: by.Name, Act: act, Object: object, Unit: unit, Detail: detail})
}
