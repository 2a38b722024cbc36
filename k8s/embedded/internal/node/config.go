// Package node runs one Kubernetes node in namespaces of its own.
//
// Outside is the watchdog: it owns the link to the machine's network and
// restarts what is inside. Inside is the init: it mounts, writes
// certificates and configuration, and runs the components.
package node

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"syscall"
)

// Config is what the cluster's owner asks for: node.json in the cluster's folder.
type Config struct {
	Name        string            `json:"name"`
	CPUs        float64           `json:"cpus,omitempty"`        // for pods; 0: all there are
	Memory      int64             `json:"memory,omitempty"`      // bytes for pods; 0: all there is
	Mirror      string            `json:"mirror,omitempty"`      // host:port or URL of a registry asked before all others
	Environment map[string]string `json:"environment,omitempty"` // proxies and certificates for image pulls
	GraceSecs   int               `json:"grace,omitempty"`       // seconds that pods get to end on halt
	LeafLife    int               `json:"leafLife,omitempty"`    // seconds that a certificate lasts; 0: a year
}

// Addresses are chosen at the first start and kept in node/addresses.json.
type Addresses struct {
	Link     netip.Prefix `json:"link"` // a /30: the machine is the first address, the node the second
	Pods     netip.Prefix `json:"pods"`
	Services netip.Prefix `json:"services"`
}

// Host is the machine's end of the link.
func (a Addresses) Host() netip.Addr { return a.Link.Masked().Addr().Next() }

// Node is the node's address.
func (a Addresses) Node() netip.Addr { return a.Host().Next() }

// API is the address of the service "kubernetes".
func (a Addresses) API() netip.Addr { return a.Services.Masked().Addr().Next() }

// DNS is the address of the service "kube-dns".
func (a Addresses) DNS() netip.Addr {
	at := a.Services.Masked().Addr().As4()
	at[3] = 10
	return netip.AddrFrom4(at)
}

var nameRule = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$`)

// ReadConfig reads node.json of a cluster's folder.
func ReadConfig(dir string) (Config, error) {
	var c Config
	if err := readJSON(filepath.Join(dir, "node.json"), &c); err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return c, fmt.Errorf("%s is no cluster's folder: it has no node.json", dir)
		}
		return c, err
	}
	if !nameRule.MatchString(c.Name) {
		return c, fmt.Errorf("the name %q must be 1 to 30 of a-z, 0-9 and -, and neither begin nor end with -", c.Name)
	}
	if c.CPUs < 0 || c.Memory < 0 {
		return c, errors.New("cpus and memory cannot be negative")
	}
	if c.GraceSecs == 0 {
		c.GraceSecs = 10
	}
	return c, nil
}

// Cluster is one cluster's folder and everything on the machine that is named after it.
type Cluster struct {
	Dir    string // as the machine sees it
	ID     string // name and a hash of the folder, so that two homes may have clusters of the same name
	Config Config
	uid    int
	gid    int
}

// Open reads the cluster kept in dir.
func Open(dir string) (*Cluster, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		abs = real
	}
	config, err := ReadConfig(abs)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(abs)
	if err != nil {
		return nil, err
	}
	owner := info.Sys().(*syscall.Stat_t)
	return &Cluster{Dir: abs, ID: config.Name + "-" + hash(abs), Config: config, uid: int(owner.Uid), gid: int(owner.Gid)}, nil
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:4])
}

func (c *Cluster) short() string      { return c.ID[len(c.Config.Name)+1:] }
func (c *Cluster) iface() string      { return "dm" + c.short() }
func (c *Cluster) chain() string      { return "DATAMILL-" + c.short() }
func (c *Cluster) run() string        { return filepath.Join(runRoot, c.ID) }
func (c *Cluster) cgroup() string     { return "datamill-" + c.ID }
func (c *Cluster) events() string     { return filepath.Join(c.Dir, "logs", "events.ndjson") }
func (c *Cluster) containerd() string { return filepath.Join(c.run(), "containerd.sock") }

// Places: runRoot is the machine's; the others exist inside the node only.
const (
	runRoot    = "/run/datamill"
	insideDir  = runRoot + "/node" // the cluster's folder
	insideBin  = runRoot + "/bin"  // the programs
	insideData = insideDir + "/node"
)

func readJSON(path string, into any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func writeJSON(path string, value any) error {
	data, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(path, append(data, '\n'))
}

// writeFile replaces a file whole, so that a power cut leaves the old or the new one.
func writeFile(path string, data []byte) error {
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// Version of Kubernetes that is linked in.
const Version = "1.34.4"
