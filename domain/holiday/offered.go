package holiday

import (
	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/ar"
	"github.com/rickar/cal/v2/at"
	"github.com/rickar/cal/v2/au"
	"github.com/rickar/cal/v2/be"
	"github.com/rickar/cal/v2/bg"
	"github.com/rickar/cal/v2/br"
	"github.com/rickar/cal/v2/ca"
	"github.com/rickar/cal/v2/ch"
	"github.com/rickar/cal/v2/cz"
	"github.com/rickar/cal/v2/de"
	"github.com/rickar/cal/v2/dk"
	"github.com/rickar/cal/v2/es"
	"github.com/rickar/cal/v2/fr"
	"github.com/rickar/cal/v2/gb"
	"github.com/rickar/cal/v2/gr"
	"github.com/rickar/cal/v2/hr"
	"github.com/rickar/cal/v2/ie"
	"github.com/rickar/cal/v2/it"
	"github.com/rickar/cal/v2/jp"
	"github.com/rickar/cal/v2/lt"
	"github.com/rickar/cal/v2/lv"
	"github.com/rickar/cal/v2/mw"
	"github.com/rickar/cal/v2/nc"
	"github.com/rickar/cal/v2/nl"
	"github.com/rickar/cal/v2/no"
	"github.com/rickar/cal/v2/nz"
	"github.com/rickar/cal/v2/pl"
	"github.com/rickar/cal/v2/ro"
	"github.com/rickar/cal/v2/ru"
	"github.com/rickar/cal/v2/se"
	"github.com/rickar/cal/v2/si"
	"github.com/rickar/cal/v2/sk"
	"github.com/rickar/cal/v2/ua"
	"github.com/rickar/cal/v2/us"
	"github.com/rickar/cal/v2/za"
)

// offered is every calendar by its code. GB is that of England and Wales, which
// is the only one of that country that the library has.
var offered = map[string]*Calendar{
	"AR": keeps(ar.Holidays),
	"AT": keeps(at.Holidays),
	"BE": keeps(be.Holidays),
	"BG": keeps(bg.Holidays),
	"BR": keeps(br.Holidays),
	"CA": keeps(ca.Holidays),
	"CZ": keeps(cz.Holidays),
	"DK": keeps(dk.Holidays),
	"ES": keeps(es.Holidays),
	"FR": keeps(fr.Holidays),
	"GB": keeps(gb.Holidays),
	"GR": keeps(gr.Holidays),
	"HR": keeps(hr.Holidays),
	"IE": keeps(ie.Holidays),
	"IT": keeps(it.Holidays),
	"JP": keeps(jp.Holidays),
	"LT": keeps(lt.Holidays),
	"LV": keeps(lv.Holidays),
	"MW": keeps(mw.Holidays),
	"NC": keeps(nc.Holidays),
	"NL": keeps(nl.Holidays),
	"NO": keeps(no.Holidays),
	"NZ": keeps(nz.Holidays),
	"PL": keeps(pl.Holidays),
	"RO": keeps(ro.Holidays),
	"RU": keeps(ru.Holidays),
	"SE": keeps(se.Holidays),
	"SI": keeps(si.Holidays),
	"SK": keeps(sk.Holidays),
	"UA": keeps(ua.Holidays),
	"US": keeps(us.Holidays),
	"ZA": keeps(za.Holidays),
	"DE": keeps(de.Holidays),
	"AU": keeps(au.HolidaysACT, au.HolidaysNSW, au.HolidaysNT, au.HolidaysQLD, au.HolidaysSA, au.HolidaysTAS, au.HolidaysVIC, au.HolidaysWA),
	"CH": keeps(ch.HolidaysAG, ch.HolidaysAI, ch.HolidaysAR, ch.HolidaysBE, ch.HolidaysBL, ch.HolidaysBS, ch.HolidaysFR, ch.HolidaysGE, ch.HolidaysGL, ch.HolidaysGR, ch.HolidaysJU, ch.HolidaysLU, ch.HolidaysNE, ch.HolidaysNW, ch.HolidaysOW, ch.HolidaysSG, ch.HolidaysSH, ch.HolidaysSO, ch.HolidaysSZ, ch.HolidaysTG, ch.HolidaysTI, ch.HolidaysUR, ch.HolidaysVD, ch.HolidaysVS, ch.HolidaysZG, ch.HolidaysZH),

	"AU-ACT": keeps(au.HolidaysACT),
	"AU-NSW": keeps(au.HolidaysNSW),
	"AU-NT":  keeps(au.HolidaysNT),
	"AU-QLD": keeps(au.HolidaysQLD),
	"AU-SA":  keeps(au.HolidaysSA),
	"AU-TAS": keeps(au.HolidaysTAS),
	"AU-VIC": keeps(au.HolidaysVIC),
	"AU-WA":  keeps(au.HolidaysWA),

	"CH-AG": keeps(ch.HolidaysAG),
	"CH-AI": keeps(ch.HolidaysAI),
	"CH-AR": keeps(ch.HolidaysAR),
	"CH-BE": keeps(ch.HolidaysBE),
	"CH-BL": keeps(ch.HolidaysBL),
	"CH-BS": keeps(ch.HolidaysBS),
	"CH-FR": keeps(ch.HolidaysFR),
	"CH-GE": keeps(ch.HolidaysGE),
	"CH-GL": keeps(ch.HolidaysGL),
	"CH-GR": keeps(ch.HolidaysGR),
	"CH-JU": keeps(ch.HolidaysJU),
	"CH-LU": keeps(ch.HolidaysLU),
	"CH-NE": keeps(ch.HolidaysNE),
	"CH-NW": keeps(ch.HolidaysNW),
	"CH-OW": keeps(ch.HolidaysOW),
	"CH-SG": keeps(ch.HolidaysSG),
	"CH-SH": keeps(ch.HolidaysSH),
	"CH-SO": keeps(ch.HolidaysSO),
	"CH-SZ": keeps(ch.HolidaysSZ),
	"CH-TG": keeps(ch.HolidaysTG),
	"CH-TI": keeps(ch.HolidaysTI),
	"CH-UR": keeps(ch.HolidaysUR),
	"CH-VD": keeps(ch.HolidaysVD),
	"CH-VS": keeps(ch.HolidaysVS),
	"CH-ZG": keeps(ch.HolidaysZG),
	"CH-ZH": keeps(ch.HolidaysZH),

	"DE-BB": keeps(de.HolidaysBB),
	"DE-BE": keeps(de.HolidaysBE),
	"DE-BW": keeps(de.HolidaysBW),
	"DE-BY": keeps(de.HolidaysBY),
	"DE-HB": keeps(de.HolidaysHB),
	"DE-HE": keeps(de.HolidaysHE),
	"DE-HH": keeps(de.HolidaysHH),
	"DE-MV": keeps(de.HolidaysMV),
	"DE-NI": keeps(de.HolidaysNI),
	"DE-NW": keeps(de.HolidaysNW),
	"DE-RP": keeps(de.HolidaysRP),
	"DE-SH": keeps(de.HolidaysSH),
	"DE-SL": keeps(de.HolidaysSL),
	"DE-SN": keeps(de.HolidaysSN),
	"DE-ST": keeps(de.HolidaysST),
	"DE-TH": keeps(de.HolidaysTH),
}

// keeps is the calendar of the days that are in every list.
func keeps(lists ...[]*cal.Holiday) *Calendar { return &Calendar{lists: lists} }
