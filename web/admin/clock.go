package admin

import (
	"fmt"
	"strings"
	"time"

	"kwote/domain/access"
	"kwote/domain/fault"
	"kwote/domain/place"
	"kwote/domain/query"
	"kwote/web/ui"
)

type clockView struct{ now, next string }

func (v *visit) clockView() *clockView {
	return &clockView{now: v.l.LongDate(v.now(), v.c.Zone) + ", " + v.l.Clock(v.now(), v.c.Zone), next: ui.ViewOf(v.ctx()).URL.RequestURI()}
}

// stepClock moves the business clock by a day, a week or a calendar month.
func (c *console) stepClock(v *visit) error {
	if c.Stepper == nil {
		return notFound()
	}
	if err := v.by.Check(access.StepClock); err != nil {
		return err
	}
	v.limitForm()
	now := v.now().In(c.Zone)
	days := map[string]int{"day": 1, "week": 7, "month": daysUntil(now, now.AddDate(0, 1, 0))}[v.r.PostFormValue("step")]
	if days == 0 {
		return fault.At(fault.Invalid, "step_unknown", "step", fmt.Sprintf("%q is none of day, week, month", v.r.PostFormValue("step")))
	}
	if err := c.Stepper.Advance(v.ctx(), days); err != nil {
		return err
	}
	v.flash(v.t("admin.clock.stepped", "Time", v.l.DateTime(v.now(), c.Zone)))
	return v.goTo(localPath(v.r.PostFormValue("next")))
}

// daysUntil counts local days, whatever the clocks did between.
func daysUntil(a, b time.Time) int {
	day := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	return int(day(b).Sub(day(a)) / (24 * time.Hour))
}

// try is something worth looking at first.
type try struct{ what, link, href string }

// tries leads through a demo network: a question and a session that show what
// the product is for.
func (v *visit) tries() ([]try, error) {
	if !v.c.Demo {
		return nil, nil
	}
	sunday := v.now().In(v.c.Zone)
	sunday = sunday.AddDate(0, 0, (7-int(sunday.Weekday()))%7)
	evening := sunday.Format("2006-01-02") + "T23:00"
	out := []try{}
	point, partner, err := v.workplace()
	if err != nil {
		return nil, err
	}
	if point.ID != "" {
		name := evseName(point)
		for _, who := range []string{"partner:" + partner.ID, guest} {
			key := "staff"
			if who == guest {
				key = "guest"
			}
			out = append(out, try{v.t("admin.try." + key), v.t("admin.try."+key+".link", "EVSE", name, "Partner", partner.Name),
				address("/who-pays-what", "evse", evseKey(point), "who", who, "at", evening)})
		}
	}
	id, err := v.tellingSession()
	if err != nil {
		return nil, err
	}
	if id != "" {
		out = append(out, try{v.t("admin.try.session"), v.t("admin.try.session.link"), "/sessions/" + id})
	}
	out = append(out, try{v.t("admin.try.tariff"), v.t("admin.try.tariff.link"), "/tariffs"})
	if v.c.Stepper != nil {
		out = append(out, try{v.t("admin.try.clock"), v.t("admin.try.clock.link"), "/sessions"})
	}
	return out, nil
}

// workplace is a public EVSE on the ground of a partner who has users.
func (v *visit) workplace() (e place.EVSE, p place.Partner, err error) {
	partners, _, err := v.c.Places.Partners(v.ctx(), v.by, query.PartnerFilter{})
	if err != nil {
		return e, p, err
	}
	for _, p := range partners {
		users, _, err := v.c.Accounts.Users(v.ctx(), v.by, query.UserFilter{PartnerID: p.ID, Page: query.Page{Limit: 1}})
		if err != nil || len(users) == 0 {
			if err != nil {
				return e, p, err
			}
			continue
		}
		sites, _, err := v.c.Places.Locations(v.ctx(), v.by, query.LocationFilter{PartnerID: p.ID, Page: query.Page{Limit: 1}})
		if err != nil {
			return e, p, err
		}
		for _, site := range sites {
			points, _, err := v.c.Places.EVSEs(v.ctx(), v.by, query.EVSEFilter{LocationID: site.ID})
			if err != nil {
				return e, p, err
			}
			for _, point := range points {
				if strings.EqualFold(string(point.Access), "public") {
					return point, p, nil
				}
			}
		}
	}
	return e, p, nil
}

// tellingSession is, of the latest ones, the dearest that also stood idle: its
// receipt shows most.
func (v *visit) tellingSession() (string, error) {
	rows, _, err := v.c.Charging.Sessions(v.ctx(), v.by, query.SessionFilter{Status: query.Priced, Page: query.Page{Limit: 100}})
	best := query.SessionRow{}
	for _, s := range rows {
		if s.IdleTime > 0 && s.Total.Minor > best.Total.Minor {
			best = s
		}
	}
	if best.ID == "" && len(rows) > 0 {
		best = rows[0]
	}
	return best.ID, err
}
