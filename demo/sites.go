package demo

import "kwote/domain/assign"

// use is what people do at a bay. It sets who comes, when, and for how long.
type use uint8

const (
	rapid   use = iota // DC beside a road or a shop
	street             // public AC
	visitor            // the public points of an employer
	work               // an employer's points for its staff
	home               // the points of a residential building
	depot              // where a company's cars spend the night
	uses
)

// baySpec is a row of like points at a site.
type baySpec struct {
	points int
	watts  int64
	use    use
	access assign.Access
}

// kind is a kind of site.
type kind uint8

const (
	hub kind = iota
	kerb
	carPark
	shop
	office
	housing
	yard
)

// layouts are the points of each kind of site: ten, eight, twelve, seven,
// fourteen, ten and eight of them.
var layouts = [...][]baySpec{
	hub: {{4, 50_000, rapid, assign.Public}, {2, 100_000, rapid, assign.Public}, {2, 150_000, rapid, assign.Public},
		{1, 300_000, rapid, assign.Public}, {1, 22_000, street, assign.Public}},
	kerb: {{3, 22_000, street, assign.Public}, {3, 11_000, street, assign.Public}, {2, 7_400, street, assign.Public}},
	carPark: {{5, 11_000, street, assign.Public}, {3, 7_400, street, assign.Public}, {2, 22_000, street, assign.Public},
		{2, 50_000, rapid, assign.Public}},
	shop:    {{4, 22_000, street, assign.Public}, {2, 50_000, rapid, assign.Public}, {1, 100_000, rapid, assign.Public}},
	office:  {{8, 11_000, work, assign.Restricted}, {4, 22_000, work, assign.Restricted}, {2, 22_000, visitor, assign.Public}},
	housing: {{4, 3_700, home, assign.Private}, {3, 7_400, home, assign.Private}, {3, 11_000, home, assign.Private}},
	yard:    {{5, 22_000, depot, assign.Private}, {3, 11_000, depot, assign.Private}},
}

// partnerSpec is a company on whose ground charging is offered. Mail is the
// domain of its people's addresses.
type partnerSpec struct{ key, name, mail string }

var partnerSpecs = []partnerSpec{
	{"halle-soleil", "Halle Soleil", "halle-soleil.example"},
	{"ville-de-nantes-parking", "Stationnement Loire-Atlantique", "stationnement-loire.example"},
	{"atelier-verrin", "Atelier Verrin", "atelier-verrin.example"},
	{"kermor-logiciels", "Kermor Logiciels", "kermor.example"},
	{"residence-tilleuls", "Résidence des Tilleuls", "tilleuls.example"},
	{"cour-des-moulins", "Copropriété Cour des Moulins", "cour-des-moulins.example"},
	{"messageries-du-midi", "Messageries du Midi", "messageries-midi.example"},
	{"parkhaus-rheinblick", "Parkhaus Rheinblick", "rheinblick.example"},
	{"isarwerk", "Isarwerk Feinmechanik", "isarwerk.example"},
	{"neckarsoft", "Neckarsoft", "neckarsoft.example"},
	{"wohnhof-plagwitz", "Wohnhof Plagwitz", "wohnhof-plagwitz.example"},
	{"leineblitz-kurier", "Leineblitz Kurier", "leineblitz.example"},
	{"fjordparkering", "Fjordparkering", "fjordparkering.example"},
	{"borettslaget-ekely", "Borettslaget Ekely", "ekely.example"},
	{"bakklandet-sameie", "Bakklandet Sameie", "bakklandet.example"},
	{"harbour-lane", "Harbour Lane Stores", "harbour-lane.example"},
	{"midlands-parcel", "Midlands Parcel", "midlands-parcel.example"},
	{"prairie-analytics", "Prairie Analytics", "prairie-analytics.example"},
	{"goldengate-robotics", "Golden Hill Robotics", "golden-hill.example"},
	{"peach-market", "Peach Street Market", "peach-street.example"},
}

// siteSpec is a location. Draw is how busy it is, a hundred being usual.
type siteSpec struct {
	kind    kind
	partner string // key; empty: the operator's own
	name    string
	address string
	postal  string
	city    string
	country string
	region  string
	zone    string
	draw    int64
}

const (
	paris  = "Europe/Paris"
	berlin = "Europe/Berlin"
	oslo   = "Europe/Oslo"
	london = "Europe/London"
	east   = "America/New_York"
	middle = "America/Chicago"
	rocky  = "America/Denver"
	west   = "America/Los_Angeles"
)

// zoneNames are the zones of the network's sites.
var zoneNames = []string{paris, berlin, oslo, london, east, middle, rocky, west}

