// Writes testdata/intl.json: what the Intl of Node.js (CLDR) says about money, numbers and dates in our languages.
// The Go tests compare our own formatting with it. Run `npm run golden` to write it again.
import { writeFileSync } from "node:fs";

const out = { money: [], percent: [], number: [], date: [] };
const minus = (text) => text.replace("-", "\u2212");
for (const lang of ["en", "fr"]) {
  for (const [currency, digits] of [["EUR", 2], ["NOK", 2], ["GBP", 2], ["USD", 2], ["CHF", 2], ["SEK", 2]]) {
    for (const minor of [0, 5, 99, 123450, -123450, 100000000, -7]) {
      const format = new Intl.NumberFormat(lang, {
        style: "currency", currency, minimumFractionDigits: digits,
        currencyDisplay: ["SEK"].includes(currency) ? "code" : "symbol",
      });
      out.money.push({ lang, currency, minor, digits, text: minus(format.format(minor / 10 ** digits)) });
    }
  }
  for (const value of ["0", "12.5", "-3.25", "1234.5"]) {
    const format = new Intl.NumberFormat(lang, { style: "percent", maximumFractionDigits: 2 });
    out.percent.push({ lang, value, text: minus(format.format(Number(value) / 100)) });
  }
  for (const value of ["0", "999", "1000", "1234567", "-1234.5", "0.125"]) {
    const format = new Intl.NumberFormat(lang, { maximumFractionDigits: 6 });
    out.number.push({ lang, value, text: minus(format.format(Number(value))) });
  }
  const dates = lang === "en" ? "en-GB" : lang;
  for (let month = 0; month < 12; month++) {
    const day = new Date(Date.UTC(2026, month, month + 2, 12));
    const say = (options) => new Intl.DateTimeFormat(dates, { timeZone: "UTC", ...options }).format(day);
    out.date.push({
      lang, iso: day.toISOString(), medium: say({ dateStyle: "medium" }),
      month: say({ month: "long", year: "numeric" }),
      weekday: say({ weekday: "long" }), short: say({ weekday: "short" }),
    });
  }
}
writeFileSync(new URL("testdata/intl.json", import.meta.url), JSON.stringify(out, null, 1) + "\n");
