package admin

import (
	"encoding/csv"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"kwote/domain/calendar"
	"kwote/domain/money"
	"kwote/domain/query"
	"kwote/domain/session"
	"kwote/web/ui"
	"kwote/web/ui/paper"
)

type sessionsView struct {
	filters                                                     ui.Filters
	text, location, tariff, currency, status, warning, from, to ui.Field
	locations, tariffs, currencies, statuses, warnings          []ui.Option
	problems                                                    []ui.FieldError
	table                                                       ui.Table
	export                                                      string
}

// statuses and warnings are what a filter offers, as the shelf knows them.
var (
	filterStatuses = []string{string(query.Priced), string(query.Unpriced)}
	filterWarnings = []string{"*", session.WarnNoEnergy, session.WarnLongerWeek, session.WarnAbove200kWh, session.WarnAbove400kW}
)

func (c *console) sessions(v *visit) error {
	m := sessionsView{export: strings.Replace(ui.Address(v.ctx(), "after", "", "trail", ""), "/sessions", "/sessions.csv", 1)}
	f, err := v.sessionFields(&m)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(m.problems) > 0 {
		status = http.StatusBadRequest
		m.table = v.sessionTable(nil, true)
		return v.show(status, sessionsPage(v.frame("sessions", v.t("admin.nav.sessions")), m))
	}
	f.After = v.query("after")
	rows, next, err := c.Charging.Sessions(v.ctx(), v.by, f)
	if err != nil {
		return err
	}
	m.table = v.sessionTable(rows, true)
	m.table.Pager = ui.TrailPager(v.ctx(), next, v.l.N("admin.sessions.shown", int64(len(rows))))
	return v.show(status, sessionsPage(v.frame("sessions", v.t("admin.nav.sessions")), m))
}

// sessionFields reads the filters of the address and lays out their fields.
func (v *visit) sessionFields(m *sessionsView) (f query.SessionFilter, err error) {
	f = query.SessionFilter{LocationID: v.query("location"), EVSEID: v.query("evse"), UserID: v.query("user"), ImportID: v.query("import"), Tariff: v.query("tariff"),
		Currency: money.Currency(v.query("currency")), Status: query.SessionStatus(v.query("status")), Warning: v.query("warning"), Text: v.query("q")}
	locations, byID, err := v.locationNames()
	if err != nil {
		return f, err
	}
	if err := v.sessionOptions(m); err != nil {
		return f, err
	}
	m.locations = []ui.Option{{Label: v.t("admin.word.any")}}
	for _, l := range locations {
		m.locations = append(m.locations, ui.Option{Value: l.ID, Label: l.Name})
	}
	field := func(name, label string) ui.Field {
		return ui.Field{Name: name, Label: v.t(label), Value: v.query(name)}
	}
	m.text, m.location, m.tariff = field("q", "admin.word.search"), field("location", "admin.word.location"), field("tariff", "admin.word.tariff")
	m.text.Placeholder = v.t("admin.sessions.search")
	m.currency, m.status, m.warning = field("currency", "admin.word.currency"), field("status", "admin.word.state"), field("warning", "admin.word.warning")
	m.from, m.to = field("from", "admin.sessions.from"), field("to", "admin.sessions.to")
	// Dates are those of the chosen location, else of the operator.
	zone := v.c.Zone
	if l, ok := byID[f.LocationID]; ok {
		zone = paper.Zone(l.TimeZone)
	}
	f.From = v.dateField(m, &m.from, zone, 0)
	f.Before = v.dateField(m, &m.to, zone, 1)
	if f.Before != 0 && f.Before <= f.From {
		v.badDate(m, &m.to, v.t("admin.sessions.to_before_from"))
	}
	m.filters = v.filters("/sessions", [][2]string{
		{"q", f.Text}, {"location", orElse(byID[f.LocationID].Name, f.LocationID)}, {"evse", v.evseLabel(f.EVSEID)}, {"user", v.userLabel(f.UserID)},
		{"import", f.ImportID}, {"tariff", f.Tariff}, {"currency", string(f.Currency)}, {"status", v.statusWord(string(f.Status))},
		{"warning", v.warningWord(f.Warning)}, {"from", m.from.Value}, {"to", m.to.Value}})
	for _, unseen := range []string{"evse", "user", "import"} {
		if value := v.query(unseen); value != "" {
			m.filters.Keep = append(m.filters.Keep, ui.Hidden{Name: unseen, Value: value})
		}
	}
	return f, nil
}

