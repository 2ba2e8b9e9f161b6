package admin

import (
	"net/http"
	"time"

	"github.com/a-h/templ"

	"kwote/domain/access"
	"kwote/domain/calendar"
	"kwote/domain/fault"
	"kwote/domain/query"
	"kwote/web/ui"
)

type settingsView struct {
	staff    *ui.Table // nil: the visitor may not see accounts
	keys     *ui.Table
	name     ui.Field
	role     ui.Field
	days     ui.Field
	roles    []ui.Choice
	validity []ui.Option
	problems []ui.FieldError
	secret   string // of a key that was just made, shown this once
	jobs     *ui.Table
	clock    *clockView
}

func (c *console) settings(v *visit) error {
	return v.showSettings(http.StatusOK, settingsView{})
}

func (v *visit) showSettings(status int, m settingsView) error {
	if v.may(access.ChangeAccess) {
		if err := v.accessTables(&m); err != nil {
			return err
		}
	}
	if v.c.JobsStatus != nil {
		jobs := v.jobTable(v.c.JobsStatus())
		m.jobs = &jobs
	}
	if v.c.Stepper != nil && v.may(access.StepClock) {
		m.clock = v.clockView()
	}
	return v.show(status, settingsPage(v.frame("settings", v.t("admin.nav.settings")), m))
}

func (v *visit) accessTables(m *settingsView) error {
	staff, err := v.c.Accounts.AllStaff(v.ctx(), v.by)
	if err != nil {
		return err
	}
	m.staff = &ui.Table{Caption: v.t("admin.settings.staff"), Quiet: true,
		Columns: []ui.Column{{Title: v.t("admin.word.name")}, {Title: v.t("admin.word.email")}, {Title: v.t("admin.settings.roles")}}}
	for _, s := range staff {
		var roles []access.Role
		for _, r := range s.Roles {
			roles = append(roles, access.Role(r))
		}
		m.staff.Rows = append(m.staff.Rows, ui.Row{Cells: []templ.Component{ui.Text(s.Name), ui.Text(s.Email), ui.Text(orElse(v.rolesOf(roles), v.t("admin.settings.closed")))}})
	}
	keys, err := v.c.Accounts.Keys(v.ctx(), v.by)
	if err != nil {
		return err
	}
	m.keys = &ui.Table{Caption: v.t("admin.settings.keys"), Quiet: true,
		Columns: []ui.Column{{Title: v.t("admin.word.name")}, {Title: v.t("admin.settings.roles")}, {Title: v.t("admin.settings.created"), Optional: true},
			{Title: v.t("admin.settings.last_used")}, {Title: v.t("admin.word.state")}, {Title: v.t("admin.settings.action")}},
		Empty: ui.Empty{Title: v.t("admin.settings.no_keys"), Text: v.t("admin.settings.no_keys.text")}}
	for _, k := range keys {
		m.keys.Rows = append(m.keys.Rows, v.keyRow(k))
	}
	m.name = ui.Field{Name: "name", Label: v.t("admin.settings.key_name"), Help: v.t("admin.settings.key_name.help"), Value: m.name.Value, Error: m.name.Error, Required: true}
	m.role = ui.Field{Name: "role", Label: v.t("admin.settings.role"), Value: orElse(m.role.Value, string(access.ReadOnly))}
	m.days = ui.Field{Name: "days", Label: v.t("admin.settings.validity"), Value: m.days.Value}
	for _, r := range access.Roles {
		m.roles = append(m.roles, ui.Choice{Value: string(r), Title: v.word("admin.role.", string(r)), Text: v.t("admin.role." + string(r) + ".text")})
	}
	for _, days := range []string{"", "30", "90", "365"} {
		m.validity = append(m.validity, ui.Option{Value: days, Label: v.t("admin.settings.validity." + orElse(days, "ever"))})
	}
	return nil
}

func (v *visit) keyRow(k query.APIKey) ui.Row {
	now := calendar.Of(v.now())
	used, state, revoke := ui.Text(v.t("admin.settings.never")), ui.Status(ui.Good, v.t("admin.settings.valid")), revokeCell(k.ID, k.Name)
	if k.LastUsedAt != 0 {
		used = ui.Moment(at(k.LastUsedAt), v.c.Zone)
	}
	switch {
	case k.RevokedAt != 0:
		state, revoke = ui.Status(ui.Neutral, v.t("admin.settings.revoked")), ui.Text("")
	case k.ExpiresAt != 0 && k.ExpiresAt <= now:
		state = ui.Status(ui.Neutral, v.t("admin.settings.expired"))
	case k.ExpiresAt != 0:
		state = ui.Status(ui.Good, v.t("admin.settings.valid_until", "Date", v.l.Date(at(k.ExpiresAt), v.c.Zone)))
	}
	return ui.Row{Cells: []templ.Component{ui.Text(k.Name), ui.Text(v.rolesOf(k.Roles)), ui.Moment(at(k.CreatedAt), v.c.Zone), used, state, revoke}}
}

// createKey makes an API key. Its secret is on the answer itself and nowhere
// else: it cannot be asked for again.
func (c *console) createKey(v *visit) error {
	v.limitForm()
	m := settingsView{}
	m.name.Value, m.role.Value, m.days.Value = v.r.PostFormValue("name"), v.r.PostFormValue("role"), v.r.PostFormValue("days")
	expires := calendar.Instant(0)
	if days := map[string]int{"30": 30, "90": 90, "365": 365}[m.days.Value]; days > 0 {
		expires = calendar.Of(v.now().Add(time.Duration(days) * 24 * time.Hour))
	}
	_, secret, err := c.Accounts.CreateKey(v.ctx(), v.by, m.name.Value, []access.Role{access.Role(m.role.Value)}, expires)
	if f := fault.As(err); f != nil && f.Kind == fault.Invalid && f.Field == "name" {
		m.name.Error = v.t("admin.settings.key_name.required")
		m.problems = []ui.FieldError{{ID: "f-name", Text: m.name.Error}}
		return v.showSettings(http.StatusBadRequest, m)
	}
	if err != nil {
		return err
	}
	v.w.Header().Set("Cache-Control", "no-store")
	return v.showSettings(http.StatusOK, settingsView{secret: secret})
}

// toSettings is for whoever opens the address of a form by hand.
func (c *console) toSettings(v *visit) error { return v.goTo("/settings") }

func (c *console) revokeKey(v *visit) error {
	if err := c.Accounts.RevokeKey(v.ctx(), v.by, v.r.PathValue("id")); err != nil {
		return err
	}
	v.flash(v.t("admin.settings.was_revoked"))
	return v.goTo("/settings")
}

func (v *visit) jobTable(jobs []Job) ui.Table {
	t := ui.Table{
		Caption: v.t("admin.settings.jobs"), Quiet: true, Dense: true,
		Columns: []ui.Column{{Title: v.t("admin.word.name")}, {Title: v.t("admin.settings.every"), Numeric: true}, {Title: v.t("admin.settings.last_run")},
			{Title: v.t("admin.settings.done"), Numeric: true}, {Title: v.t("admin.word.state")}},
	}
	for _, j := range jobs {
		last, state := ui.Text("–"), ui.Status(ui.Good, v.t("admin.settings.well"))
		if !j.LastRun.IsZero() {
			last = ui.Moment(j.LastRun, v.c.Zone)
		}
		if j.Failures > 0 {
			state = ui.Lines(v.l.N("admin.settings.failures", int64(j.Failures)), j.LastError)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(j.Name), ui.Text(v.l.Duration(int64(j.Every / time.Second))), last, ui.Text(v.l.Int(j.Done)), state}})
	}
	return t
}
