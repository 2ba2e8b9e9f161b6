package main

import (
	"encoding/json"
	"fmt"
	"math"
	"runtime"
	"time"
)

// figure is what a benchmark found. Database is "none", "sqlite" or "postgres"; detail may be nil.
type figure struct {
	value    float64
	unit     string
	database string
	detail   map[string]any
	// mayBeZero marks a count of which there can be none; a time or a rate of zero is no measurement.
	mayBeZero bool
}

// line renders the figure as one line of JSON, the machine's cores and the database added to its detail.
// A value that is no measurement (zero, negative, not a number) is an error.
func (f figure) line(name string) ([]byte, error) {
	if math.IsNaN(f.value) || math.IsInf(f.value, 0) || f.value < 0 || f.value == 0 && !f.mayBeZero {
		return nil, fmt.Errorf("the figure %v is no measurement", f.value)
	}
	switch f.database {
	case "none", "sqlite", "postgres":
	default:
		return nil, fmt.Errorf("the figure's database is %q: want none, sqlite or postgres", f.database)
	}
	detail := map[string]any{}
	for key, value := range f.detail {
		detail[key] = value
	}
	detail["cores"] = runtime.NumCPU()
	detail["database"] = f.database
	line, err := json.Marshal(struct {
		Name   string         `json:"name"`
		Value  float64        `json:"value"`
		Unit   string         `json:"unit"`
		Detail map[string]any `json:"detail"`
	}{name, significant(f.value), f.unit, detail})
	return append(line, '\n'), err
}

// significant keeps five digits: more would only be noise.
func significant(v float64) float64 {
	if v == 0 {
		return 0
	}
	scale := math.Pow(10, 4-math.Floor(math.Log10(v)))
	return math.Round(v*scale) / scale
}

// bestOf repeats a measurement n times and returns the highest rate in units per second and all n of them.
// Each measurement calls work, which returns the units it did, until atLeast has passed.
func bestOf(n int, atLeast time.Duration, work func() (int, error)) (best float64, rates []float64, err error) {
	for range n {
		units := 0
		begin := time.Now()
		for units == 0 || time.Since(begin) < atLeast {
			done, err := work()
			if err != nil {
				return 0, nil, err
			}
			if done <= 0 {
				return 0, nil, fmt.Errorf("a run did no work")
			}
			units += done
		}
		rate := float64(units) / time.Since(begin).Seconds()
		rates = append(rates, significant(rate))
		best = max(best, rate)
	}
	return best, rates, nil
}
