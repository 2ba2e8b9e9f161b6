package charging_test

import (
	"fmt"
	"strings"
	"testing"

	"kwote/app/charging"
	"kwote/domain/assign"
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/place"
)

// precedence are groups, of a place of their own, and what is found there by
// one rule: "*" before a name in attach is the case's.
var precedence = []struct {
	name   string
	rule   assign.Precedence
	groups string
	who    string // user; empty: ad hoc
	tariff string
	reason string
	totals string // of the finalists in order, where prices were compared
}{
	{"order-entries", assign.ByOrder, `[{group: *g, attach: [{network: *net}], tariffs: [{tariff: dear, for: everyone}, {tariff: cheap, for: everyone}, {tariff: middle, for: {groups: [staff]}}]}]`,
		"dee", "cheap", charging.WonLastInOrder, ""},
	{"order-places", assign.ByOrder, `[{group: *1, attach: [{evse: *evse}], position: -5, tariffs: [{tariff: dear, for: everyone}]},
		{group: *2, attach: [{network: *net}, {location: *loc}], position: 9, tariffs: [{tariff: cheap, for: {groups: [staff]}}]}]`,
		"ada", "dear", charging.WonLastInOrder, ""},
	{"order-positions", assign.ByOrder, `[{group: *1, attach: [{location: *loc}], position: 2, tariffs: [{tariff: dear, for: everyone}]},
		{group: *2, attach: [{location: *loc}], position: 1, tariffs: [{tariff: cheap, for: everyone}]}]`,
		"", "dear", charging.WonLastInOrder, ""},
	{"order-tie", assign.ByOrder, `[{group: *1, attach: [{location: *loc}], tariffs: [{tariff: dear, for: everyone}]},
		{group: *2, attach: [{location: *loc}], tariffs: [{tariff: cheap, for: everyone}]}]`,
		"", "cheap", charging.WonLowestTotal + " conflict", "5.00 1.00"},
	{"order-same-tariff", assign.ByOrder, `[{group: *1, attach: [{location: *loc}], tariffs: [{tariff: dear, for: everyone}]},
		{group: *2, attach: [{location: *loc}], tariffs: [{tariff: dear, for: everyone}]}]`,
		"", "dear", charging.WonLastInOrder, ""},
	{"specific-place", assign.MostSpecific, `[{group: *1, attach: [{network: *net}], tariffs: [{tariff: cheap, for: {groups: [staff]}}]},
		{group: *2, attach: [{location: *loc}], tariffs: [{tariff: dear, for: everyone}]}]`,
		"ada", "dear", charging.WonMostSpecific, ""},
	{"specific-person", assign.MostSpecific, `[{group: *1, attach: [{location: *loc}], tariffs: [{tariff: cheap, for: {groups: [staff]}}, {tariff: dear, for: everyone}]}]`,
		"ada", "cheap", charging.WonMostSpecific, ""},
	{"specific-tie", assign.MostSpecific, `[{group: *1, attach: [{location: *loc}], tariffs: [{tariff: middle, for: {groups: [staff]}}, {tariff: dear, for: {partnerUsers: [mall]}}, {tariff: cheap, for: everyone}]}]`,
		"eve", "middle", charging.WonLowestTotal + " conflict", "3.00 5.00"},
	{"cheapest", assign.Cheapest, `[{group: *1, attach: [{evse: *evse}], tariffs: [{tariff: dear, for: everyone}, {tariff: cheap, for: {groups: [fleet]}}]},
		{group: *2, attach: [{network: *net}], tariffs: [{tariff: middle, for: everyone}]}]`,
		"ada", "middle", charging.WonLowestTotal, "3.00 5.00"},
	{"cheapest-taxed", assign.Cheapest, `[{group: *1, attach: [{network: *net}], tariffs: [{tariff: net, for: everyone}, {tariff: middle, for: everyone}]}]`,
		"", "middle", charging.WonLowestTotal, "3.36 3.00"},
	{"cheapest-level", assign.Cheapest, `[{group: *1, attach: [{network: *net}], tariffs: [{tariff: middle, for: everyone}]}, {group: *2, attach: [{location: *loc}], tariffs: [{tariff: middle, for: everyone}]}]`,
		"", "middle", charging.WonLowestTotal, ""},
	{"cheapest-mixed", assign.Cheapest, `[{group: *1, attach: [{network: *net}], tariffs: [{tariff: middle, for: everyone}, {tariff: crown, for: everyone}]}]`,
		"", "", charging.MixedCurrencies, "3.00"},
	{"only-match", assign.Cheapest, `[{group: *1, attach: [{network: *net}], tariffs: [{tariff: dear, for: {adHoc: true}}, {tariff: cheap, for: {roaming: true}}]}]`,
		"", "dear", charging.WonOnlyMatch, ""},
	{"no-match", assign.ByOrder, `[{group: *1, attach: [{network: *net}], tariffs: [{tariff: cheap, for: {groups: [staff]}}]}]`,
		"dee", "", charging.NoTariff, ""},
}

