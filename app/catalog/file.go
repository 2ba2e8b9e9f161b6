package catalog

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"kwote/domain/access"
	"kwote/domain/assign"
	"kwote/domain/calendar"
	"kwote/domain/document"
	"kwote/domain/fault"
	"kwote/domain/tariff"
)

// File is what a catalogue file holds: tariffs, and tariff groups that name
// places, user groups and partners by their external ids.
type File struct {
	Tariffs []tariff.Document
	Groups  []FileGroup
}

// FileGroup is a tariff group as a file tells it.
type FileGroup struct {
	Name     string // external id and name
	Title    string
	Position int
	Entries  []FileEntry
	Attach   []FilePlace
}

// FileEntry is one tariff with its audience.
type FileEntry struct {
	Tariff   string
	Audience assign.Audience // Groups and PartnerUsers hold external ids
	path     string
}

// FilePlace is a place by external id.
type FilePlace struct {
	Scope assign.Scope
	ID    string
	path  string
}

// ReadFile reads a catalogue file, or a file with a single tariff. The fault
// lists every finding with its field.
func ReadFile(src []byte) (File, error) {
	root, err := document.Parse(src)
	if err != nil {
		return File{}, fault.New(fault.Invalid, "document_unreadable", "the file cannot be read: "+err.Error())
	}
	var r document.Reader
	v := r.Root(root)
	if v.Kind == document.Object && v.Field("tariff").Present() {
		doc, err := tariff.DecodeNode(root, "")
		return File{Tariffs: []tariff.Document{doc}}, err
	}
	v = r.Root(root)
	var f File
	if v.Present() && !v.Object("a catalogue file") {
		return f, invalidFile(r.Issues)
	}
	names := map[string]bool{}
	for _, t := range v.Field("tariffs").List() {
		doc, err := tariff.DecodeNode(t.Node, t.Path)
		if err != nil {
			r.Issues = append(r.Issues, fault.As(err).Issues...)
			continue
		}
		if names[doc.Name] {
			r.Report(t, "name_twice", "tariff %q is written twice in this file", doc.Name)
		}
		names[doc.Name] = true
		f.Tariffs = append(f.Tariffs, doc)
	}
	groups := map[string]bool{}
	for _, g := range v.Field("groups").List() {
		group := readGroup(&r, g)
		if groups[group.Name] {
			r.Report(g, "name_twice", "tariff group %q is written twice in this file", group.Name)
		}
		groups[group.Name] = group.Name != ""
		f.Groups = append(f.Groups, group)
	}
	v.Done()
	if len(f.Tariffs)+len(f.Groups) == 0 && len(r.Issues) == 0 {
		r.Report(v, "required", `the file holds neither a tariff nor "tariffs:" or "groups:"`)
	}
	return f, invalidFile(r.Issues)
}

// object is Value.Object of something that must be there.
func object(r *document.Reader, v *document.Value, what string) bool {
	if !v.Present() {
		r.Report(v, "required", "%s is missing; this place is empty", what)
		return false
	}
	return v.Object(what)
}

func invalidFile(issues []fault.Issue) error {
	if len(issues) == 0 {
		return nil
	}
	return &fault.Fault{Kind: fault.Invalid, Code: "catalogue_invalid", Message: "the file cannot be used:", Issues: issues}
}

func readGroup(r *document.Reader, v *document.Value) FileGroup {
	var g FileGroup
	if !object(r, v, "a tariff group") {
		return g
	}
	g.Name = v.Field("group").Required("the group's name")
	if g.Title = v.Field("title").Scalar("the title"); g.Title == "" {
		g.Title = g.Name
	}
	position := v.Field("position")
	if s := position.Scalar("the position"); s != "" {
		n, err := strconv.ParseInt(s, 10, 32)
		if err != nil {
			r.Report(position, "position_malformed", "position %q is not a whole number", s)
		}
		g.Position = int(n)
	}
	attach := v.Field("attach")
	for _, a := range attach.List() {
		if object(r, a, "a place") {
			g.Attach = append(g.Attach, readPlaces(r, a, g.Attach)...)
		}
	}
	if !attach.Present() {
		r.Report(attach, "required", "say where the group holds, such as attach: [{network: main}]")
	}
	entries := v.Field("tariffs")
	for _, e := range entries.List() {
		if object(r, e, "an entry") {
			g.Entries = append(g.Entries, readEntry(r, e))
			e.Done()
		}
	}
	if len(entries.List()) == 0 {
		r.Report(entries, "required", "a tariff group needs at least one tariff, such as tariffs: [{tariff: rapid, for: everyone}]")
	}
	v.Done()
	return g
}

// readPlaces reads one item of attach; before are the places of the items
// before it.
func readPlaces(r *document.Reader, v *document.Value, before []FilePlace) (places []FilePlace) {
	issues := len(r.Issues)
	for scope := assign.OnNetwork; scope <= assign.OnEVSE; scope++ {
		field := v.Field(scope.String())
		id := field.Scalar("the place")
		if id == "" {
			continue
		}
		if slices.ContainsFunc(before, func(p FilePlace) bool { return p.Scope == scope && p.ID == id }) {
			r.Report(field, "place_twice", "the group is attached to the %s %q twice", scope, id)
		}
		places = append(places, FilePlace{scope, id, field.Path})
	}
	v.Done()
	if len(places) == 0 && len(r.Issues) == issues {
		r.Report(v, "required", "name a network, partner, location or evse by its external id")
	}
	return places
}

