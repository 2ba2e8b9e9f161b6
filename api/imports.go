package api

import (
	"context"

	"kwote/domain/access"
	"kwote/domain/query"
)

// Import is one run of an import and what came of it.
type Import struct {
	ID          string           `json:"id"`
	Source      string           `json:"source" example:"sessions-2026-04" doc:"Name of the file"`
	StartedAt   string           `json:"startedAt" format:"date-time"`
	FinishedAt  string           `json:"finishedAt,omitempty" format:"date-time" doc:"Absent: running, or cut off"`
	Actor       string           `json:"actor" doc:"Id of whoever ran it"`
	Rows        int64            `json:"rows" example:"4021"`
	Imported    int64            `json:"imported" example:"4000"`
	Duplicates  int64            `json:"duplicates" example:"9"`
	Priced      int64            `json:"priced" example:"3990"`
	Unpriced    int64            `json:"unpriced" example:"10"`
	Quarantined map[string]int64 `json:"quarantined" doc:"Rows put aside, by reason"`
	Warnings    map[string]int64 `json:"warnings" doc:"Doubtful rows that were imported, by reason"`
}

// QuarantinedRow is a row that could not be imported, kept as it came.
type QuarantinedRow struct {
	ID         string `json:"id"`
	ImportID   string `json:"importId"`
	NetworkID  string `json:"networkId"`
	Line       int64  `json:"line" example:"1204" doc:"In the file, from 1"`
	ExternalID string `json:"externalId,omitempty"`
	Reason     string `json:"reason" example:"never_closed" doc:"Stable code"`
	Message    string `json:"message" example:"end: the session was never closed"`
	Raw        string `json:"raw" doc:"The row as it stood in the file"`
}

// ReasonCount is a number of rows with one reason.
type ReasonCount struct {
	Reason string `json:"reason" example:"never_closed"`
	Rows   int64  `json:"rows" example:"12"`
}

func showImport(i query.Import) Import {
	out := Import{i.ID, i.Source, i.StartedAt.String(), optional(i.FinishedAt), i.Actor, i.Rows, i.Imported, i.Duplicates, i.Priced, i.Unpriced,
		i.Quarantined, i.Warnings}
	if out.Quarantined == nil {
		out.Quarantined = map[string]int64{}
	}
	if out.Warnings == nil {
		out.Warnings = map[string]int64{}
	}
	return out
}

func showQuarantined(q query.Quarantined) QuarantinedRow {
	return QuarantinedRow{q.ID, q.ImportID, q.NetworkID, q.Line, q.ExternalID, q.Reason, q.Message, q.Raw}
}

func showReasonCount(c query.ReasonCount) ReasonCount { return ReasonCount(c) }

func (d *door) imports() {
	const tag = "Imports"
	type importsIn struct{ Paging }
	list(d, route{id: "listImports", path: root + "/imports", tag: tag, summary: "List imports", about: "Newest first.",
		answer: Import{exampleID, "sessions-2026-04", "2026-05-01T06:00:00Z", "2026-05-01T06:00:02Z", exampleID, 4021, 4000, 9, 3990, 10,
			map[string]int64{"never_closed": 12}, map[string]int64{"no_energy": 31}}},
		func(ctx context.Context, by access.Actor, in *importsIn) ([]query.Import, string, error) {
			return d.Charging.Imports(ctx, by, in.page())
		}, showImport)
	type rowsIn struct {
		ImportID  string `query:"importId" doc:"Only of this import"`
		NetworkID string `query:"networkId" doc:"Only of this network, by id or external id"`
		Reason    string `query:"reason" doc:"Only put aside for this reason"`
		Paging
	}
	list(d, route{id: "listQuarantine", path: root + "/quarantine", tag: tag, summary: "List rows of imports that were put aside",
		answer: QuarantinedRow{exampleID, exampleID, exampleID, 1204, "cdr-9", "never_closed", "end: the session was never closed", "cdr-9,2026-04-03T10:00:00Z,,12.1"}},
		func(ctx context.Context, by access.Actor, in *rowsIn) ([]query.Quarantined, string, error) {
			if err := resolve(ctx, by, reference{d.networkID, "networkId", &in.NetworkID}); err != nil {
				return nil, "", err
			}
			return d.Charging.Quarantine(ctx, by, query.QuarantineFilter{ImportID: in.ImportID, NetworkID: in.NetworkID, Reason: in.Reason, Page: in.page()})
		}, showQuarantined)
	type reasonsIn struct {
		ImportID string `query:"importId" doc:"Only of this import"`
		Paging
	}
	list(d, route{id: "listQuarantineReasons", path: root + "/quarantine/reasons", tag: tag, summary: "Count the rows put aside by reason",
		answer: ReasonCount{"never_closed", 12}},
		func(ctx context.Context, by access.Actor, in *reasonsIn) ([]query.ReasonCount, string, error) {
			all, err := d.Charging.QuarantineReasons(ctx, by, in.ImportID)
			if err != nil {
				return nil, "", err
			}
			return pageOf(all, in.page(), func(c query.ReasonCount) string { return c.Reason })
		}, showReasonCount)
}
