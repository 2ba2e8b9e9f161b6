package api

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kwote/domain/access"
	"kwote/domain/fault"
	"kwote/domain/query"
	"kwote/domain/text"
)

// Paging asks for one page of a list.
type Paging struct {
	After string `query:"after" maxLength:"4000" doc:"The cursor that came as next with the page before; leave it out for the first page"`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"50" doc:"How many items at most"`
}

func (p Paging) page() query.Page { return query.Page{After: p.After, Limit: p.Limit} }

// Page is one page of a list.
type Page[T any] struct {
	Items []T    `json:"items" doc:"In a fixed order; what is added meanwhile neither repeats nor hides an item"`
	Next  string `json:"next,omitempty" doc:"Send it as after to get the next page; absent on the last page"`
}

type pageOut[T any] struct {
	Link string `header:"Link" doc:"The address of the next page, rel=next; absent on the last page"`
	Body Page[T]
}

// list registers a GET of pages.
func list[I, D, W any](d *door, r route, ask func(ctx context.Context, by access.Actor, in *I) ([]D, string, error), show func(D) W) {
	r.method = http.MethodGet
	if item, ok := r.answer.(W); ok {
		r.answer = Page[W]{Items: []W{item}}
	}
	register(d, r, func(ctx context.Context, by access.Actor, in *I) (*pageOut[W], error) {
		all, next, err := ask(ctx, by, in)
		if err != nil {
			return nil, err
		}
		out := &pageOut[W]{Body: Page[W]{Items: make([]W, len(all)), Next: next}}
		for i, v := range all {
			out.Body.Items[i] = show(v)
		}
		if next != "" {
			out.Link = nextLink(callOf(ctx).request.URL, next)
		}
		return out, nil
	})
}

func nextLink(u *url.URL, next string) string {
	q := u.Query()
	q.Set("after", next)
	return "<" + u.Path + "?" + q.Encode() + `>; rel="next"`
}

// pageOf cuts a page out of a list that is always read whole.
func pageOf[T any](all []T, p query.Page, id func(T) string) ([]T, string, error) {
	_, last, err := p.Place()
	if err != nil {
		return nil, "", err
	}
	if last != "" {
		i := slices.IndexFunc(all, func(v T) bool { return id(v) == last })
		if i < 0 {
			return nil, "", query.BadCursor(p.After)
		}
		all = all[i+1:]
	}
	if len(all) <= p.Size() {
		return all, "", nil
	}
	all = all[:p.Size()]
	return all, query.Cursor("", id(all[len(all)-1])), nil
}

// Head is what every object begins with.
type Head struct {
	ID      string `json:"id" example:"019a3c2e-7c1f-7b1e-9f0a-3f2f6d1b7c10" doc:"Given by Kwote; never changes"`
	Version int64  `json:"version" example:"3" doc:"Rises with every change; the ETag is the same in quotes"`
}

func (h Head) etag() string { return strconv.FormatInt(h.Version, 10) }
func (h Head) id() string   { return h.ID }

var exampleHead = Head{exampleID, 3}

// External is the name that an object has in other software.
type External struct {
	ExternalID string `json:"externalId,omitempty" maxLength:"200" doc:"The object's name in your own software, unique among its kind, without control characters and without spaces around it; references accept it in place of the id"`
}

func (e External) external() string { return e.ExternalID }

// Unless is the condition of a GET.
type Unless struct {
	IfNoneMatch string `header:"If-None-Match" doc:"An ETag that you have: answers 304 without a body when it is still current"`
}

func (u Unless) unless() string { return u.IfNoneMatch }

// Once is the header of every mutation.
type Once struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"255" doc:"A name of your choice for this one request, such as a UUID. Sent again within 24 hours, the same request is answered as it was the first time and changes nothing"`
}

type oneOut[W any] struct {
	Status   int
	ETag     string `header:"ETag" doc:"The version in quotes; send it as If-Match to change exactly this version"`
	Location string `header:"Location" hidden:"true"`
	Vary     string `header:"Vary" hidden:"true"`
	Body     W
}

func newOne[W any](status int, tag string, body W) *oneOut[W] {
	return &oneOut[W]{Status: status, ETag: `"` + tag + `"`, Body: body}
}

// one registers a GET of a single object.
func one[I interface{ unless() string }, W interface{ etag() string }](d *door, r route, ask func(ctx context.Context, by access.Actor, in *I) (W, error)) {
	r.method, r.cached = http.MethodGet, true
	register(d, r, func(ctx context.Context, by access.Actor, in *I) (*oneOut[W], error) {
		w, err := ask(ctx, by, in)
		if err != nil {
			return nil, err
		}
		out := newOne(http.StatusOK, w.etag(), w)
		if _, ok := any(w).(inLanguage); ok {
			out.Vary = "Accept-Language"
		}
		if matchesAny((*in).unless(), out.ETag) {
			out.Status = http.StatusNotModified
		}
		return out, nil
	})
}

