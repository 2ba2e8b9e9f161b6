package gallery

import (
	"context"
	"embed"
	"time"

	"kwote/web/ui"
)

// Messages are the words of the sample pages, joined to the catalog as every page package does.
//
//go:embed locale/*.json
var Messages embed.FS

var (
	paris = zone("Europe/Paris")
	now   = time.Date(2026, 3, 15, 9, 40, 0, 0, paris)
)

// zone falls back to UTC where no zone data is installed, so that the gallery renders everywhere.
func zone(name string) *time.Location {
	location, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return location
}

func frame(ctx context.Context, current, title string, crumbs ...ui.Crumb) ui.Page {
	link := func(key, icon, count string) ui.NavLink {
		return ui.NavLink{Label: ui.T(ctx, "sample.nav."+key), Href: key + ".html", Icon: icon, Count: count, Current: key == current}
	}
	return ui.Page{
		Title: title,
		Nav: []ui.NavGroup{
			{Links: []ui.NavLink{
				link("overview", "overview", ""),
				link("sessions", "session", ui.L(ctx).Int(25041)),
				link("locations", "location", "40"),
				link("drivers", "drivers", ""),
			}},
			{Title: ui.T(ctx, "sample.nav.prices"), Links: []ui.NavLink{
				link("tariffs", "tariff", "12"),
				link("groups", "group", ""),
				link("who", "question", ""),
				link("components", "settings", ""),
			}},
			{Title: ui.T(ctx, "sample.nav.money"), Links: []ui.NavLink{
				link("invoices", "invoice", ""),
				link("partners", "partner", ""),
				link("insight", "insight", ""),
				link("audit", "audit", ""),
			}},
		},
		Crumbs: crumbs,
		Account: &ui.Account{
			Name: "Amélie Roussel", Role: ui.T(ctx, "sample.role"), SignOut: "/sign-out",
			Links: []ui.NavLink{{Label: ui.T(ctx, "sample.nav.api"), Href: "/api/docs", Icon: "api"}},
		},
		Notice: ui.T(ctx, "sample.notice", "Time", ui.L(ctx).DateTime(now, paris)),
	}
}