var siteSpecs = []siteSpec{
	{hub, "", "Aire de la Dombes", "12 route des Étangs", "69390", "Lyon", "FR", "ARA", paris, 130},
	{hub, "", "Reims Porte Est", "4 rue du Relais", "51100", "Reims", "FR", "GES", paris, 100},
	{kerb, "", "Canal Saint-Martin", "87 quai des Écluses", "75010", "Paris", "FR", "IDF", paris, 150},
	{kerb, "", "Batignolles", "31 rue des Ateliers", "75017", "Paris", "FR", "IDF", paris, 120},
	{kerb, "", "Chartrons", "19 cours des Négociants", "33000", "Bordeaux", "FR", "NAQ", paris, 90},
	{carPark, "ville-de-nantes-parking", "Parking Île Verte", "2 boulevard des Chantiers", "44200", "Nantes", "FR", "PDL", paris, 100},
	{shop, "halle-soleil", "Halle Soleil Lille", "150 avenue des Filatures", "59000", "Lille", "FR", "HDF", paris, 110},
	{shop, "halle-soleil", "Halle Soleil Toulouse", "9 rue du Pastel", "31200", "Toulouse", "FR", "OCC", paris, 110},
	{office, "atelier-verrin", "Atelier Verrin", "6 chemin des Forges", "38000", "Grenoble", "FR", "ARA", paris, 100},
	{office, "kermor-logiciels", "Kermor Campus", "22 rue des Goélands", "35000", "Rennes", "FR", "BRE", paris, 80},
	{housing, "residence-tilleuls", "Résidence des Tilleuls", "45 allée des Tilleuls", "92100", "Boulogne-Billancourt", "FR", "IDF", paris, 120},
	{housing, "cour-des-moulins", "Cour des Moulins", "3 quai des Moulins", "67000", "Strasbourg", "FR", "GES", paris, 100},
	{yard, "messageries-du-midi", "Dépôt de l'Estaque", "71 chemin du Littoral", "13016", "Marseille", "FR", "PAC", paris, 110},
	{hub, "", "Ladepark Kassel-Süd", "Am Lohfeld 8", "34123", "Kassel", "DE", "HE", berlin, 120},
	{hub, "", "Ladepark Nürnberg-Feucht", "Zum Reichswald 3", "90475", "Nürnberg", "DE", "BY", berlin, 100},
	{kerb, "", "Kollwitzkiez", "Schönfließer Zeile 14", "10405", "Berlin", "DE", "BE", berlin, 140},
	{kerb, "", "Ottensen", "Bahrenfelder Gang 27", "22765", "Hamburg", "DE", "HH", berlin, 110},
	{carPark, "parkhaus-rheinblick", "Parkhaus Rheinblick", "Rheinuferweg 51", "50667", "Köln", "DE", "NW", berlin, 110},
	{office, "isarwerk", "Isarwerk München", "Gießereihof 11", "81541", "München", "DE", "BY", berlin, 130},
	{office, "neckarsoft", "Neckarsoft Campus", "Wilhelmsaue 40", "70372", "Stuttgart", "DE", "BW", berlin, 100},
	{housing, "wohnhof-plagwitz", "Wohnhof Plagwitz", "Spinnereiweg 5", "04229", "Leipzig", "DE", "SN", berlin, 90},
	{yard, "leineblitz-kurier", "Leineblitz Betriebshof", "Hansering 102", "30165", "Hannover", "DE", "NI", berlin, 100},
	{hub, "", "Mjøsa Ladestasjon", "Strandvegen 20", "2609", "Lillehammer", "NO", "34", oslo, 110},
	{hub, "", "Sørlandsporten", "Rigeveien 15", "4621", "Kristiansand", "NO", "42", oslo, 100},
	{kerb, "", "Grünerløkka", "Møllerveien 33", "0553", "Oslo", "NO", "03", oslo, 120},
	{carPark, "fjordparkering", "Fjordparkering Sentrum", "Nordnesgaten 7", "5005", "Bergen", "NO", "46", oslo, 100},
	{housing, "borettslaget-ekely", "Borettslaget Ekely", "Ekelyveien 18", "0374", "Oslo", "NO", "03", oslo, 130},
	{housing, "bakklandet-sameie", "Bakklandet Sameie", "Nedre Brygge 9", "7014", "Trondheim", "NO", "50", oslo, 110},
	{hub, "", "Milton Keynes Coachway", "2 Fenny Way", "MK15 0EB", "Milton Keynes", "GB", "ENG", london, 110},
	{kerb, "", "Bermondsey Street", "64 Tanner Row", "SE1 3UD", "London", "GB", "ENG", london, 130},
	{carPark, "", "Ancoats Car Park", "17 Spinners Street", "M4 6BF", "Manchester", "GB", "ENG", london, 100},
	{shop, "harbour-lane", "Harbour Lane Leith", "5 Customs Wharf", "EH6 6QA", "Edinburgh", "GB", "SCT", london, 90},
	{yard, "midlands-parcel", "Midlands Parcel Depot", "38 Foundry Road", "B7 4AX", "Birmingham", "GB", "ENG", london, 100},
	{kerb, "", "Greenpoint", "212 Calyer Street", "11222", "New York", "US", "NY", east, 120},
	{shop, "peach-market", "Peach Street Market", "940 Peach Street NW", "30318", "Atlanta", "US", "GA", east, 90},
	{office, "prairie-analytics", "Prairie Analytics", "415 West Carroll Yard", "60607", "Chicago", "US", "IL", middle, 100},
	{hub, "", "Trinity Charging Plaza", "3301 Riverbend Drive", "75212", "Dallas", "US", "TX", middle, 90},
	{carPark, "", "Union Garage", "1820 Platte Row", "80202", "Denver", "US", "CO", rocky, 100},
	{hub, "", "Arroyo Charging Plaza", "750 Arroyo Parkway", "90031", "Los Angeles", "US", "CA", west, 130},
	{office, "goldengate-robotics", "Golden Hill Robotics", "88 Potrero Terrace", "94107", "San Francisco", "US", "CA", west, 110},
}