// inLanguage marks answers with sentences in the language asked for.
type inLanguage interface{ inLanguage() }

// matchesAny is the weak comparison of If-None-Match.
func matchesAny(header, tag string) bool {
	for t := range strings.SplitSeq(header, ",") {
		t = strings.TrimSpace(t)
		if t == "*" || t != "" && strings.TrimPrefix(t, "W/") == tag {
			return true
		}
	}
	return false
}

// anyVersion stands for an If-Match of *, or one that may be left out and is.
const anyVersion = 0

// neverVersion is one that nothing has.
const neverVersion = -1

// ifMatch reads the version that a change is meant for.
func ifMatch(header string, required bool) (int64, error) {
	switch {
	case header == "*":
		return anyVersion, nil
	case header == "" && required:
		return 0, &Problem{Status: http.StatusPreconditionRequired, Code: "if_match_required",
			Detail: `send the ETag that you read in the header If-Match, as in If-Match: "3", so that nobody's change is overwritten unseen; If-Match: * changes whatever is there`}
	case header == "":
		return anyVersion, nil
	case strings.Contains(header, ","):
		return 0, fault.At(fault.Invalid, "if_match_malformed", "If-Match", "If-Match names several versions; send the one ETag that you read")
	}
	body, quoted := strings.CutPrefix(header, `"`)
	body, closed := strings.CutSuffix(body, `"`)
	n, err := strconv.ParseInt(body, 10, 64)
	if !quoted || !closed || err != nil || n <= 0 {
		return neverVersion, nil // an ETag of something else: it cannot match
	}
	return n, nil
}

// resource is a kind of object that is created, read and replaced in one way.
// B is its body as it is sent, W as it is shown, D as the desk has it.
type resource[B interface{ external() string }, W interface {
	etag() string
	id() string
}, D any] struct {
	noun  string // as in operation ids: "Location"
	one   string // for people, "location"
	a     string // its article, where that is not "a"
	path  string
	tag   string
	about string        // what may be said of the body
	needs access.Action // to change it
	body  B             // examples
	shown W

	get, byExternalID func(ctx context.Context, by access.Actor, id string) (D, error)
	save              func(ctx context.Context, by access.Actor, v D) (D, error)
	// read makes the desk's value of a body, references resolved.
	read func(ctx context.Context, by access.Actor, b B) (D, error)
	show func(D) W
	// at makes a value bear an id, a version and an external id.
	at func(v D, id string, version int64, externalID string) D
}

type byIDIn struct {
	ID string `path:"id" doc:"The object's id"`
	Unless
}

type byExternalIDIn struct {
	ExternalID string `path:"externalId" doc:"The object's name in your own software"`
	Unless
}

type createIn[B any] struct {
	Once
	Body B
}

type replaceIn[B any] struct {
	ID      string `path:"id" doc:"The object's id"`
	IfMatch string `header:"If-Match" doc:"The ETag that you read; * changes whatever is there. Needed: without it the answer is 428"`
	Once
	Body B
}

type upsertIn[B any] struct {
	ExternalID string `path:"externalId" maxLength:"200" doc:"The object's name in your own software"`
	IfMatch    string `header:"If-Match" doc:"The ETag that you read; leave it out to change whatever is there"`
	Once
	Body B
}

func (s resource[B, W, D]) article() string {
	if s.a != "" {
		return s.a + " " + s.one
	}
	return "a " + s.one
}

func (s resource[B, W, D]) register(d *door) {
	s.readers(d)
	s.create(d)
	s.replace(d)
	s.upsert(d)
}

func (s resource[B, W, D]) readers(d *door) {
	one(d, route{id: "get" + s.noun, path: s.path + "/{id}", tag: s.tag, summary: "Get " + s.article(), answer: s.shown},
		func(ctx context.Context, by access.Actor, in *byIDIn) (w W, err error) {
			v, err := s.get(ctx, by, in.ID)
			return s.show(v), err
		})
	one(d, route{id: "get" + s.noun + "ByExternalId", path: s.path + "/by-external-id/{externalId}", tag: s.tag,
		summary: "Get " + s.article() + " by its external id", answer: s.shown},
		func(ctx context.Context, by access.Actor, in *byExternalIDIn) (w W, err error) {
			v, err := s.byExternalID(ctx, by, in.ExternalID)
			return s.show(v), err
		})
}

