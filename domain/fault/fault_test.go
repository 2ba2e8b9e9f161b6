package fault

import (
	"errors"
	"fmt"
	"testing"
)

func TestFaultReadsAsASentence(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{New(NotFound, "tariff_not_found", "there is no tariff rapid"), "there is no tariff rapid"},
		{At(Invalid, "end_before_start", "end", "the session ends before it starts"), "end: the session ends before it starts"},
		{&Fault{Kind: Invalid, Code: "tariff_invalid", Message: "the tariff cannot be used:", Issues: []Issue{
			{Code: "required", Field: "currency", Message: "the currency is missing"}, {Code: "odd", Message: "it is odd"}}},
			"the tariff cannot be used:\n  currency: the currency is missing\n  it is odd"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("reads %q, want %q", got, c.want)
		}
	}
}

func TestFaultIsFoundInAChain(t *testing.T) {
	cause := errors.New("disk full")
	plain := New(Unavailable, "store_full", "the disk is full; make room")
	f := plain.Because(cause)
	wrapped := fmt.Errorf("importing: %w", f)
	if As(wrapped) != f || !Is(wrapped, Unavailable) || Is(wrapped, Invalid) || !errors.Is(wrapped, cause) {
		t.Errorf("the fault or its cause is lost in %v", wrapped)
	}
	if plain.Cause != nil {
		t.Error("Because changed the fault it was called on")
	}
	if As(cause) != nil || Is(nil, Invalid) {
		t.Error("a fault is found where there is none")
	}
}
