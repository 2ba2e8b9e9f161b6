package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"

	"kwote/domain/calendar"
	"kwote/domain/fault"
	"kwote/domain/query"
)

const (
	// keepReplies is how long an answer is repeated, in seconds.
	keepReplies = 24 * 3600
	// replyLease is how long a request that was cut off blocks its key, in
	// seconds: longer than any request may take.
	replyLease = 5 * 60
	longestKey = 255
)

// repeatedHeaders are those of an answer that a repetition bears too.
var repeatedHeaders = []string{"Etag", "Location", "Link", "Vary", "Content-Language"}

// once answers a mutation that bears an Idempotency-Key: the first time by
// doing it, afterwards by repeating what was answered then.
func (d *door) once(a *answer, r *http.Request, c *call, rt *route, body []byte) {
	key := r.Header.Get("Idempotency-Key")
	if !plainKey(key) {
		d.refuse(a, r, fault.At(fault.Invalid, "idempotency_key_malformed", "Idempotency-Key",
			fmt.Sprintf("an idempotency key has 1 to %d visible ASCII characters, such as a UUID", longestKey)))
		return
	}
	now := calendar.Of(d.Clock.Now())
	mine := query.Reply{Actor: string(c.actor.Kind) + ":" + c.actor.ID, Key: key, RequestHash: requestHash(r, body),
		CreatedAt: now, ExpiresAt: now + replyLease}
	var had *query.Reply
	err := d.Replies.Update(r.Context(), func(tx Tx) (err error) {
		had, err = tx.ReserveReply(r.Context(), mine)
		return err
	})
	switch {
	case err != nil:
		d.refuse(a, r, err)
	case had == nil:
		d.handle(a, r, c)
		// The change is made whether the client waits or not, so its answer is kept either way.
		d.keep(context.WithoutCancel(r.Context()), a, r, c, rt, mine)
	case had.RequestHash != mine.RequestHash:
		d.refuse(a, r, fault.At(fault.Invalid, "idempotency_key_reused", "Idempotency-Key",
			fmt.Sprintf("the key %q was used for another request; use a new key for each request", key)))
	case had.Status == 0:
		d.refuse(a, r, &Problem{Status: http.StatusConflict, Code: "idempotency_key_in_use", headers: retryAfter(1),
			Detail: fmt.Sprintf("the first request with the key %q is still being answered; try again in a moment", key)})
	default:
		d.repeat(a, r, rt, *had)
	}
}

// keep stores the answer for repetitions, or gives the key back where nothing
// was decided.
func (d *door) keep(ctx context.Context, a *answer, r *http.Request, c *call, rt *route, mine query.Reply) {
	err := d.Replies.Update(ctx, func(tx Tx) error {
		if a.status >= http.StatusInternalServerError {
			return tx.ReleaseReply(ctx, mine.Actor, mine.Key)
		}
		headers := map[string][]string{}
		for _, name := range repeatedHeaders {
			if v := a.header[name]; len(v) > 0 {
				headers[name] = v
			}
		}
		raw, err := json.Marshal(headers)
		if err != nil {
			return err
		}
		mine.Status, mine.ContentType, mine.Headers, mine.Body = a.status, a.header.Get("Content-Type"), string(raw), a.body.Bytes()
		if rt.secret {
			if mine.Body, err = seal(r, mine, mine.Body); err != nil {
				return err
			}
		}
		mine.ExpiresAt = mine.CreatedAt + keepReplies
		return tx.CompleteReply(ctx, mine)
	})
	if err != nil {
		d.log.Error("the answer of an idempotency key was not kept", "request", c.id, "error", err)
	}
}

func (d *door) repeat(a *answer, r *http.Request, rt *route, had query.Reply) {
	body := had.Body
	if rt.secret {
		var err error
		if body, err = unseal(r, had, body); err != nil {
			d.refuse(a, r, &Problem{Status: http.StatusConflict, Code: "reply_sealed",
				Detail: "the answer holds a secret and is repeated only to the credential that asked first; use that one, or a new idempotency key"})
			return
		}
	}
	var headers map[string][]string
	if err := json.Unmarshal([]byte(had.Headers), &headers); err != nil {
		d.refuse(a, r, err)
		return
	}
	for name, values := range headers {
		a.header[name] = values
	}
	if had.ContentType != "" {
		a.header.Set("Content-Type", had.ContentType)
	}
	a.header.Set("Idempotent-Replayed", "true")
	a.WriteHeader(had.Status)
	_, _ = a.Write(body) // a buffer takes everything
}

func plainKey(key string) bool {
	for i := range len(key) {
		if key[i] < '!' || key[i] > '~' {
			return false
		}
	}
	return key != "" && len(key) <= longestKey
}

// requestHash tells a repetition from another request: everything that decides
// what is done.
func requestHash(r *http.Request, body []byte) string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%s\n%s\n%s\n%s\n", r.Method, r.URL.RequestURI(), r.Header.Get("If-Match"), r.Header.Get("Content-Type"))
	sum.Write(body)
	return hex.EncodeToString(sum.Sum(nil))
}