func (s resource[B, W, D]) create(d *door) {
	r := route{id: "create" + s.noun, method: http.MethodPost, path: s.path, tag: s.tag, summary: "Create " + s.article(),
		about: s.about, status: http.StatusCreated, body: s.body, answer: s.shown, needs: s.needs, mutates: true}
	register(d, r, func(ctx context.Context, by access.Actor, in *createIn[B]) (*oneOut[W], error) {
		if err := text.First(text.ExternalID("externalId", in.Body.external())); err != nil {
			return nil, err
		}
		v, err := s.read(ctx, by, in.Body)
		if err != nil {
			return nil, err
		}
		if id := in.Body.external(); id != "" {
			_, err := s.byExternalID(ctx, by, id)
			if err == nil {
				return nil, fault.At(fault.Conflict, "already_exists", "externalId",
					fmt.Sprintf("there is %s with the external id %q already; PUT %s/by-external-id/... replaces it", s.article(), id, s.path))
			}
			if !fault.Is(err, fault.NotFound) {
				return nil, err
			}
		}
		saved, err := s.save(ctx, by, s.at(v, "", 0, in.Body.external()))
		if err != nil {
			return nil, err
		}
		return s.saved(http.StatusCreated, saved), nil
	})
}

func (s resource[B, W, D]) replace(d *door) {
	r := route{id: "replace" + s.noun, method: http.MethodPut, path: s.path + "/{id}", tag: s.tag, summary: "Replace " + s.article(),
		about: "What the body leaves out is emptied. " + s.about, body: s.body, answer: s.shown, needs: s.needs, mutates: true, versioned: true}
	register(d, r, func(ctx context.Context, by access.Actor, in *replaceIn[B]) (*oneOut[W], error) {
		version, err := ifMatch(in.IfMatch, true)
		if err != nil {
			return nil, err
		}
		if err := text.First(text.ExternalID("externalId", in.Body.external())); err != nil {
			return nil, err
		}
		if _, err := s.get(ctx, by, in.ID); err != nil {
			return nil, err
		}
		v, err := s.read(ctx, by, in.Body)
		if err != nil {
			return nil, err
		}
		saved, err := s.save(ctx, by, s.at(v, in.ID, version, in.Body.external()))
		if err != nil {
			return nil, err
		}
		return s.saved(http.StatusOK, saved), nil
	})
}

func (s resource[B, W, D]) upsert(d *door) {
	r := route{id: "upsert" + s.noun, method: http.MethodPut, path: s.path + "/by-external-id/{externalId}", tag: s.tag,
		summary: "Create or replace " + s.article() + " by its external id",
		about:   "Answers 201 when it was created and 200 when it was there; the same body again changes nothing. " + s.about,
		body:    s.body, answer: s.shown, also: http.StatusCreated, needs: s.needs, mutates: true, matched: true}
	register(d, r, func(ctx context.Context, by access.Actor, in *upsertIn[B]) (*oneOut[W], error) {
		version, err := ifMatch(in.IfMatch, false)
		if err != nil {
			return nil, err
		}
		if err := text.First(text.ExternalID("externalId", in.ExternalID)); err != nil {
			return nil, err
		}
		if err := sameExternalID(in.ExternalID, in.Body.external()); err != nil {
			return nil, err
		}
		status, id := http.StatusOK, ""
		had, err := s.byExternalID(ctx, by, in.ExternalID)
		switch {
		case err == nil:
			id = s.show(had).id()
		case !fault.Is(err, fault.NotFound):
			return nil, err
		case in.IfMatch != "":
			return nil, fault.New(fault.Stale, "stale", fmt.Sprintf("there is no %s with the external id %q, so it has no version; leave If-Match out to create it", s.one, in.ExternalID))
		default:
			status = http.StatusCreated
		}
		v, err := s.read(ctx, by, in.Body)
		if err != nil {
			return nil, err
		}
		saved, err := s.save(ctx, by, s.at(v, id, version, in.ExternalID))
		if err != nil {
			return nil, err
		}
		return s.saved(status, saved), nil
	})
}

func (s resource[B, W, D]) saved(status int, v D) *oneOut[W] {
	w := s.show(v)
	out := newOne(status, w.etag(), w)
	if status == http.StatusCreated {
		out.Location = s.path + "/" + url.PathEscape(w.id())
	}
	return out
}

func sameExternalID(address, body string) error {
	if body == "" || body == address {
		return nil
	}
	return fault.At(fault.Invalid, "external_id_differs", "externalId",
		fmt.Sprintf("the body says %q and the address %q; send the same, or leave it out of the body", body, address))
}

// refer finds the id of something that a body or a filter names by id or
// external id; nothing stays nothing.
func refer[T any](ctx context.Context, by access.Actor, field, thing, ref string,
	byID, byExternalID func(context.Context, access.Actor, string) (T, error), id func(T) string) (string, error) {
	if ref == "" {
		return "", nil
	}
	v, err := byID(ctx, by, ref)
	if fault.Is(err, fault.NotFound) {
		v, err = byExternalID(ctx, by, ref)
	}
	if fault.Is(err, fault.NotFound) {
		return "", fault.At(fault.Invalid, "reference_unknown", field,
			fmt.Sprintf("there is no %s with the id or external id %q; create it first or name one that exists", thing, ref))
	}
	return id(v), err
}
