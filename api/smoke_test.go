package api

import ("testing";"net/http/httptest";"os")

func TestSmoke(t *testing.T) {
	h := New(Desks{}, Options{})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/api/openapi.json", nil))
	os.WriteFile("/tmp/smoke/openapi.json", w.Body.Bytes(), 0o644)
	t.Log(w.Code, w.Body.Len())
}
