package event

import (
	"testing"

	"kwote/domain/access"
	"kwote/domain/fault"
)

func TestNewNeedsAnActor(t *testing.T) {
	subject := Subject{Kind: "tariff", ID: "t1"}
	e, err := New("e1", 5, TariffPublished, subject, access.Kwote, []byte(`{}`))
	if err != nil || e.ID != "e1" || e.At != 5 || e.Type != TariffPublished || e.Subject != subject || e.Actor.ID != "kwote" || string(e.Data) != "{}" {
		t.Errorf("%+v, %v", e, err)
	}
	for name, make := range map[string]func() (Event, error){
		"id":           func() (Event, error) { return New("", 5, TariffPublished, subject, access.Kwote, nil) },
		"type":         func() (Event, error) { return New("e1", 5, "", subject, access.Kwote, nil) },
		"subject kind": func() (Event, error) { return New("e1", 5, TariffPublished, Subject{ID: "t1"}, access.Kwote, nil) },
		"subject id": func() (Event, error) {
			return New("e1", 5, TariffPublished, Subject{Kind: "tariff"}, access.Kwote, nil)
		},
		"actor": func() (Event, error) { return New("e1", 5, TariffPublished, subject, access.Actor{}, nil) },
	} {
		if _, err := make(); !fault.Is(err, fault.Invalid) {
			t.Errorf("without %s: %v", name, err)
		}
	}
}