func (v *visit) sessionOptions(m *sessionsView) error {
	rows, _, err := v.c.Desks.Catalog.Tariffs(v.ctx(), v.by, query.TariffFilter{Page: query.Page{Limit: mostChoices}})
	if err != nil {
		return err
	}
	any := ui.Option{Label: v.t("admin.word.any")}
	m.tariffs, m.currencies, m.statuses, m.warnings = []ui.Option{any}, []ui.Option{any}, []ui.Option{any}, []ui.Option{any}
	for _, t := range rows {
		m.tariffs = append(m.tariffs, ui.Option{Value: t.Name, Label: t.Name})
	}
	codes, err := v.currencies(rows)
	if err != nil {
		return err
	}
	for _, code := range codes {
		m.currencies = append(m.currencies, ui.Option{Value: code, Label: code})
	}
	for _, status := range filterStatuses {
		m.statuses = append(m.statuses, ui.Option{Value: status, Label: v.statusWord(status)})
	}
	for _, warning := range filterWarnings {
		m.warnings = append(m.warnings, ui.Option{Value: warning, Label: v.warningWord(warning)})
	}
	return nil
}

// currencies are those of the tariffs. What a version says never changes, so
// each is looked up once.
func (v *visit) currencies(rows []query.TariffRow) ([]string, error) {
	var codes []string
	for _, t := range rows {
		if t.LatestID == "" {
			continue
		}
		known, ok := v.c.currencyOfVersion.Load(t.LatestID)
		if !ok {
			version, err := v.c.Desks.Catalog.Version(v.ctx(), v.by, t.LatestID)
			if err != nil {
				return nil, err
			}
			known = string(version.Document.Currency)
			v.c.currencyOfVersion.Store(t.LatestID, known)
		}
		if code, _ := known.(string); !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	return codes, nil
}

func (v *visit) statusWord(status string) string {
	if status == "" {
		return ""
	}
	return v.word("admin.status.", status)
}

func (v *visit) warningWord(code string) string {
	switch code {
	case "":
		return ""
	case "*":
		return v.t("admin.sessions.any_warning")
	}
	return v.word("admin.warning.", code)
}

// evseLabel and userLabel name what a filter points at; something unknown
// keeps its id, and the list is empty.
func (v *visit) evseLabel(id string) string {
	if e, err := v.c.Places.EVSE(v.ctx(), v.by, id); id != "" && err == nil {
		return evseName(e)
	}
	return id
}

func (v *visit) userLabel(id string) string {
	if u, err := v.c.Accounts.User(v.ctx(), v.by, id); id != "" && err == nil {
		return u.Name
	}
	return id
}

// dateField reads a date, so many days later, as the instant at which it
// begins.
func (v *visit) dateField(m *sessionsView, f *ui.Field, zone *time.Location, later int) calendar.Instant {
	if f.Value == "" {
		return 0
	}
	t, err := time.ParseInLocation("2006-01-02", f.Value, zone)
	if err != nil || t.Year() < 1970 || t.Year() > 2100 {
		v.badDate(m, f, v.t("admin.sessions.bad_date", "Text", f.Value))
		return 0
	}
	return calendar.Of(t.AddDate(0, 0, later))
}

func (v *visit) badDate(m *sessionsView, f *ui.Field, text string) {
	f.Error = text
	m.problems = append(m.problems, ui.FieldError{ID: "f-" + f.Name, Text: text})
}

// sessionTable lists sessions with local times; place says whether the place
// is a column.
func (v *visit) sessionTable(rows []query.SessionRow, place bool) ui.Table {
	t := ui.Table{
		Caption: v.t("admin.nav.sessions"), Quiet: true,
		Columns: []ui.Column{{Title: v.t("admin.word.start")}},
		Empty:   ui.Empty{Title: v.t("admin.sessions.none"), Text: v.t("admin.sessions.none.text")},
	}
	if place {
		t.Columns = append(t.Columns, ui.Column{Title: v.t("admin.word.location")})
	}
	t.Columns = append(t.Columns, ui.Column{Title: v.t("admin.word.driver")}, ui.Column{Title: v.t("admin.word.plugged"), Numeric: true},
		ui.Column{Title: v.t("admin.word.energy"), Numeric: true}, ui.Column{Title: v.t("admin.word.tariff")}, ui.Column{Title: v.t("admin.word.total"), Numeric: true})
	for _, s := range rows {
		row := ui.Row{Href: "/sessions/" + s.ID, Cells: []templ.Component{ui.Text(v.l.DateTime(at(s.Start), paper.Zone(s.TimeZone)))}}
		if place {
			row.Cells = append(row.Cells, ui.Lines(s.LocationName, s.EVSEName))
		}
		total := ui.Text(amount(v.l, s.Total))
		if s.ReceiptID == "" {
			total, row.Tone = ui.Status(ui.Warn, v.t("admin.word.unpriced")), ui.Warn
		}
		row.Cells = append(row.Cells, ui.Text(orElse(s.UserName, v.t("admin.word.ad_hoc"))), ui.Text(v.l.Duration(int64(s.End-s.Start))),
			ui.Text(kWh(v.l, s.Energy, 2)), tariffMark(s.Tariff, v.warnings(s.Warnings)), total)
		t.Rows = append(t.Rows, row)
	}
	return t
}

// sessionsCSV sends every session that the filters let through, page by page.
func (c *console) sessionsCSV(v *visit) error {
	m := sessionsView{}
	f, err := v.sessionFields(&m)
	if err != nil {
		return err
	}
	if len(m.problems) > 0 {
		return v.goTo(strings.Replace(v.r.URL.RequestURI(), "/sessions.csv", "/sessions", 1))
	}
	f.Limit = query.LargestPage
	rows, next, err := c.Charging.Sessions(v.ctx(), v.by, f)
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	v.w.Header().Set("Content-Disposition", `attachment; filename="sessions.csv"`)
	out := csv.NewWriter(v.w)
	err = out.Write([]string{"session_id", "external_id", "location", "evse", "driver", "start", "end", "time_zone", "energy_kwh", "charging_seconds", "idle_seconds",
		"tariff", "currency", "total", "unpriced", "warnings"})
	for err == nil {
		for _, s := range rows {
			_ = out.Write(csvRow(s)) // the writer keeps its first error for Flush
		}
		out.Flush()
		if err = out.Error(); err != nil || next == "" {
			break
		}
		f.After = next
		rows, next, err = c.Charging.Sessions(v.ctx(), v.by, f)
	}
	if err != nil {
		c.Log.Error("export cut off", "error", err)
		panic(http.ErrAbortHandler) // a file that ends early must not look whole
	}
	return nil
}

func csvRow(s query.SessionRow) []string {
	zone := paper.Zone(s.TimeZone)
	total := ""
	if s.ReceiptID != "" {
		total = s.Total.String()
	}
	row := []string{s.ID, s.ExternalID, s.LocationName, s.EVSEName, s.UserName, at(s.Start).In(zone).Format(time.RFC3339), at(s.End).In(zone).Format(time.RFC3339), s.TimeZone,
		s.Energy.String(), strconv.FormatInt(s.ChargingTime, 10), strconv.FormatInt(s.IdleTime, 10), s.Tariff, string(s.Total.Currency), total, s.Unpriced, strings.Join(s.Warnings, " ")}
	for i, cell := range row {
		// A spreadsheet would run a name that begins like a formula.
		if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) && i != 13 {
			row[i] = "'" + cell
		}
	}
	return row
}
