package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestOnlyAs refuses requests under names that another site could have made
// point to this machine.
func TestOnlyAs(t *testing.T) {
	door := onlyAs([]string{"localhost", "127.0.0.1", "[::1]", "127.0.0.2:8080"}, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for host, want := range map[string]int{
		"localhost": 200, "localhost:8080": 200, "127.0.0.1:8080": 200, "[::1]:8080": 200, "[::1]": 200, "127.0.0.2:8080": 200,
		"evil.example": 421, "evil.example:8080": 421, "localhost.evil.example": 421, "": 421,
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Host = host
		w := httptest.NewRecorder()
		door.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("host %q answers %d, want %d", host, w.Code, want)
		}
	}
}

func TestHarmless(t *testing.T) {
	for in, want := range map[string]string{"": "", "a/1": "a/1", "=1+1": "'=1+1", "-2.5": "-2.5", "-a": "'-a", "@x": "'@x", "+49": "'+49"} {
		if got := harmless(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}
