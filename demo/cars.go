package demo

import "kwote/domain/energy"

// supply is what an AC point offers a car. DC points are told by watts alone.
type supply struct {
	watts  int64 // rated
	volts  int64 // of a phase
	phases int64
	amps   int64 // per phase
}

// supplyOf is the usual wiring for a rated power: three phases of 230 V from
// 11 kW on in Europe, one of 240 V everywhere in the US.
func supplyOf(country string, watts int64) supply {
	s := supply{watts: watts, volts: 230, phases: 1}
	switch {
	case country == "US":
		s.volts = 240
	case watts >= 11_000:
		s.phases = 3
	}
	s.amps = (watts + s.volts*s.phases/2) / (s.volts * s.phases)
	return s
}

// car is what limits a charge on the side of the vehicle.
type car struct {
	battery energy.Quantity // usable
	phases  int64           // of the AC charger
	amps    int64           // of the AC charger, per phase
	dcPeak  int64           // watts the battery takes when nearly empty
	timer   bool            // waits for the night at home
}

// acPower is the power that car and point agree on.
func (c car) acPower(s supply) energy.Power {
	watts := s.volts * min(s.phases, c.phases) * min(s.amps, c.amps)
	return energy.Power(min(watts, s.watts)) * energy.W
}

// model is a kind of car on the road with its share of all cars.
type model struct {
	share   int64
	battery int64 // kWh
	phases  int64
	amps    int64
	dcPeak  int64
}

var (
	europeanModels = []model{
		{16, 24, 1, 16, 40_000}, {14, 38, 1, 32, 45_000}, {12, 41, 3, 32, 46_000}, {16, 45, 3, 16, 75_000},
		{14, 58, 3, 16, 100_000}, {10, 62, 1, 32, 50_000}, {10, 75, 3, 16, 170_000}, {5, 77, 3, 16, 135_000}, {3, 93, 3, 16, 220_000},
	}
	americanModels = []model{
		{14, 24, 1, 28, 40_000}, {16, 38, 1, 32, 45_000}, {16, 58, 1, 32, 55_000}, {24, 57, 1, 32, 150_000},
		{16, 75, 1, 48, 170_000}, {8, 88, 1, 48, 130_000}, {6, 98, 1, 48, 150_000},
	}
)

// drawCar picks a car as they are on the country's roads.
func drawCar(d *dice, country string) car {
	models := europeanModels
	if country == "US" {
		models = americanModels
	}
	var shares [9]int64
	for i, m := range models {
		shares[i] = m.share
	}
	m := models[d.weighted(shares[:len(models)])]
	return car{battery: energy.Quantity(m.battery) * energy.KWh, phases: m.phases, amps: m.amps,
		dcPeak: m.dcPeak * d.between(92, 104) / 100, timer: d.chance(220)}
}

// acceptance is the share of its peak power, in thousandths, that a battery
// takes at a state of charge, in thousandths.
var acceptance = spread{{0, 1000}, {100, 985}, {300, 880}, {500, 720}, {700, 520}, {850, 330}, {950, 170}, {1000, 90}}

// dcPower is the power that a DC point delivers at a state of charge.
func (c car) dcPower(rated, charge int64) energy.Power {
	i := 1
	for i < len(acceptance)-1 && acceptance[i].permille <= charge {
		i++
	}
	a, b := acceptance[i-1], acceptance[i]
	share := a.value + (b.value-a.value)*(min(charge, 1000)-a.permille)/(b.permille-a.permille)
	return energy.Power(min(rated, c.dcPeak*share/1000)) * energy.W
}
