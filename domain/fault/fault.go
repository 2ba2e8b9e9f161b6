// Package fault owns the one error type that crosses layers: what went wrong,
// where in the input, and what would be right. It does not know HTTP statuses
// or exit codes; each door maps the kinds once.
//
// Invariant: a fault's code is stable, its sentence is for people
// (TestFaultReadsAsASentence).
package fault

import (
	"errors"
	"strings"
)

// Kind is what a caller can do about the fault.
type Kind uint8

const (
	// Invalid input: change the request.
	Invalid Kind = iota + 1
	// NotFound: the thing named does not exist.
	NotFound
	// Conflict: the request contradicts what is stored.
	Conflict
	// Denied: the actor may not do this.
	Denied
	// Unauthenticated: nobody is signed in.
	Unauthenticated
	// Stale: the thing has changed since it was read (If-Match).
	Stale
	// Unavailable: the cause is outside the request; try again later.
	Unavailable
)

// Fault is an error with a stable code. Issues lists every finding where there
// are several; Code and Message are then those of the whole.
type Fault struct {
	Kind    Kind
	Code    string // stable, snake_case: "tariff_unknown_field"
	Field   string // path into the input, "energy.rules[0].price"; may be empty
	Message string // one sentence that names the value and the remedy
	Issues  []Issue
	Cause   error // for logs; may be nil
}

// Issue is one finding about one field.
type Issue struct {
	Code    string
	Field   string
	Message string
}

// New makes a fault without a field.
func New(kind Kind, code, message string) *Fault {
	return &Fault{Kind: kind, Code: code, Message: message}
}

// At makes a fault about one field.
func At(kind Kind, code, field, message string) *Fault {
	return &Fault{Kind: kind, Code: code, Field: field, Message: message}
}

// Because is the fault with the error that lies behind it.
func (f *Fault) Because(err error) *Fault {
	g := *f
	g.Cause = err
	return &g
}

// Error is the sentence, with the field before it and the issues after it.
func (f *Fault) Error() string {
	var b strings.Builder
	if f.Field != "" {
		b.WriteString(f.Field + ": ")
	}
	b.WriteString(f.Message)
	for _, i := range f.Issues {
		b.WriteString("\n  ")
		if i.Field != "" {
			b.WriteString(i.Field + ": ")
		}
		b.WriteString(i.Message)
	}
	return b.String()
}

// Unwrap is the cause.
func (f *Fault) Unwrap() error { return f.Cause }

// As finds the fault in an error, or nil.
func As(err error) *Fault {
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return nil
}

// Is reports whether the error is a fault of the kind.
func Is(err error, kind Kind) bool {
	f := As(err)
	return f != nil && f.Kind == kind
}
