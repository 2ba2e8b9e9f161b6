package query

import (
	"kwote/domain/calendar"
	"kwote/domain/tariff"
)

// TariffFilter narrows the list of tariffs.
type TariffFilter struct {
	Text string // part of the name or external id
	Page
}

// TariffVersion is a published version with what is kept beside it.
type TariffVersion struct {
	tariff.Version
	CreatedAt calendar.Instant
	CreatedBy string // id of the actor
	// AnnounceAt is the instant at which the version takes effect and an
	// event says so; 0 when that is done or needs no saying.
	AnnounceAt calendar.Instant
}

// TariffRow is a tariff in a list, with its newest version.
type TariffRow struct {
	tariff.Tariff
	LatestID     string // empty: no version yet
	LatestNumber int
	LatestFrom   calendar.Instant
}
