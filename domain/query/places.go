package query

// PartnerFilter narrows the list of partners.
type PartnerFilter struct {
	Text string // part of the name or external id
	Page
}

// LocationFilter narrows the list of locations; empty fields narrow nothing.
type LocationFilter struct {
	NetworkID string
	PartnerID string
	Country   string // ISO 3166-1 alpha-2
	Text      string // part of the name, address, city, postal code or external id
	Page
}

// EVSEFilter narrows the list of EVSEs; empty fields narrow nothing.
type EVSEFilter struct {
	NetworkID  string
	LocationID string
	Text       string // part of the name or the EVSE ID
	Page
}

// Counts are the sizes of the tables that are small enough to count.
type Counts struct {
	Networks, Partners, Locations, EVSEs int64
	Users, UserGroups, Tokens, Staff     int64
	Tariffs, TariffGroups                int64
}
