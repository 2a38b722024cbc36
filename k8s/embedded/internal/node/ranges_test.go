package node

import (
	"net/netip"
	"slices"
	"testing"
)

func prefix(text string) netip.Prefix { return netip.MustParsePrefix(text) }

func TestRangesAvoidWhatTheMachineHasRoutesTo(t *testing.T) {
	taken := parseRoutes(`default via 192.0.2.1 dev eth0
10.0.0.0/9 dev tun0 scope link
10.213.0.0/30 dev dm1 proto kernel scope link src 10.213.0.1
172.17.0.0/16 dev docker0 proto kernel scope link src 172.17.0.1 linkdown
local 10.213.0.5 dev dm2 table local proto kernel scope host src 10.213.0.5
broadcast 192.0.2.255 dev eth0 table local proto kernel scope link src 192.0.2.2
0.0.0.0/1 via 10.8.0.1 dev tun1
unreachable 10.244.0.0/16
`)
	a, err := chooseAddresses(taken)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []netip.Prefix{a.Link, a.Pods, a.Services} {
		if hit := overlap(p, taken); hit != nil {
			t.Errorf("%s overlaps %s", p, hit)
		}
	}
	if a.Link != prefix("10.213.0.8/30") || a.Pods != prefix("10.245.0.0/16") || a.Services == a.Pods {
		t.Errorf("chose %+v", a)
	}
	if slices.ContainsFunc(taken, func(p netip.Prefix) bool { return p.Bits() < 2 }) {
		t.Errorf("the default route in two halves counts as taken: %v", taken)
	}
}

func TestAMachineWithRoutesToEverythingIsToldSo(t *testing.T) {
	if _, err := chooseAddresses([]netip.Prefix{prefix("10.0.0.0/8"), prefix("172.16.0.0/12"), prefix("192.168.0.0/16")}); err == nil {
		t.Fatal("chose something")
	}
}

func TestTheAddressesWithinTheRanges(t *testing.T) {
	a := Addresses{Link: prefix("10.213.0.4/30"), Pods: prefix("10.244.0.0/16"), Services: prefix("10.96.0.0/16")}
	if a.Host().String() != "10.213.0.5" || a.Node().String() != "10.213.0.6" || a.API().String() != "10.96.0.1" || a.DNS().String() != "10.96.0.10" {
		t.Fatalf("%s %s %s %s", a.Host(), a.Node(), a.API(), a.DNS())
	}
}
