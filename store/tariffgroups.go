package store

import (
	"context"

	"kwote/domain/assign"
)

var aTariffGroup = kind{"tariff group", "tariff_groups"}

// entryDoc is the kept form of a group's entry.
type entryDoc struct {
	Tariff       string          `json:"tariff"`
	Everyone     bool            `json:"everyone,omitempty"`
	AdHoc        bool            `json:"adHoc,omitempty"`
	Roaming      bool            `json:"roaming,omitempty"`
	Groups       []string        `json:"groups,omitempty"`
	PartnerUsers []string        `json:"partnerUsers,omitempty"`
	OwnerUsers   bool            `json:"ownerUsers,omitempty"`
	Access       []assign.Access `json:"access,omitempty"`
}

func entriesJSON(entries []assign.Entry) (string, error) {
	docs := make([]entryDoc, len(entries))
	for i, e := range entries {
		a := e.Audience
		docs[i] = entryDoc{e.Tariff, a.Everyone, a.AdHoc, a.Roaming, a.Groups, a.PartnerUsers, a.OwnerUsers, a.Access}
	}
	return jsonText(docs)
}

func entriesFromJSON(text string) ([]assign.Entry, error) {
	var docs []entryDoc
	if err := fromJSON(text, &docs); err != nil || len(docs) == 0 {
		return nil, err
	}
	entries := make([]assign.Entry, len(docs))
	for i, d := range docs {
		entries[i] = assign.Entry{Tariff: d.Tariff, Audience: assign.Audience{Everyone: d.Everyone, AdHoc: d.AdHoc,
			Roaming: d.Roaming, Groups: d.Groups, PartnerUsers: d.PartnerUsers, OwnerUsers: d.OwnerUsers, Access: d.Access}}
	}
	return entries, nil
}

// SaveTariffGroup keeps a tariff group with its entries and attachments.
func (tx *Tx) SaveTariffGroup(ctx context.Context, g assign.Group) error {
	entries, err := entriesJSON(g.Entries)
	if err != nil {
		return err
	}
	err = tx.save(ctx, aTariffGroup, g.ID, g.Version,
		`INSERT INTO tariff_groups (id, external_id, name, position, entries, version) VALUES ($1, $2, $3, $4, $5, $6)`,
		`UPDATE tariff_groups SET external_id = $2, name = $3, position = $4, entries = $5, version = version + 1 WHERE id = $1 AND version = $6`,
		g.ID, g.ExternalID, g.Name, int64(g.Position), entries)
	if err != nil {
		return err
	}
	if g.Version > 0 {
		if _, err := tx.exec(ctx, `DELETE FROM attachments WHERE group_id = $1`, g.ID); err != nil {
			return err
		}
	}
	return tx.addAttachments(ctx, g)
}

func (tx *Tx) addAttachments(ctx context.Context, g assign.Group) error {
	insert, err := tx.statement(ctx, `INSERT INTO attachments (group_id, ordinal, scope, place_id) VALUES ($1, $2, $3, $4)`)
	if err != nil {
		return err
	}
	for i, a := range g.Attached {
		if _, err := insert.ExecContext(ctx, g.ID, int64(i), a.Scope.String(), a.PlaceID); err != nil {
			return kind{thing: "attachment of this tariff group"}.name(tx.explain(err))
		}
	}
	return nil
}

const selectTariffGroup = `SELECT id, external_id, name, position, entries, version FROM tariff_groups`

func scanTariffGroup(r row) (g assign.Group, err error) {
	var entries string
	if err := r.Scan(&g.ID, &g.ExternalID, &g.Name, &g.Position, &entries, &g.Version); err != nil {
		return g, err
	}
	g.Entries, err = entriesFromJSON(entries)
	return g, err
}

// attachment is one row of attachments with the group that it belongs to.
type attachment struct {
	groupID string
	assign.Attachment
}

func scanAttachment(r row) (a attachment, err error) {
	var scope string
	if err := r.Scan(&a.groupID, &scope, &a.PlaceID); err != nil {
		return a, err
	}
	a.Scope, err = assign.ParseScope(scope)
	return a, err
}

// TariffGroup finds a tariff group by id.
func (tx *Tx) TariffGroup(ctx context.Context, id string) (assign.Group, error) {
	g, err := find(ctx, tx, aTariffGroup, "id", id, scanTariffGroup, selectTariffGroup+` WHERE id = $1`, id)
	return tx.withAttachments(ctx, g, err)
}

// TariffGroupByExternalID finds a tariff group by the id that it has elsewhere.
func (tx *Tx) TariffGroupByExternalID(ctx context.Context, externalID string) (assign.Group, error) {
	g, err := find(ctx, tx, aTariffGroup, "externalId", externalID, scanTariffGroup,
		selectTariffGroup+` WHERE external_id = $1 AND external_id <> ''`, externalID)
	return tx.withAttachments(ctx, g, err)
}

func (tx *Tx) withAttachments(ctx context.Context, g assign.Group, err error) (assign.Group, error) {
	if err != nil {
		return g, err
	}
	all, err := list(ctx, tx, scanAttachment, `SELECT group_id, scope, place_id FROM attachments WHERE group_id = $1 ORDER BY ordinal`, g.ID)
	for _, a := range all {
		g.Attached = append(g.Attached, a.Attachment)
	}
	return g, err
}

// TariffGroups lists every tariff group by position and name.
func (tx *Tx) TariffGroups(ctx context.Context) ([]assign.Group, error) {
	groups, err := list(ctx, tx, scanTariffGroup, selectTariffGroup+` ORDER BY position, name, id`)
	if err != nil {
		return nil, err
	}
	all, err := list(ctx, tx, scanAttachment, `SELECT group_id, scope, place_id FROM attachments ORDER BY group_id, ordinal`)
	if err != nil {
		return nil, err
	}
	attached := make(map[string][]assign.Attachment, len(groups))
	for _, a := range all {
		attached[a.groupID] = append(attached[a.groupID], a.Attachment)
	}
	for i := range groups {
		groups[i].Attached = attached[groups[i].ID]
	}
	return groups, nil
}
