package ocpi

import (
	"fmt"
	"strings"
	"time"

	"kwote/domain/calendar"
	"kwote/domain/document"
	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/money"
)

// maxElements bounds the elements of a tariff and the components of an element.
const maxElements = 1000

// ReadTariff reads the one tariff of a message: the object itself, a list of
// one, or either in an OCPI envelope. An empty version stands for the one whose
// fields the tariff uses. Fields of later versions are read with a warning. The
// fault lists every refusal with its path.
func ReadTariff(src []byte, version Version) (Tariff, []Warning, error) {
	r, v, err := parse(src)
	if err != nil {
		return Tariff{}, nil, err
	}
	if v.node.Kind == document.List {
		if items := v.items(); len(items) > 1 && items[0].looksLike("charging_periods", "elements") {
			return Tariff{}, nil, fault.New(fault.Invalid, "is_cdr", "these are charge detail records, not tariffs; use kwote price --cdr, one at a time")
		}
		if len(v.node.Items) != 1 {
			return Tariff{}, nil, fault.New(fault.Invalid, "not_one_tariff",
				fmt.Sprintf("the message holds a list of %d tariffs; give one at a time", len(v.node.Items)))
		}
		v = v.list("the message")[0]
	}
	t := r.tariff(v, version)
	if len(r.issues) == 0 {
		if f := fault.As(t.checkLimits()); f != nil {
			r.issues = append(r.issues, fault.Issue{Code: f.Code, Field: v.at(f.Field), Message: f.Message})
		}
	}
	return t, r.warnings, r.problem("ocpi_tariff_invalid", "the OCPI tariff cannot be used:")
}

// tariff reads a tariff at a place of a message. Refusals are left in the
// reader.
func (r *reader) tariff(v *value, version Version) Tariff {
	if !v.isObject() {
		v.refuse("wrong_kind", "a tariff must be an object with named fields")
		return Tariff{}
	}
	if v.looksLike("charging_periods", "elements") {
		v.refuse("is_cdr", "this is a charge detail record, not a tariff; use kwote price --cdr")
		return Tariff{}
	}
	if version == "" {
		version = v.tariffVersion()
	}
	t := Tariff{Version: version, Identity: readIdentity(v)}
	currency := v.field("currency")
	if s := currency.required("the currency"); s != "" {
		t.Currency = readCurrency(currency, s)
	}
	for _, text := range v.field("tariff_alt_text").list("tariff_alt_text") {
		if text.object("a text") {
			t.Texts = append(t.Texts, Text{text.field("language").text("the language"), text.field("text").text("the text")})
			text.done()
		}
	}
	t.TaxIncluded = readTaxIncluded(v, version)
	t.Min, t.Max = readLimit(v.field("min_price"), version), readLimit(v.field("max_price"), version)
	t.Start, t.End = optional(v.field("start_date_time").instant("start_date_time")), optional(v.field("end_date_time").instant("end_date_time"))
	if n, ok := v.field("preauthorize_amount").decimals("preauthorize_amount", money.PriceDecimals); ok {
		p := money.Price(n)
		t.Preauthorise = &p
	}
	t.Elements = readElements(v.field("elements"))
	v.done()
	if version == V211 {
		earlier(v, "min_price", "max_price", "start_date_time", "end_date_time")
	}
	if version != V230 {
		earlier(v, "tax_included", "preauthorize_amount")
	}
	v.review(t)
	return t
}

// earlier warns of fields that the version does not have; they were read all
// the same, since their meaning is plain.
func earlier(v *value, names ...string) {
	for _, n := range names {
		if f := v.field(n); f.present() {
			f.warn("field_of_later_version", "%s belongs to a later version of OCPI; it was read all the same", n)
		}
	}
}

func optional[T any](x T, ok bool) *T {
	if !ok {
		return nil
	}
	return &x
}

