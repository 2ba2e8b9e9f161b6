package money

import "fmt"

// Currency is an ISO 4217 alphabetic code in upper case, such as "EUR".
type Currency string

// twoDigit lists the currencies whose minor unit is two decimals.
const twoDigit = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG"

// ParseCurrency accepts a known ISO 4217 code in upper case. The error says
// what a code looks like.
func ParseCurrency(s string) (Currency, error) {
	c := Currency(s)
	if !c.Valid() {
		return "", fmt.Errorf("currency %q is not an ISO 4217 code such as EUR", s)
	}
	return c, nil
}

// Valid reports whether c is a known ISO 4217 code.
func (c Currency) Valid() bool {
	if len(c) != 3 {
		return false
	}
	if c.Digits() != 2 {
		return true
	}
	for i := 0; i+3 <= len(twoDigit); i += 4 {
		if twoDigit[i:i+3] == string(c) {
			return true
		}
	}
	return false
}

// Digits is the number of decimals of the minor unit: 2 for EUR, 0 for JPY.
func (c Currency) Digits() int {
	switch c {
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0
	}
	return 2
}

// minorPerUnit is 10^Digits.
func (c Currency) minorPerUnit() int64 { return pow10[c.Digits()] }

var pow10 = [19]int64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18}
