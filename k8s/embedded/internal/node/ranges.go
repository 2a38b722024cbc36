package node

import (
	"fmt"
	"net/netip"
	"strings"
)

// chooseAddresses finds ranges that none of the taken ones overlaps.
func chooseAddresses(taken []netip.Prefix) (Addresses, error) {
	var a Addresses
	var err error
	if a.Link, err = free(links(), taken); err != nil {
		return a, fmt.Errorf("the node's link: %w", err)
	}
	if a.Pods, err = free(secondOctets(244), taken); err != nil {
		return a, fmt.Errorf("pods: %w", err)
	}
	if a.Services, err = free(secondOctets(96), append(taken, a.Pods)); err != nil {
		return a, fmt.Errorf("services: %w", err)
	}
	return a, nil
}

// links are the /30 ranges of 10.213.0.0/22 and, where that is taken, of 172.29.0.0/22 and 192.168.244.0/22.
func links() []netip.Prefix {
	var list []netip.Prefix
	for _, block := range []string{"10.213.0.0", "172.29.0.0", "192.168.244.0"} {
		base := netip.MustParseAddr(block).As4()
		for i := range 256 {
			at := base
			at[2] += byte(i / 64)
			at[3] = byte(i % 64 * 4)
			list = append(list, netip.PrefixFrom(netip.AddrFrom4(at), 30))
		}
	}
	return list
}

// secondOctets are the /16 ranges of 10.0.0.0/8, from the customary one on.
func secondOctets(first int) []netip.Prefix {
	var list []netip.Prefix
	for i := range 256 {
		list = append(list, netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte((first + i) % 256), 0, 0}), 16))
	}
	return list
}

func free(candidates, taken []netip.Prefix) (netip.Prefix, error) {
	for _, c := range candidates {
		if overlap(c, taken) == nil {
			return c, nil
		}
	}
	return netip.Prefix{}, fmt.Errorf("no range is free: this machine has routes to all of %s to %s", candidates[0], candidates[len(candidates)-1])
}

func overlap(p netip.Prefix, taken []netip.Prefix) *netip.Prefix {
	for _, t := range taken {
		if p.Overlaps(t) {
			return &t
		}
	}
	return nil
}

// parseRoutes reads `ip -4 route show table all`: every destination but the default.
func parseRoutes(text string) []netip.Prefix {
	kinds := map[string]bool{"unicast": true, "local": true, "broadcast": true, "blackhole": true, "unreachable": true, "prohibit": true, "throw": true, "multicast": true, "anycast": true, "nat": true}
	var list []netip.Prefix
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) > 1 && kinds[words[0]] {
			words = words[1:]
		}
		if len(words) == 0 {
			continue
		}
		if p, err := netip.ParsePrefix(words[0]); err == nil && p.Bits() > 1 { // 0.0.0.0/1 and 128.0.0.0/1 are a default in two halves
			list = append(list, p.Masked())
		} else if ip, err := netip.ParseAddr(words[0]); err == nil {
			list = append(list, netip.PrefixFrom(ip, 32))
		}
	}
	return list
}