func readIdentity(v *value) Identity {
	i := Identity{
		CountryCode: v.field("country_code").text("the country code"),
		PartyID:     v.field("party_id").text("the party"),
		ID:          v.field("id").text("the id"),
		Type:        readType(v.field("type")),
		AltURL:      v.field("tariff_alt_url").text("tariff_alt_url"),
	}
	if mix := v.field("energy_mix"); mix.present() {
		i.EnergyMix = mix.node
	}
	i.LastUpdated = optional(v.field("last_updated").instant("last_updated"))
	return i
}

// tariffTypes are the sessions that a tariff can be for (2.2.1 TariffType).
var tariffTypes = []string{"AD_HOC_PAYMENT", "PROFILE_CHEAP", "PROFILE_FAST", "PROFILE_GREEN", "REGULAR"}

func readType(v *value) string {
	word, known := v.word("the type", tariffTypes...)
	if word != "" && !known {
		v.warn("type_unknown", "the type %q is not known; it must be one of %s; nobody can tell for which sessions the tariff is", word, strings.Join(tariffTypes, ", "))
	}
	return word
}

func readCurrency(v *value, s string) money.Currency {
	c, err := money.ParseCurrency(strings.ToUpper(s))
	switch {
	case err != nil:
		v.refuse("currency_unknown", "%s", err)
	case s != string(c):
		v.warn("not_upper_case", "the currency is %q; it was read as %s", s, c)
	}
	return c
}

func readTaxIncluded(v *value, version Version) TaxIncluded {
	f := v.field("tax_included")
	s := f.text("tax_included")
	included, known := map[string]TaxIncluded{"YES": TaxIsIncluded, "TRUE": TaxIsIncluded, "NO": TaxNotIncluded, "FALSE": TaxNotIncluded,
		"N/A": TaxNotApplicable, "NA": TaxNotApplicable}[strings.ToUpper(s)]
	switch {
	case s == "" && version == V230:
		f.warn("tax_included_missing", "tax_included is missing; prices were read as without tax")
	case s == "":
	case !known:
		f.refuse("word_unknown", "tax_included is %q; it must be YES, NO or N/A", s)
	case s != included.String():
		f.warn("tax_included_spelled", "tax_included is %s; it was read as %s", s, included)
	}
	return included
}

// readLimit reads a Price of 2.2.1, a PriceLimit of 2.3.0, or a bare number,
// which is taken as the amount before tax.
func readLimit(v *value, version Version) Limit {
	amount := func(f *value) *money.Price {
		n, ok := f.decimals("the limit", money.PriceDecimals)
		return optional(money.Price(n), ok)
	}
	if !v.present() {
		return Limit{}
	}
	if v.node.Kind == document.Scalar {
		v.warn("bare_amount", "the limit is a bare number; it was taken as the amount before tax")
		return Limit{Excl: amount(v)}
	}
	if !v.object("the limit") {
		return Limit{}
	}
	excl, incl := "excl_vat", "incl_vat"
	if v.field("before_taxes").present() || v.field("after_taxes").present() {
		excl, incl = "before_taxes", "after_taxes"
	}
	if version == V230 != (excl == "before_taxes") {
		v.warn("field_of_other_version", "the limit has the form of another version of OCPI; it was read as %s and %s", excl, incl)
	}
	l := Limit{amount(v.field(excl)), amount(v.field(incl))}
	switch {
	case !l.set():
		v.refuse("required", "the limit has no amount; it needs %s", excl)
	case l.Excl == nil:
		v.warn("limit_doubtful", "the limit has no %s, which OCPI requires; only the total with tax was bounded", excl)
	case l.Incl != nil && *l.Incl < *l.Excl:
		v.warn("limit_doubtful", "%s is %s, below %s, which is %s; both were taken as they are", incl, l.Incl, excl, l.Excl)
	}
	v.done()
	return l
}