func TestPrecedence(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.prices(tariffs)
		for _, c := range precedence {
			w.site(c.name, c.rule)
			w.prices("groups: " + strings.ReplaceAll(c.groups, "*", c.name+"-"))
			a := w.resolve(charging.Question{EVSE: c.name + "-evse", User: c.who, At: w.now()})
			r := a.Resolution
			reason := r.Reason
			if r.Conflict {
				reason += " conflict"
			}
			if r.Tariff != c.tariff || reason != c.reason || r.Rule != c.rule || (a.Version != nil) != (c.tariff != "") {
				t.Errorf("%s: found %q by %s (%s), want %q (%s)", c.name, r.Tariff, r.Rule, reason, c.tariff, c.reason)
			}
			var totals []string
			won := 0
			for _, candidate := range r.Candidates {
				if candidate.Total != "" {
					totals = append(totals, candidate.Total)
				}
				if candidate.Won {
					won++
					if candidate.Tariff != c.tariff {
						t.Errorf("%s: %q is marked as the winner", c.name, candidate.Tariff)
					}
				}
			}
			if got := strings.Join(totals, " "); got != c.totals {
				t.Errorf("%s: compared totals %q, want %q", c.name, got, c.totals)
			}
			if (won == 1) != (c.tariff != "") {
				t.Errorf("%s: %d candidates won", c.name, won)
			}
			if (len(totals) > 0) != (r.Reference != nil) || r.Reference != nil && *r.Reference != (charging.Reference{EnergyKWh: "10.000", Seconds: 3600}) {
				t.Errorf("%s: %d totals compared, but the reference session is %+v", c.name, len(totals), r.Reference)
			}
		}
	})
}

// TestCheapestDependsOnTheSession quotes a tariff with a fee against one
// without.
func TestCheapestDependsOnTheSession(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.prices(tariffs)
		w.site("x", assign.Cheapest)
		w.prices(`groups: [{group: g, attach: [{network: x-net}], tariffs: [{tariff: middle, for: everyone}, {tariff: fee, for: everyone}]}]`)
		for kwh, want := range map[energy.Quantity]string{2: "middle 0.60", 8: "middle 2.40", 20: "fee 3.00"} {
			q, err := w.desk.Quote(t.Context(), reader, charging.Question{EVSE: "x-evse"}, charging.Usage{Energy: kwh * energy.KWh, Seconds: 7200})
			if err != nil {
				t.Fatal(err)
			}
			if got := q.Version.Document.Name + " " + q.Receipt.Total.String(); got != want || q.Receipt.Tariff.VersionID != q.Version.ID || q.At != w.now() {
				t.Errorf("%d kWh: %s, want %s", kwh, got, want)
			}
			if q.Resolution.Reference != nil {
				t.Error("a quote is for its own session, not for the reference session")
			}
			d := w.record(charging.Report{EVSE: "x-evse", Facts: even(w.now(), 7200, kwh*energy.KWh)})
			if got := d.Row.Tariff + " " + d.Row.Total.String(); got != want {
				t.Errorf("%d kWh recorded: %s, want %s", kwh, got, want)
			}
		}
	})
}

