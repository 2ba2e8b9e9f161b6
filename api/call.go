package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/google/uuid"

	"kwote/clock"
	"kwote/domain/access"
	"kwote/domain/fault"
)

// call is one request on its way through the door.
type call struct {
	id      string
	actor   access.Actor
	request *http.Request
	failure error // behind an answer of 500 or above
}

type callKey struct{}

// callOf is the call that a context belongs to.
func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	if c == nil {
		c = &call{request: &http.Request{}}
	}
	return c
}

// answer gathers a whole answer before anything of it leaves, so that it can
// be kept for a repetition or replaced by a failure.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func newAnswer() *answer { return &answer{header: http.Header{}} }

// Header is the answer's header.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader sets the status; the first one counts.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

// Write adds to the body.
func (a *answer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(b)
}

func (a *answer) send(w http.ResponseWriter, r *http.Request) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	a.WriteHeader(http.StatusOK)
	w.WriteHeader(a.status)
	if r.Method != http.MethodHead && a.status != http.StatusNoContent && a.status != http.StatusNotModified {
		_, _ = w.Write(a.body.Bytes()) // the client has gone when this fails: nobody is left to tell
	}
}

// ServeHTTP answers one request.
func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	watch := clock.StartStopwatch()
	c := &call{id: requestID(r), request: r}
	r = r.WithContext(context.WithValue(r.Context(), callKey{}, c))
	a := newAnswer()
	d.serve(a, r, c)
	h := a.header
	h.Set("X-Request-Id", c.id)
	h.Set("X-Content-Type-Options", "nosniff")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "private, no-cache")
	}
	a.send(w, r)
	about := []any{"request", c.id, "method", r.Method, "path", r.URL.Path, "status", a.status, "actor", c.actor.ID, "took", watch.Elapsed()}
	if c.failure != nil {
		d.log.Error("request failed", append(about, "error", c.failure)...)
		return
	}
	d.log.Debug("request", about...)
}

// serve finds the route, the actor and the body, in this order: whoever shows
// no key learns nothing, not even which routes exist.
func (d *door) serve(a *answer, r *http.Request, c *call) {
	_, pattern := d.mux.Handler(r)
	if d.pages[pattern] {
		d.handle(a, r, c)
		return
	}
	var err error
	if c.actor, err = d.authenticate(r); err != nil {
		d.refuse(a, r, err)
		return
	}
	rt := d.routes[pattern]
	if rt == nil {
		d.noRoute(a, r)
		return
	}
	if err := c.actor.Check(rt.right()); err != nil {
		d.refuse(a, r, err)
		return
	}
	body, err := readBody(r)
	if err != nil {
		d.refuse(a, r, err)
		return
	}
	if err := plain(rt, r, body); err != nil {
		d.refuse(a, r, err)
		return
	}
	if rt.mutates && r.Header.Get("Idempotency-Key") != "" {
		d.once(a, r, c, rt, body)
		return
	}
	d.handle(a, r, c)
}

// handle lets the route answer. A panic becomes an answer of 500.
func (d *door) handle(a *answer, r *http.Request, c *call) {
	defer func() {
		if p := recover(); p != nil {
			d.log.Error("panic", "request", c.id, "panic", p, "stack", string(debug.Stack()))
			a.header, a.status = http.Header{}, 0
			a.body.Reset()
			d.refuse(a, r, errors.New("panic"))
		}
	}()
	d.mux.ServeHTTP(a, r)
}

// authenticate finds who sent the request: the holder of an API key, or
// whoever is signed in to the console.
func (d *door) authenticate(r *http.Request) (access.Actor, error) {
	if h := r.Header.Get("Authorization"); h != "" {
		scheme, secret, _ := strings.Cut(h, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return access.Actor{}, fault.New(fault.Unauthenticated, "authorization_unknown",
				"the Authorization header is not of the form \"Bearer kwote_...\"; send an API key in it")
		}
		return d.Accounts.ActorForKey(r.Context(), strings.TrimSpace(secret))
	}
	if d.ActorFromSession != nil {
		if actor, ok := d.ActorFromSession(r); ok {
			// A cookie is sent by browsers on behalf of any page; a key is not.
			if err := http.NewCrossOriginProtection().Check(r); err != nil {
				return access.Actor{}, fault.New(fault.Denied, "cross_origin", "a page of another site cannot use this session; send an API key instead")
			}
			return actor, nil
		}
	}
	return access.Actor{}, fault.New(fault.Unauthenticated, "not_signed_in",
		"send an API key in the header \"Authorization: Bearer kwote_...\"")
}

// noRoute answers 404, or 405 where the path knows other methods.
func (d *door) noRoute(a *answer, r *http.Request) {
	probe := newAnswer()
	h, _ := d.mux.Handler(r)
	h.ServeHTTP(probe, r)
	if probe.status == http.StatusMethodNotAllowed {
		allow := probe.header.Get("Allow")
		p := &Problem{Status: probe.status, Code: "method_not_allowed", Detail: r.Method + " is not possible here; use " + allow}
		p.headers = http.Header{"Allow": {allow}}
		d.refuse(a, r, p)
		return
	}
	d.refuse(a, r, fault.New(fault.NotFound, "route_not_found", "there is nothing at "+r.URL.Path+"; see "+Root+"/docs for what there is"))
}

// readBody reads the body whole and puts it back.
func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, bodyLimit+1))
	if err != nil {
		return nil, &Problem{Status: http.StatusBadRequest, Code: "body_cut_off", Detail: "the request body could not be read to its end; send it again"}
	}
	if len(body) > bodyLimit {
		return nil, &Problem{Status: http.StatusRequestEntityTooLarge, Code: "body_too_large",
			Detail: "the request body is larger than 8 MB; send it in several requests"}
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body, nil
}

// requestID is the caller's own name of the request where it is harmless, else
// a new one.
func requestID(r *http.Request) string {
	id := r.Header.Get("X-Request-Id")
	harmless := id != "" && len(id) <= 128
	for _, b := range []byte(id) {
		harmless = harmless && (b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || strings.IndexByte("-_.:/", b) >= 0)
	}
	if !harmless {
		return uuid.Must(uuid.NewV7()).String()
	}
	return id
}