func readElements(v *value) []Element {
	items := v.list("elements")
	switch {
	case len(items) == 0:
		v.refuse("required", "the tariff has no elements, so it has no price")
	case len(items) > maxElements:
		v.refuse("too_many", "%d elements; at most %d are read", len(items), maxElements)
		return nil
	}
	var out []Element
	for _, item := range items {
		if !item.object("an element") {
			if !item.present() {
				item.refuse("required", "the element is empty")
			}
			continue
		}
		e := Element{path: item.path, Components: readComponents(item.field("price_components"))}
		if f := item.field("restrictions"); f.object("restrictions") {
			e.unknown = f.spellRestrictions()
			e.Restrictions = readRestrictions(f)
		}
		item.done()
		out = append(out, e)
	}
	return out
}

func readComponents(v *value) []Component {
	items := v.list("price_components")
	switch {
	case len(items) == 0:
		v.refuse("required", "the element has no price components")
	case len(items) > maxElements:
		v.refuse("too_many", "%d price components; at most %d are read", len(items), maxElements)
		return nil
	}
	var out []Component
	for _, item := range items {
		if !item.object("a price component") {
			if !item.present() {
				item.refuse("required", "the price component is empty")
			}
			continue
		}
		out = append(out, readComponent(item))
		item.done()
	}
	return out
}

func readComponent(v *value) Component {
	c := Component{path: v.path}
	kind := v.field("type")
	switch word, known := kind.word("the type", componentNames[:]...); {
	case known:
		for t := range componentTypes {
			if t.String() == word {
				c.Type = t
			}
		}
	case word == "":
		kind.refuse("required", "the type is missing; it must be one of ENERGY, FLAT, PARKING_TIME, TIME")
	default:
		kind.refuse("word_unknown", "the type is %q; it must be one of ENERGY, FLAT, PARKING_TIME, TIME", word)
	}
	price := v.field("price")
	if !price.present() {
		price.refuse("required", "the price is missing; a price of nothing is 0")
	}
	n, _ := price.decimal("the price", money.PriceDecimals)
	if n < 0 && c.Type != Energy {
		price.refuse("number_negative", "the price is %s; only energy can have a price below zero", price.node.Text)
	}
	c.Price = money.Price(n)
	c.VAT = readVAT(v.field("vat"))
	c.Step = readStep(v.field("step_size"), c.Type)
	return c
}

// readVAT reads a percentage into millionths. No country has a VAT between 0
// and 1 %, so 0.19 can only mean 19 %.
func readVAT(v *value) *int64 {
	n, ok := v.decimals("vat", 4)
	switch {
	case !ok:
		return nil
	case n > 0 && n < 10_000:
		v.warn("vat_fraction", "vat is %s; it was read as %s %%", v.node.Text, formatDecimal(n*100, 4))
		n *= 100
	case n > 1_000_000:
		v.refuse("number_out_of_range", "vat is %s; it must be a percentage up to 100", v.node.Text)
		return nil
	}
	return &n
}

// maxStep is larger than any step that makes sense: ten years, or 315 MWh.
const maxStep = 3653 * 86400

func readStep(v *value, t ComponentType) int64 {
	n, ok := v.decimals("step_size", 0)
	switch {
	case !ok && !v.present() && t != Flat:
		v.warn("step_size_missing", "step_size is missing; quantities were taken as measured")
	case ok && n == 0 && t != Flat:
		v.warn("step_size_zero", "step_size is 0; quantities were taken as measured")
	case n > maxStep:
		v.refuse("number_out_of_range", "step_size is %s; that is more than can be counted", v.node.Text)
	}
	if t == Flat {
		return 0 // a fee has no unit that could be rounded
	}
	return n
}