func TestAudiences(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.prices(tariffs)
		w.site("own", assign.ByOrder)
		w.site("open", assign.ByOrder, func(_ *place.Network, l *place.Location, e *place.EVSE) { l.PartnerID, e.Access = "", assign.Private })
		everybody := []string{"", "ada", "ben", "eve", "roy", "dee"}
		for i, c := range []struct{ audience, own, open string }{
			{`everyone`, ",ada,ben,eve,roy,dee", ",ada,ben,eve,roy,dee"},
			{`{adHoc: true}`, "", ""},
			{`{roaming: true}`, "roy", "roy"},
			{`{groups: [staff, fleet]}`, "ada,eve", "ada,eve"},
			{`{groups: [fleet]}`, "eve", "eve"},
			{`{partnerUsers: [mall, hotel]}`, "ben,eve", "ben,eve"},
			{`{partnerUsers: [hotel]}`, "-", "-"},
			{`{ownerUsers: true}`, "ben,eve", "-"},
			{`{access: [private, restricted]}`, "-", ",ada,ben,eve,roy,dee"},
			{`{groups: [staff], partnerUsers: [mall]}`, "eve", "eve"},
			{`{groups: [staff], access: [public]}`, "ada,eve", "-"},
			{`{everyone: true, groups: [staff]}`, "ada,eve", "ada,eve"},
			{`{adHoc: true, groups: [staff]}`, "-", "-"},
		} {
			w.prices(fmt.Sprintf(`groups: [{group: g, attach: [{network: own-net}, {network: open-net}], tariffs: [{tariff: middle, for: %s}]}]`, c.audience))
			for site, want := range map[string]string{"own": c.own, "open": c.open} {
				var got []string
				for _, who := range everybody {
					a := w.resolve(charging.Question{EVSE: site + "-evse", User: who})
					if a.Resolution.Tariff != "" {
						got = append(got, who)
					}
					if cs := a.Resolution.Candidates; len(cs) != 1 || cs[0].Why == "" || cs[0].Group != "g" || cs[0].Matched != (a.Resolution.Tariff != "") {
						t.Errorf("case %d: %q at %s is told %+v", i, who, site, cs)
					}
				}
				told := strings.Join(got, ",")
				if len(got) == 0 {
					told = "-"
				}
				if told != want {
					t.Errorf("%s at %s holds for %q, want %q", c.audience, site, told, want)
				}
			}
		}
	})
}

// TestWhoAsks names the same people in every way.
func TestWhoAsks(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.prices(tariffs)
		w.site("x", assign.ByOrder)
		w.prices(`groups: [{group: g, attach: [{network: x-net}], tariffs: [{tariff: dear, for: {adHoc: true}}, {tariff: middle, for: {groups: [staff]}}]}]`)
		ctx := t.Context()
		for _, c := range []struct {
			q            charging.Question
			user, tariff string
		}{
			{charging.Question{EVSE: "x-evse"}, "", "dear"},
			{charging.Question{EVSE: "id-x-evse", User: "ada"}, "id-ada", "middle"},
			{charging.Question{EVSE: "x-evse", User: "id-ada"}, "id-ada", "middle"},
			{charging.Question{EVSE: "x-evse", Token: "AD01"}, "id-ada", "middle"},
			{charging.Question{EVSE: "x-evse", Token: "AD01", User: "id-ada"}, "id-ada", "middle"},
			{charging.Question{EVSE: "x-evse", Token: "AD01", User: "ada"}, "id-ada", "middle"},
			{charging.Question{EVSE: "x-evse", Token: "NO01"}, "", "dear"},
			{charging.Question{EVSE: "x-evse", User: "dee"}, "id-dee", ""},
		} {
			a := w.resolve(c.q)
			user := ""
			if a.User != nil {
				user = a.User.ID
			}
			if user != c.user || a.Resolution.Tariff != c.tariff || (a.Token != nil) != (c.q.Token != "") || a.EVSE.ID != "id-x-evse" || a.At != w.now() {
				t.Errorf("%+v: user %q pays by %q, want %q by %q", c.q, user, a.Resolution.Tariff, c.user, c.tariff)
			}
		}
		for what, c := range map[string]struct {
			q           charging.Question
			kind        fault.Kind
			code, field string
		}{
			"no EVSE":             {charging.Question{}, fault.Invalid, "required", "evse"},
			"unknown EVSE":        {charging.Question{EVSE: "x"}, fault.NotFound, "reference_unknown", "evse"},
			"unknown user":        {charging.Question{EVSE: "x-evse", User: "x"}, fault.NotFound, "reference_unknown", "user"},
			"unknown token":       {charging.Question{EVSE: "x-evse", Token: "x"}, fault.NotFound, "reference_unknown", "token"},
			"token of another":    {charging.Question{EVSE: "x-evse", Token: "AD01", User: "dee"}, fault.Conflict, "token_of_other_user", "token"},
			"token of nobody":     {charging.Question{EVSE: "x-evse", Token: "NO01", User: "dee"}, fault.Conflict, "token_of_other_user", "token"},
			"token, unknown user": {charging.Question{EVSE: "x-evse", Token: "AD01", User: "x"}, fault.NotFound, "reference_unknown", "user"},
		} {
			_, err := w.desk.Resolve(ctx, reader, c.q)
			wantFault(t, what, err, c.kind, c.code, c.field)
		}
		for field, u := range map[string]charging.Usage{"durationSeconds": {Energy: 1}, "energyKwh": {Energy: -1, Seconds: 1}, "chargingSeconds": {Seconds: 60, Charging: 61}} {
			_, err := w.desk.Quote(ctx, reader, charging.Question{EVSE: "x-evse"}, u)
			if f := fault.As(err); f == nil || f.Kind != fault.Invalid || f.Field != field {
				t.Errorf("usage %+v gives %v, want a fault about %s", u, err, field)
			}
		}
	})
}

