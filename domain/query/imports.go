package query

import "kwote/domain/calendar"

// Import is one run of an import and what came of it.
type Import struct {
	ID          string
	Source      string // file name
	StartedAt   calendar.Instant
	FinishedAt  calendar.Instant // 0: running, or cut off
	Actor       string           // id
	Rows        int64
	Imported    int64
	Duplicates  int64
	Priced      int64
	Unpriced    int64
	Quarantined map[string]int64 // rows by reason
	Warnings    map[string]int64 // rows by reason
}

// Quarantined is a row that could not be imported, kept as it came.
type Quarantined struct {
	ID         string
	ImportID   string
	NetworkID  string
	Line       int64 // in the file, from 1
	ExternalID string
	Reason     string // stable code
	Message    string
	Raw        string
}

// QuarantineFilter narrows the quarantine; empty fields narrow nothing.
type QuarantineFilter struct {
	ImportID  string
	NetworkID string
	Reason    string
	Page
}

// ReasonCount is a number of rows with one reason.
type ReasonCount struct {
	Reason string
	Rows   int64
}