func readRestrictions(v *value) Restrictions {
	var r Restrictions
	r.StartTime, r.EndTime = readTime(v.field("start_time"), "start_time"), readTime(v.field("end_time"), "end_time")
	r.StartDate, r.EndDate = readDate(v.field("start_date"), "start_date"), readDate(v.field("end_date"), "end_date")
	bound := func(name string, places int) *int64 {
		return optional(v.field(name).decimals(name, places))
	}
	r.MinKWh, r.MaxKWh = as[energy.Quantity](bound("min_kwh", 9)), as[energy.Quantity](bound("max_kwh", 9))
	r.MinCurrent, r.MaxCurrent = bound("min_current", 3), bound("max_current", 3)
	r.MinPower, r.MaxPower = as[energy.Power](bound("min_power", 6)), as[energy.Power](bound("max_power", 6))
	r.MinDuration, r.MaxDuration = bound("min_duration", 0), bound("max_duration", 0)
	r.Days = readDays(v.field("day_of_week"))
	reservation := v.field("reservation")
	switch word, _ := reservation.word("reservation"); word {
	case "":
	case Reserved.String():
		r.Reservation = Reserved
	case ReservationExpires.String():
		r.Reservation = ReservationExpires
	default:
		reservation.refuse("word_unknown", "reservation is %q; it must be RESERVATION or RESERVATION_EXPIRES", word)
	}
	if booking := v.field("booking"); booking.present() {
		booking.refuse("booking_unknown", "the restriction booking belongs to the bookings branch of OCPI, which is not read; leave it out, or use reservation")
	}
	return r
}

func as[T ~int64](n *int64) *T {
	if n == nil {
		return nil
	}
	t := T(*n)
	return &t
}

// readTime reads a local time. Seconds, which OCPI does not have, are read with
// a warning.
func readTime(v *value, name string) *calendar.TimeOfDay {
	s := v.text(name)
	if s == "" {
		return nil
	}
	padded := s
	if len(s) > 1 && s[1] == ':' {
		padded = "0" + s
	}
	t, err := calendar.ParseTimeOfDay(padded)
	switch {
	case err != nil || name == "start_time" && t == wholeDay:
		v.refuse("time_malformed", "%s is %q, which is not a time of day such as 07:30", name, s)
		return nil
	case len(s) != len("07:30"):
		v.warn("time_form", "%s is %q, which is not of the form 07:30; it was read as %s", name, s, t)
	case s == "23:59" && name == "end_time":
		v.warn("end_time_2359", "end_time is 23:59, which leaves out the last minute of the day; the end of the day is written 00:00")
	}
	return &t
}

// wholeDay is the time of day at which a day ends.
const wholeDay calendar.TimeOfDay = 86400

func readDate(v *value, name string) *calendar.Date {
	s := v.text(name)
	if s == "" {
		return nil
	}
	day := s
	if len(s) > 10 && (s[10] == 'T' || s[10] == ' ') {
		v.warn("date_form", "%s is %q; only its date was read", name, s)
		day = s[:10]
	}
	d, err := calendar.ParseDate(day)
	if err != nil {
		v.refuse("date_malformed", "%s is %q, which is not a date such as 2026-05-03", name, s)
		return nil
	}
	return &d
}

func readDays(v *value) calendar.Weekdays {
	var days calendar.Weekdays
	items := v.list("day_of_week")
	if v.present() && len(items) == 0 {
		v.warn("list_empty", "day_of_week is an empty list; it was taken for absent")
	}
	for _, item := range items {
		word, _ := item.word("the day")
		d := weekday(word)
		if d < 0 {
			item.refuse("word_unknown", "the day is %q; it must be MONDAY to SUNDAY", word)
			continue
		}
		days = days.With(d)
	}
	return days
}

// weekday is the day that the wire names, below zero for another word.
func weekday(word string) time.Weekday {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.ToUpper(d.String()) == word {
			return d
		}
	}
	return -1
}

// formatDecimal writes n·10^-places as the shortest JSON number.
func formatDecimal(n int64, places int) string {
	sign, digits := "", fmt.Sprint(uint64(n))
	if n < 0 {
		sign, digits = "-", fmt.Sprint(-uint64(n))
	}
	if len(digits) <= places {
		digits = strings.Repeat("0", places+1-len(digits)) + digits
	}
	whole, frac := digits[:len(digits)-places], strings.TrimRight(digits[len(digits)-places:], "0")
	if frac == "" {
		return sign + whole
	}
	return sign + whole + "." + frac
}