func readEntry(r *document.Reader, v *document.Value) FileEntry {
	e := FileEntry{Tariff: v.Field("tariff").Required("the tariff's name"), path: v.Path}
	who := v.Field("for")
	if who.Present() && who.Kind == document.Scalar {
		if s := who.Scalar("the audience"); s != "everyone" {
			r.Report(who, "audience_unknown", "%q is no audience; write everyone, or an object such as {groups: [staff]}", s)
		}
		e.Audience.Everyone = true
		return e
	}
	if !who.Present() {
		r.Report(who, "required", "say whom the tariff is for, such as everyone or {groups: [staff]}")
		return e
	}
	if !who.Object("the audience") {
		return e
	}
	a := &e.Audience
	a.Everyone, a.AdHoc = who.Field("everyone").Bool("everyone"), who.Field("adHoc").Bool("adHoc")
	a.Roaming, a.OwnerUsers = who.Field("roaming").Bool("roaming"), who.Field("ownerUsers").Bool("ownerUsers")
	for _, g := range who.Field("groups").List() {
		a.Groups = append(a.Groups, g.Required("the user group"))
	}
	for _, p := range who.Field("partnerUsers").List() {
		a.PartnerUsers = append(a.PartnerUsers, p.Required("the partner"))
	}
	for _, c := range who.Field("access").List() {
		class := assign.Access(c.Required("the access class"))
		if class != "" && !class.Valid() {
			r.Report(c, "access_unknown", "%q is none of public, restricted, private", class)
		}
		a.Access = append(a.Access, class)
	}
	who.Done()
	if a.Empty() {
		r.Report(who, "audience_empty", "the audience names nobody, so the tariff would never hold")
	}
	return e
}

// Imported counts what a file brought.
type Imported struct {
	Tariffs   int // tariffs in the file
	Published int // new versions among them
	Groups    int
}

// Import takes in a file in one transaction: tariffs first, then the groups
// that use them. A new tariff holds from the instant (zero: since ever), a
// changed one from then or now. A group of a name that exists is replaced.
func (d *Desk) Import(ctx context.Context, by access.Actor, f File, from calendar.Instant) (Imported, error) {
	if err := by.Check(access.ChangePrices); err != nil {
		return Imported{}, err
	}
	var out Imported
	err := d.Store.Update(ctx, func(tx Tx) error {
		out = Imported{Tariffs: len(f.Tariffs), Groups: len(f.Groups)}
		for _, doc := range f.Tariffs {
			p, err := d.publish(ctx, tx, by, doc, from, "")
			if err != nil {
				return err
			}
			if p.Changed {
				out.Published++
			}
		}
		for _, g := range f.Groups {
			if err := d.importGroup(ctx, tx, by, g); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

func (d *Desk) importGroup(ctx context.Context, tx Tx, by access.Actor, f FileGroup) error {
	g, err := tx.TariffGroupByExternalID(ctx, f.Name)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	before := g
	g.ExternalID, g.Name, g.Position, g.Entries, g.Attached = f.Name, f.Title, f.Position, nil, nil
	var issues []fault.Issue
	unknown := func(path, what, id string) {
		issues = append(issues, fault.Issue{Code: "reference_unknown", Field: path,
			Message: fmt.Sprintf("there is no %s with the external id %q; create it first", what, id)})
	}
	for _, e := range f.Entries {
		_, err := tx.TariffByName(ctx, e.Tariff)
		if fault.Is(err, fault.NotFound) {
			issues = append(issues, fault.Issue{Code: "reference_unknown", Field: e.path + ".tariff",
				Message: fmt.Sprintf("there is no tariff %q; write it in this file or publish it first", e.Tariff)})
		} else if err != nil {
			return err
		}
		entry := assign.Entry{Tariff: e.Tariff, Audience: e.Audience}
		entry.Audience.Groups, entry.Audience.PartnerUsers = nil, nil
		for i, id := range e.Audience.Groups {
			group, err := tx.UserGroupByExternalID(ctx, id)
			if fault.Is(err, fault.NotFound) {
				unknown(fmt.Sprintf("%s.for.groups[%d]", e.path, i), "user group", id)
			} else if err != nil {
				return err
			}
			entry.Audience.Groups = append(entry.Audience.Groups, group.ID)
		}
		for i, id := range e.Audience.PartnerUsers {
			partner, err := tx.PartnerByExternalID(ctx, id)
			if fault.Is(err, fault.NotFound) {
				unknown(fmt.Sprintf("%s.for.partnerUsers[%d]", e.path, i), "partner", id)
			} else if err != nil {
				return err
			}
			entry.Audience.PartnerUsers = append(entry.Audience.PartnerUsers, partner.ID)
		}
		g.Entries = append(g.Entries, entry)
	}
	for _, p := range f.Attach {
		id, err := placeByExternalID(ctx, tx, p)
		if fault.Is(err, fault.NotFound) {
			unknown(p.path, p.Scope.String(), p.ID)
		} else if err != nil {
			return err
		}
		g.Attached = append(g.Attached, assign.Attachment{Scope: p.Scope, PlaceID: id})
	}
	if err := invalidFile(issues); err != nil {
		return err
	}
	if reflect.DeepEqual(before, g) {
		return nil
	}
	_, err = d.saveGroup(ctx, tx, by, g)
	return err
}

func placeByExternalID(ctx context.Context, tx Tx, p FilePlace) (string, error) {
	switch p.Scope {
	case assign.OnNetwork:
		n, err := tx.NetworkByExternalID(ctx, p.ID)
		return n.ID, err
	case assign.OnPartner:
		n, err := tx.PartnerByExternalID(ctx, p.ID)
		return n.ID, err
	case assign.OnLocation:
		n, err := tx.LocationByExternalID(ctx, p.ID)
		return n.ID, err
	}
	n, err := tx.EVSEByExternalID(ctx, p.ID)
	return n.ID, err
}
