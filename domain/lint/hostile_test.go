package lint

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kwote/clock"
	"kwote/domain/tariff"
)

// TestHostileDocumentsCostLittle looks at documents as large as Decode takes,
// made to have as many different moments as can be.
func TestHostileDocumentsCostLittle(t *testing.T) {
	for name, when := range map[string]func(i int) string{
		"dates": func(i int) string {
			return fmt.Sprintf("dates: {from: 20%02d-%02d-%02d}, holidays: DE", i%90+10, i%12+1, i%28+1)
		},
		"seasons": func(i int) string {
			return fmt.Sprintf(`season: {from: "%02d-%02d", before: "%02d-%02d"}, notHolidays: FR`, i%12+1, i%28+1, (i+3)%12+1, (i*7)%27+2)
		},
		"windows": func(i int) string {
			return fmt.Sprintf(`time: "%02d:%02d:%02d-%02d:00", energy: {from: %d kWh}, duration: {before: %d min}`, i%24, i%60, i*7%60, (i+5)%24, i%100+1, 2000-i)
		},
		"counters": func(i int) string {
			return fmt.Sprintf(`energy: {from: %d kWh}, chargingTime: {from: %d min}, idleTime: {before: %d min}, power: {from: %d W}`, i, i*7%1000, i*11%1000+1, i*13%1000+1)
		},
	} {
		var b strings.Builder
		b.WriteString("tariff: x\ncurrency: EUR\nprices: no tax\n")
		for _, k := range []string{"energy", "charging", "idle"} {
			unit := map[bool]string{true: "kWh", false: "min"}[k == "energy"]
			b.WriteString(k + ":\n")
			for i := range 1000 {
				fmt.Fprintf(&b, "  - {price: 0.10/%s, when: {%s}}\n", unit, when(i))
			}
		}
		d, err := tariff.Decode([]byte(b.String()))
		if err != nil {
			t.Fatal(name, err)
		}
		watch := clock.StartStopwatch()
		n := len(Check(d, Options{}))
		if took := watch.Elapsed(); took > 20*time.Second {
			t.Errorf("%s: %d findings took %s", name, n, took)
		} else {
			t.Logf("%s: %d findings took %s", name, n, took)
		}
	}
}
