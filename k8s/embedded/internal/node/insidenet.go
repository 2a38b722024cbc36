package node

import (
	"os"
	"strings"
)

// guard runs before the node has any link: whatever happens later, no packet for a service or a pod leaves through it.
// Packets that kube-proxy has translated have another destination and another way out.
func (n *inside) guard() error {
	rules := strings.NewReplacer("PODS", n.addresses.Pods.String(), "SERVICES", n.addresses.Services.String()).Replace(`*filter
-A OUTPUT -o eth0 -d SERVICES -j REJECT
-A OUTPUT -o eth0 -d PODS -j REJECT
-A FORWARD -o eth0 -d SERVICES -j REJECT
-A FORWARD -o eth0 -d PODS -j REJECT
COMMIT
*nat
-A POSTROUTING -s PODS -o eth0 -j MASQUERADE
COMMIT
`)
	if _, err := n.reaper.run(rules, "iptables-restore", "-w", "10", "--noflush"); err != nil {
		return err
	}
	for _, argv := range [][]string{
		{"ip", "link", "set", "lo", "up"},
		{"ip", "route", "add", "unreachable", n.addresses.Pods.String()},
	} {
		if _, err := n.reaper.run("", argv...); err != nil {
			return err
		}
	}
	return os.WriteFile(forwardSwitch, []byte("1"), 0o644)
}

// join configures the end of the link that the watchdog has put here.
func (n *inside) join() error {
	for _, argv := range [][]string{
		{"ip", "addr", "add", n.addresses.Node().String() + "/30", "dev", "eth0"},
		{"ip", "link", "set", "eth0", "up"},
		{"ip", "route", "add", "default", "via", n.addresses.Host().String()},
	} {
		if _, err := n.reaper.run("", argv...); err != nil {
			return err
		}
	}
	return nil
}
