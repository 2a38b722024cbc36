package node

import (
	"crypto/x509"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

var (
	testAddresses = Addresses{Link: prefix("10.213.0.0/30"), Pods: prefix("10.244.0.0/16"), Services: prefix("10.96.0.0/16")}
	testLife      = Lifetimes{Authority: 30 * time.Hour, Leaf: 3 * time.Hour}
)

func ensure(t *testing.T, dir string, now time.Time) []string {
	t.Helper()
	fresh, err := EnsureCertificates(dir, identities("lab", testAddresses), testLife, now)
	if err != nil {
		t.Fatal(err)
	}
	return fresh
}

func TestCertificatesAreMadeOnceAndReadableByTheirOwnerAlone(t *testing.T) {
	dir, now := filepath.Join(t.TempDir(), "pki"), time.Now()
	if fresh := ensure(t, dir, now); len(fresh) != 2+len(identities("lab", testAddresses)) {
		t.Fatalf("the first run makes them all, it made %v", fresh)
	}
	if fresh := ensure(t, dir, now); len(fresh) != 0 {
		t.Fatalf("the second run makes none, it made %v", fresh)
	}
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Fatalf("the folder has mode %v, %v", info.Mode(), err)
	}
	files, _ := filepath.Glob(dir + "/*")
	for _, file := range files {
		if info, _ := os.Stat(file); info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", file, info.Mode())
		}
	}
}

func TestALeafIsRenewedWhenAThirdOfItsLifeIsLeftAndTheAuthorityStays(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	ensure(t, dir, now)
	if fresh := ensure(t, dir, now.Add(testLife.Leaf/2)); len(fresh) != 0 {
		t.Fatalf("half way none is due, renewed %v", fresh)
	}
	fresh := ensure(t, dir, now.Add(testLife.Leaf*3/4))
	if slices.Contains(fresh, "ca") || !slices.Contains(fresh, "apiserver") || !slices.Contains(fresh, "admin") {
		t.Fatalf("renewed %v", fresh)
	}
}

func TestARenewedAuthorityKeepsItsKeySoThatWhatItSignedStaysGood(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	ensure(t, dir, now)
	before, _ := readPair(dir + "/admin")
	later := now.Add(testLife.Authority * 3 / 4)
	if fresh := ensure(t, dir, later); !slices.Contains(fresh, "ca") {
		t.Fatalf("renewed %v", fresh)
	}
	authority, _ := readPair(dir + "/ca")
	if err := before.cert.CheckSignatureFrom(authority.cert); err != nil {
		t.Fatal(err)
	}
}

func TestALeafNeverOutlivesItsAuthority(t *testing.T) {
	dir := t.TempDir()
	if _, err := EnsureCertificates(dir, identities("lab", testAddresses), Lifetimes{Authority: time.Hour, Leaf: 5 * time.Hour}, time.Now()); err != nil {
		t.Fatal(err)
	}
	authority, _ := readPair(dir + "/ca")
	leaf, _ := readPair(dir + "/admin")
	if leaf.cert.NotAfter.After(authority.cert.NotAfter) {
		t.Fatalf("%s is after %s", leaf.cert.NotAfter, authority.cert.NotAfter)
	}
}

func TestAnotherAddressOfTheNodeRenewsOnlyWhatIsServedThere(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	ensure(t, dir, now)
	moved := testAddresses
	moved.Link = prefix("10.213.0.4/30")
	fresh, err := EnsureCertificates(dir, identities("lab", moved), testLife, now)
	if err != nil || !slices.Equal(sorted(fresh), []string{"apiserver", "kubelet", "metrics"}) {
		t.Fatalf("%v %v", fresh, err)
	}
}

func TestTheFrontProxyIsNotTrustedAsAClientOfTheCluster(t *testing.T) {
	dir := t.TempDir()
	ensure(t, dir, time.Now())
	roots, err := certPool(dir + "/ca.crt")
	if err != nil {
		t.Fatal(err)
	}
	proxy, _ := readPair(dir + "/front-proxy")
	if _, err := proxy.cert.Verify(x509.VerifyOptions{Roots: roots, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}); err == nil {
		t.Fatal("the cluster's authority vouches for the front proxy")
	}
	admin, _ := readPair(dir + "/admin")
	if _, err := admin.cert.Verify(x509.VerifyOptions{Roots: roots, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}); err != nil {
		t.Fatal(err)
	}
	if len(admin.cert.ExtKeyUsage) != 1 {
		t.Fatalf("a client's certificate is good for %v", admin.cert.ExtKeyUsage)
	}
}

func TestAKeyWithoutItsCertificateIsWhatAPowerCutLeavesAndIsCompleted(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	ensure(t, dir, now)
	if err := os.Remove(dir + "/admin.crt"); err != nil {
		t.Fatal(err)
	}
	if fresh := ensure(t, dir, now); !slices.Equal(fresh, []string{"admin"}) {
		t.Fatalf("made %v", fresh)
	}
}
