package demo

import (
	"math/bits"
	"math/rand/v2"
	"strconv"

	"kwote/domain/calendar"
)

// seed makes the world what it is; another number is another network.
const seed = 0x4b776f7465

// The streams of chance. One purpose never takes numbers from another's, so a
// new driver does not move the sessions of everybody else's IDs.
const (
	streamIDs = iota + 1
	streamPlaces
	streamPeople
	streamSessions
)

// dice draws integers from a seeded generator. Only raw words are taken from
// the library, so no change of its methods can change the world.
type dice struct{ source *rand.PCG }

func newDice(stream uint64) *dice { return &dice{rand.NewPCG(seed, stream)} }

// below is 0 to n-1; n must be above zero.
func (d *dice) below(n int64) int64 {
	hi, _ := bits.Mul64(d.source.Uint64(), uint64(n))
	return int64(hi)
}

// between is from to to, both inclusive.
func (d *dice) between(from, to int64) int64 { return from + d.below(to-from+1) }

// chance is true in permille of a thousand cases.
func (d *dice) chance(permille int64) bool { return d.below(1000) < permille }

// weighted is an index, each as often as its weight says.
func (d *dice) weighted(weights []int64) int {
	var sum int64
	for _, w := range weights {
		sum += w
	}
	left := d.below(sum)
	for i, w := range weights {
		if left -= w; left < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// count is a number with the given mean in millionths, spread like the arrivals
// of people who do not know of each other. Means above a few are not meant.
func (d *dice) count(mean int64) int {
	const trials = 32
	n := 0
	for range trials {
		if d.below(trials*1_000_000) < mean {
			n++
		}
	}
	return n
}

// spread is a distribution by its quantiles: at permille of all cases the value
// is at most value. The first point is at 0, the last at 1000.
type spread []quantile

type quantile struct{ permille, value int64 }

// from draws a value of the spread.
func (d *dice) from(s spread) int64 {
	const fine = 1000
	p := d.below(1000 * fine)
	i := 1
	for s[i].permille*fine <= p {
		i++
	}
	a, b := s[i-1], s[i]
	return a.value + (b.value-a.value)*(p-a.permille*fine)/((b.permille-a.permille)*fine)
}

// mint gives out IDs in the form of UUIDv7.
type mint struct {
	dice  *dice
	clock calendar.Instant
}

// worldBorn dates the IDs of what was there before the first session.
const worldBorn calendar.Instant = 1_704_096_000 // 2024-01-01T08:00:00Z

func newMint() *mint { return &mint{newDice(streamIDs), worldBorn} }

// next is a new ID, a second younger than the one before.
func (m *mint) next() string {
	m.clock++
	return uuid(m.clock, m.dice)
}

// uuid is a version 7 UUID of the instant; what is below the second is drawn.
func uuid(at calendar.Instant, d *dice) string {
	a, b := d.source.Uint64(), d.source.Uint64()
	ms := uint64(at)*1000 + a>>16%1000
	hi := ms<<16 | 0x7000 | a&0x0fff
	lo := b&(1<<62-1) | 1<<63
	const digits = "0123456789abcdef"
	var out [36]byte
	shift := 60
	for i := range out {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			out[i] = '-'
			continue
		}
		word := hi
		if i > 18 {
			word = lo
		}
		out[i] = digits[word>>shift&15]
		if shift -= 4; shift < 0 {
			shift = 60
		}
	}
	return string(out[:])
}

// padded is n in decimal with leading zeros up to the width.
func padded(n, width int) string {
	s := strconv.Itoa(n)
	for len(s) < width {
		s = "0" + s
	}
	return s
}
