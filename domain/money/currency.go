package money

import "fmt"

// Currency is an ISO 4217 alphabetic code in upper case, such as "EUR".
type Currency string

// minorDigits lists the ISO 4217 currencies whose minor unit is not two
// decimals; every other known currency has two.
var minorDigits = map[Currency]int{
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0,
	"PYG": 0, "RWF": 0, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
}

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
	if _, ok := minorDigits[c]; ok {
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
	if d, ok := minorDigits[c]; ok {
		return d
	}
	return 2
}

// minorPerUnit is 10^Digits.
func (c Currency) minorPerUnit() int64 { return pow10[c.Digits()] }

var pow10 = [19]int64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18}