func TestDefaultTariff(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.prices(tariffs)
		w.site("x", assign.ByOrder, func(n *place.Network, _ *place.Location, _ *place.EVSE) { n.DefaultTariff = "dear" })
		w.prices(`groups: [{group: g, attach: [{network: x-net}], tariffs: [{tariff: cheap, for: {groups: [staff]}}]}]`)
		if r := w.resolve(charging.Question{EVSE: "x-evse", User: "ada"}).Resolution; r.Tariff != "cheap" || r.Reason != charging.WonOnlyMatch {
			t.Errorf("who matches pays %q (%s)", r.Tariff, r.Reason)
		}
		a := w.resolve(charging.Question{EVSE: "x-evse", User: "dee"})
		if r := a.Resolution; r.Tariff != "dear" || r.Reason != charging.WonDefault || len(r.Candidates) != 1 || r.Candidates[0].Won || a.Version == nil {
			t.Errorf("who does not match is told %+v", r)
		}
		w.site("late", assign.ByOrder, func(n *place.Network, _ *place.Location, _ *place.EVSE) { n.DefaultTariff = "autumn" })
		w.pricesFrom(`tariffs: [{tariff: autumn, currency: EUR, prices: no tax, energy: [{price: 1/kWh}]}]`, w.now()+3600)
		for at, want := range map[calendar.Instant]string{w.now(): charging.NoVersion, w.now() + 3600: charging.WonDefault} {
			if r := w.resolve(charging.Question{EVSE: "late-evse", At: at}).Resolution; r.Reason != want || (r.Tariff != "") != (want == charging.WonDefault) {
				t.Errorf("at %s the default that holds later is found as %+v", at, r)
			}
		}
	})
}

// TestResolveQuoteAndReceiptAgree asks the same question in every way, of
// every rule, place and person: resolve, quote and the kept receipt name the
// same version for the same reason, and quote and receipt the same amount.
func TestResolveQuoteAndReceiptAgree(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.prices(tariffs)
		ctx := t.Context()
		start := w.now() - 86400
		asked, priced := 0, 0
		for _, c := range precedence {
			w.site(c.name, c.rule)
			w.prices("groups: " + strings.ReplaceAll(c.groups, "*", c.name+"-"))
			for _, who := range []string{"", "ada", "eve", "dee"} {
				q := charging.Question{EVSE: c.name + "-evse", User: who, At: start}
				a := w.resolve(q)
				u := charging.ReferenceUsage
				quote, err := w.desk.Quote(ctx, reader, q, u)
				if err != nil {
					t.Fatal(err)
				}
				d := w.record(charging.Report{EVSE: q.EVSE, User: who, Facts: even(start, u.Seconds, u.Energy)})
				asked++
				if (a.Version != nil) != (quote.Receipt != nil) || (a.Version != nil) != (d.Receipt != nil) {
					t.Fatalf("%s, %q: only some of resolve, quote and receipt find a tariff", c.name, who)
				}
				if a.Version == nil {
					if a.Resolution.Reason != d.Row.Unpriced || a.Resolution.Reason != quote.Resolution.Reason {
						t.Errorf("%s, %q: resolve says %s, the session %s", c.name, who, a.Resolution.Reason, d.Row.Unpriced)
					}
					continue
				}
				priced++
				if a.Version.ID != quote.Version.ID || a.Version.ID != d.Version.ID || a.Version.ID != d.Receipt.Receipt.Tariff.VersionID || a.Version.ID != a.Resolution.VersionID {
					t.Errorf("%s, %q: resolve names %s, the quote %s, the receipt %s", c.name, who, a.Version.ID, quote.Version.ID, d.Receipt.Receipt.Tariff.VersionID)
				}
				kept := d.Resolution
				kept.Reference = a.Resolution.Reference // the session is its own reference
				if got, want := fmt.Sprintf("%+v", kept), fmt.Sprintf("%+v", a.Resolution); got != want {
					t.Errorf("%s, %q: the receipt keeps\n%s\nresolve says\n%s", c.name, who, got, want)
				}
				if quote.Receipt.Total != d.Receipt.Receipt.Total || quote.Receipt.Exact != d.Receipt.Receipt.Exact || len(quote.Receipt.Lines) != len(d.Receipt.Receipt.Lines) {
					t.Errorf("%s, %q: quoted %s, billed %s", c.name, who, quote.Receipt.Total, d.Receipt.Receipt.Total)
				}
			}
		}
		if priced < asked/2 || priced == asked {
			t.Errorf("%d of %d questions found a tariff: the cases must have both", priced, asked)
		}
		w.sums()
	})
}
