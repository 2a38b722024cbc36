package node

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// The machine's side of the network: one veth, one chain in filter and one in nat, and ip_forward.

// command runs on the machine's side.
func command(input string, argv ...string) (string, error) {
	c := exec.Command(argv[0], argv[1:]...)
	c.Stdin = strings.NewReader(input)
	output, err := c.CombinedOutput()
	if err != nil {
		return "", commandError(argv, err.Error(), string(output))
	}
	return string(output), nil
}

// addresses reads the cluster's ranges, or chooses and records them. A link range that somebody took meanwhile is chosen anew.
func (c *Cluster) addresses() (Addresses, error) {
	routes, err := command("", "ip", "-4", "route", "show", "table", "all")
	if err != nil {
		return Addresses{}, err
	}
	taken := append(parseRoutes(routes), c.reservedByOthers()...)
	chosen, err := chooseAddresses(taken)
	file := filepath.Join(c.Dir, "node", "addresses.json")
	var kept Addresses
	if readErr := readJSON(file, &kept); readErr == nil {
		if overlap(kept.Link, taken) == nil {
			return kept, nil
		}
		chosen.Pods, chosen.Services = kept.Pods, kept.Services
	} else if !errors.Is(readErr, os.ErrNotExist) {
		return kept, readErr
	}
	if err != nil {
		return chosen, err
	}
	return chosen, writeJSON(file, chosen)
}

// reservedByOthers are the links of clusters that run: their interface may be gone for a moment.
func (c *Cluster) reservedByOthers() []netip.Prefix {
	var list []netip.Prefix
	files, _ := filepath.Glob(filepath.Join(runRoot, "*", "link.json"))
	for _, file := range files {
		var link netip.Prefix
		if filepath.Dir(file) != c.run() && readJSON(file, &link) == nil {
			list = append(list, link)
		}
	}
	return list
}

// connect makes the link; the other end appears in the node as eth0.
func (c *Cluster) connect(a Addresses, pid int) error {
	c.disconnect()
	for _, argv := range [][]string{
		{"ip", "link", "add", c.iface(), "mtu", strconv.Itoa(uplinkMTU()), "type", "veth", "peer", "name", "eth0", "mtu", strconv.Itoa(uplinkMTU()), "netns", strconv.Itoa(pid)},
		{"ip", "addr", "add", a.Host().String() + "/30", "dev", c.iface()},
		{"ip", "link", "set", c.iface(), "up"},
	} {
		if _, err := command("", argv...); err != nil {
			return err
		}
	}
	return nil
}

func (c *Cluster) disconnect() {
	_, _ = command("", "ip", "link", "del", c.iface())
}

// openFirewall lets the node out, its answers in, and nobody else in: machines that reach this one do not reach the node.
func (c *Cluster) openFirewall(a Addresses) error {
	rules := strings.NewReplacer("CHAIN", c.chain(), "LINK", a.Link.String(), "VETH", c.iface(), "PODS", a.Pods.String(), "SERVICES", a.Services.String()).Replace(`*filter
:CHAIN - [0:0]
-A CHAIN -i VETH -d SERVICES -j REJECT
-A CHAIN -i VETH -d PODS -j REJECT
-A CHAIN -i VETH -j ACCEPT
-A CHAIN -o VETH -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A CHAIN -o VETH -j REJECT
COMMIT
*nat
:CHAIN - [0:0]
-A CHAIN -s LINK ! -o VETH -j MASQUERADE
COMMIT
`)
	if _, err := command(rules, "iptables-restore", "-w", "10", "--noflush"); err != nil {
		return err
	}
	for table, hook := range hooks {
		if _, err := command("", "iptables", "-w", "10", "-t", table, "-C", hook, "-j", c.chain()); err == nil {
			continue
		}
		if _, err := command("", "iptables", "-w", "10", "-t", table, "-I", hook, "-j", c.chain()); err != nil {
			return err
		}
	}
	return nil
}

var hooks = map[string]string{"filter": "FORWARD", "nat": "POSTROUTING"}

func (c *Cluster) closeFirewall() {
	for table, hook := range hooks {
		_, _ = command("", "iptables", "-w", "10", "-t", table, "-D", hook, "-j", c.chain())
		_, _ = command("", "iptables", "-w", "10", "-t", table, "-F", c.chain())
		_, _ = command("", "iptables", "-w", "10", "-t", table, "-X", c.chain())
	}
}

const forwardSwitch = "/proc/sys/net/ipv4/ip_forward"

// forwarding remembers what the switch was before the first cluster, for the last one to put back.
type forwarding struct {
	Boot   string   `json:"boot"`
	Before string   `json:"before"`
	Users  []string `json:"users"`
}

// useForwarding switches forwarding on for this cluster, or lets go of it.
func (c *Cluster) useForwarding(on bool) error {
	lock, err := os.OpenFile(filepath.Join(runRoot, "forwarding.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return err
	}
	file := filepath.Join(runRoot, "forwarding.json")
	var f forwarding
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return err
	}
	_ = readJSON(file, &f)
	if f.Boot != string(boot) {
		f = forwarding{Boot: string(boot)}
	}
	if len(f.Users) == 0 {
		now, err := os.ReadFile(forwardSwitch)
		if err != nil {
			return err
		}
		f.Before = strings.TrimSpace(string(now))
	}
	var users []string
	for _, user := range f.Users {
		if user != c.ID {
			users = append(users, user)
		}
	}
	had := len(users) != len(f.Users)
	f.Users = users
	switch {
	case on:
		f.Users = append(f.Users, c.ID)
		if err := writeJSON(file, f); err != nil {
			return err
		}
		return os.WriteFile(forwardSwitch, []byte("1"), 0o644)
	case !had:
		return nil
	case len(f.Users) == 0:
		if err := os.WriteFile(forwardSwitch, []byte(f.Before), 0o644); err != nil {
			return err
		}
		return os.Remove(file)
	}
	return writeJSON(file, f)
}

// uplinkMTU is that of the interface of the default route: larger packets would be dropped on the way out.
func uplinkMTU() int {
	var routes []struct {
		Dev string `json:"dev"`
	}
	if text, err := command("", "ip", "-j", "-4", "route", "show", "default"); err == nil && json.Unmarshal([]byte(text), &routes) == nil && len(routes) > 0 {
		if text, err := os.ReadFile("/sys/class/net/" + routes[0].Dev + "/mtu"); err == nil {
			if mtu, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil && mtu >= 1280 {
				return mtu
			}
		}
	}
	return 1500
}

// resolvers are the name servers the node can use: those of the machine that are not on its loopback.
func resolvers() (string, error) {
	var kept []string
	for _, file := range []string{"/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"} {
		text, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		kept = nil
		servers := 0
		for line := range strings.Lines(string(text)) {
			words := strings.Fields(line)
			if len(words) < 2 || strings.HasPrefix(words[0], "#") {
				continue
			}
			if words[0] == "nameserver" {
				if ip, err := netip.ParseAddr(words[1]); err != nil || ip.IsLoopback() || !ip.Is4() {
					continue
				}
				servers++
			}
			kept = append(kept, strings.Join(words, " "))
		}
		if servers > 0 {
			return strings.Join(kept, "\n") + "\n", nil
		}
	}
	return "", fmt.Errorf("no name server beyond this machine's loopback is known")
}
