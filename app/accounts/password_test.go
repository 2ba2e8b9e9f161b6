package accounts

import (
	"strings"
	"testing"
	"time"

	"kwote/domain/fault"
	"kwote/domain/person"
)

func TestPasswordHash(t *testing.T) {
	var k kitchen
	ctx := t.Context()
	hash, err := k.hash(ctx, "correct horse battery")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash is %s, want PHC format with the recipe", hash)
	}
	again, _ := k.hash(ctx, "correct horse battery")
	if again == hash {
		t.Error("the same password gives the same hash: there is no salt")
	}
	check := func(what, hash, password string, want, wantRenew bool) {
		t.Helper()
		ok, renew, err := k.matches(ctx, hash, password)
		if err != nil || ok != want || (ok && renew != wantRenew) {
			t.Errorf("%s: %v renew %v (%v), want %v renew %v", what, ok, renew, err, want, wantRenew)
		}
	}
	check("right", hash, "correct horse battery", true, false)
	check("wrong", hash, "correct horse batterx", false, false)
	check("empty", hash, "", false, false)
	check("no hash", "", "", false, false)
	check("no hash, stranger's own", "", "correct horse battery", false, false)
	check("huge", hash, strings.Repeat("x", 5000), false, false)
	check("cheap recipe", bake("correct horse battery", recipe{memory: 8, passes: 1, threads: 1}), "correct horse battery", true, true)
	check("dear recipe", bake("correct horse battery", recipe{memory: 20 * 1024, passes: 3, threads: 2}), "correct horse battery", true, false)

	composed, _ := k.hash(ctx, "caf\u00e9 cr\u00e8me au lait")
	check("typed with combining accents", composed, "cafe\u0301 cre\u0300me au lait", true, false)
}

func TestDamagedHashesAreRefused(t *testing.T) {
	var k kitchen
	for _, hash := range []string{"x", "$argon2i$v=19$m=8,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA", "$argon2id$v=19$m=4294967295,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=8,t=0,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA", "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA$"} {
		if ok, _, err := k.matches(t.Context(), hash, "whatever it is"); ok || err == nil {
			t.Errorf("%s: %v, %v; want an error", hash, ok, err)
		}
	}
}

func TestCheckPassword(t *testing.T) {
	s := person.Staff{Name: "Ana Marguerite Li", Email: "ana.marguerite@example.org"}
	for password, code := range map[string]string{
		"four words in a row":         "",
		"elf zeichen":                 "password_too_short",
		"zwölf zeiche":                "",
		strings.Repeat("ab1€ü", 51):   "",
		strings.Repeat("ab1€ü ", 43):  "password_too_long",
		"abababababababab":            "password_too_simple",
		"Ana.Marguerite@Example.org ": "password_too_simple",
		"ana marguerite li":           "password_too_simple",
		"not utf-8 at all \xff":       "password_invalid",
	} {
		err := checkPassword("password", password, s)
		if f := fault.As(err); (f == nil && code != "") || (f != nil && f.Code != code) {
			t.Errorf("%q: %v, want %q", password, err, code)
		}
	}
	if err := checkPassword("password", newPassword(), s); err != nil {
		t.Errorf("a generated password is refused: %v", err)
	}
}

func TestPaceRefills(t *testing.T) {
	var th throttle
	p := pace{3, 10 * time.Second}
	now := time.Unix(1_800_000_000, 0)
	for i := range 3 {
		if wait := th.take(p, "a", now); wait != 0 {
			t.Fatalf("try %d waits %s", i+1, wait)
		}
	}
	if wait := th.take(p, "a", now); wait != 10*time.Second {
		t.Errorf("fourth try waits %s, want 10s", wait)
	}
	if wait := th.take(p, "b", now); wait != 0 {
		t.Errorf("another key waits %s", wait)
	}
	if wait := th.take(p, "a", now.Add(4*time.Second)); wait != 6*time.Second {
		t.Errorf("after 4 s: waits %s, want 6s", wait)
	}
	if wait := th.take(p, "a", now.Add(10*time.Second)); wait != 0 {
		t.Errorf("after 10 s: waits %s", wait)
	}
	th.giveBack(p, "a")
	if wait := th.take(p, "a", now.Add(10*time.Second)); wait != 0 {
		t.Errorf("after giving back: waits %s", wait)
	}
}

func TestThrottleKeepsItsSize(t *testing.T) {
	var th throttle
	p := pace{3, 10 * time.Second}
	now := time.Unix(1_800_000_000, 0)
	for i := range mostKeys + 10 {
		th.take(p, time.Duration(i).String(), now)
	}
	if len(th.full) > mostKeys {
		t.Errorf("%d keys are kept, want at most %d", len(th.full), mostKeys)
	}
}

func TestNetworkOfAnAddress(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.7": "192.0.2.7", "192.0.2.7:5123": "192.0.2.7", "::ffff:192.0.2.7": "192.0.2.7",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "[2001:db8:1:2::9]:443": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64", "unix": "unix",
	} {
		if got := network(address); got != want {
			t.Errorf("%s stands for %s, want %s", address, got, want)
		}
	}
}

func TestKeyShape(t *testing.T) {
	seen := map[rune]int{}
	for range 400 {
		key := newKey()
		if !strings.HasPrefix(key, keyPrefix) || len(key) != len(keyPrefix)+keyLength {
			t.Fatalf("key is %q", key)
		}
		for _, r := range key[len(keyPrefix):] {
			seen[r]++
		}
	}
	if len(seen) != 62 {
		t.Errorf("%d different characters in 16,000, want 62", len(seen))
	}
}
