package node

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// component is one process of the node.
type component struct {
	name  string
	argv  []string
	env   []string
	ready func(context.Context) error
}

const (
	pki        = insideData + "/pki"
	configs    = insideData + "/config"
	kubernetes = insideBin + "/datamill-kubernetes"
)

func (n *inside) server() string { return "https://" + n.addresses.Node().String() + ":6443" }

// first are the components that everything else needs.
func (n *inside) first() []component {
	socket := "unix://" + filepath.Join(n.run(), "etcd.sock")
	node, api := n.addresses.Node().String(), pki+"/apiserver"
	return []component{
		{name: "containerd", argv: []string{"containerd", "-c", configs + "/containerd.toml"}, env: environment(n.Config.Environment),
			ready: func(ctx context.Context) error { return n.ctr(ctx, "version") }},
		{name: "etcd", argv: []string{kubernetes, "etcd", "--name=node", "--data-dir=" + insideData + "/etcd",
			"--listen-client-urls=" + socket, "--listen-peer-urls=" + socket + "-peer", "--enable-grpc-gateway=false",
			// nobody listens at what is advertised, and nobody asks: there are no other members
			"--advertise-client-urls=http://127.0.0.1:2379", "--initial-advertise-peer-urls=http://127.0.0.1:2380", "--initial-cluster=node=http://127.0.0.1:2380",
			"--auto-compaction-mode=periodic", "--auto-compaction-retention=5m", "--quota-backend-bytes=4294967296", "--log-level=warn"}},
		{name: "kube-apiserver", ready: n.answers("/readyz"), argv: []string{kubernetes, "kube-apiserver",
			"--etcd-servers=" + socket, "--bind-address=" + node, "--advertise-address=" + node, "--secure-port=6443",
			"--service-cluster-ip-range=" + n.addresses.Services.String(),
			"--tls-cert-file=" + api + ".crt", "--tls-private-key-file=" + api + ".key", "--client-ca-file=" + pki + "/ca.crt",
			"--service-account-issuer=https://kubernetes.default.svc.cluster.local", "--service-account-key-file=" + pki + "/service-account.pub", "--service-account-signing-key-file=" + pki + "/service-account.key",
			"--anonymous-auth=false", "--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction", "--allow-privileged", "--profiling=false",
			"--kubelet-preferred-address-types=InternalIP", "--kubelet-client-certificate=" + pki + "/kubelet-client.crt", "--kubelet-client-key=" + pki + "/kubelet-client.key", "--kubelet-certificate-authority=" + pki + "/ca.crt",
			"--requestheader-client-ca-file=" + pki + "/front-proxy-ca.crt", "--requestheader-allowed-names=front-proxy-client", "--requestheader-extra-headers-prefix=X-Remote-Extra-", "--requestheader-group-headers=X-Remote-Group", "--requestheader-username-headers=X-Remote-User",
			"--proxy-client-cert-file=" + pki + "/front-proxy.crt", "--proxy-client-key-file=" + pki + "/front-proxy.key",
			"--shutdown-delay-duration=0s", "--audit-log-path="}},
	}
}

// rest are the components that need the API server.
func (n *inside) rest() []component {
	client := func(user string) string { return configs + "/" + user + ".conf" }
	flags := func(user string) []string {
		return []string{"--kubeconfig=" + client(user), "--authentication-kubeconfig=" + client(user), "--authorization-kubeconfig=" + client(user),
			"--leader-elect=false", "--bind-address=127.0.0.1", "--profiling=false", "--tls-cert-file=" + pki + "/" + user + ".crt", "--tls-private-key-file=" + pki + "/" + user + ".key"}
	}
	return []component{
		{name: "kube-controller-manager", ready: healthy("https://127.0.0.1:10257/healthz"), argv: append([]string{kubernetes, "kube-controller-manager",
			"--root-ca-file=" + pki + "/ca.crt", "--service-account-private-key-file=" + pki + "/service-account.key", "--use-service-account-credentials",
			"--cluster-signing-cert-file=" + pki + "/ca.crt", "--cluster-signing-key-file=" + pki + "/ca.key", "--controllers=*,-node-ipam-controller,-node-route-controller,-service-lb-controller"}, flags("controller-manager")...)},
		{name: "kube-scheduler", ready: healthy("https://127.0.0.1:10259/healthz"), argv: append([]string{kubernetes, "kube-scheduler"}, flags("scheduler")...)},
		{name: "kubelet", ready: n.nodeReady, argv: []string{kubernetes, "kubelet", "--kubeconfig=" + client("kubelet"), "--config=" + configs + "/kubelet.yaml",
			"--hostname-override=" + n.Config.Name, "--node-ip=" + n.addresses.Node().String(), "--root-dir=/var/lib/kubelet"}},
		{name: "kube-proxy", ready: healthy("http://127.0.0.1:10256/livez"), argv: []string{kubernetes, "kube-proxy", "--kubeconfig=" + client("proxy"), "--hostname-override=" + n.Config.Name,
			"--proxy-mode=iptables", "--cluster-cidr=" + n.addresses.Pods.String(), "--nodeport-addresses=primary", "--healthz-bind-address=127.0.0.1:10256", "--metrics-bind-address=",
			// the limits of connection tracking are the machine's: a node in a namespace cannot and must not set them
			"--conntrack-max-per-core=0", "--conntrack-min=0", "--conntrack-tcp-timeout-established=0", "--conntrack-tcp-timeout-close-wait=0"}},
		{name: "dns", ready: n.nameResolves, argv: []string{kubernetes, "coredns", "-conf", configs + "/Corefile"}},
		{name: "storage", argv: []string{kubernetes, "storage", "--kubeconfig=" + client("storage"), "--root=" + insideData + "/volumes", "--node=" + n.Config.Name}},
	}
}

func (n *inside) answers(path string) func(context.Context) error {
	return func(ctx context.Context) error { return n.api.get(ctx, path, nil) }
}

// healthy asks a component on the node's own loopback, whose certificate is for that.
func healthy(url string) func(context.Context) error {
	return func(ctx context.Context) error {
		transport := &http.Transport{DisableKeepAlives: true}
		if strings.HasPrefix(url, "https") {
			roots, err := certPool(pki + "/ca.crt")
			if err != nil {
				return err
			}
			transport.TLSClientConfig = &tls.Config{RootCAs: roots}
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		response, err := (&http.Client{Transport: transport, Timeout: 5 * time.Second}).Do(request)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("%s answers %s", url, response.Status)
		}
		return nil
	}
}

func (n *inside) nodeReady(ctx context.Context) error {
	var node struct {
		Status struct {
			Conditions []struct {
				Type, Status, Message string
				LastHeartbeatTime     time.Time
			}
		}
	}
	if err := n.api.get(ctx, "/api/v1/nodes/"+n.Config.Name, &node); err != nil {
		return err
	}
	for _, c := range node.Status.Conditions {
		if c.Type != "Ready" {
			continue
		}
		if c.LastHeartbeatTime.Before(n.began.Truncate(time.Second)) {
			return fmt.Errorf("the node has not reported since it was started")
		}
		if c.Status != "True" {
			return fmt.Errorf("the node is not ready: %s", c.Message)
		}
		return nil
	}
	return fmt.Errorf("the node has not reported yet")
}

func (n *inside) nameResolves(ctx context.Context) error {
	resolver := net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", n.addresses.Node().String()+":53")
	}}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	_, err := resolver.LookupHost(ctx, "kubernetes.default.svc.cluster.local.")
	return err
}

func environment(extra map[string]string) []string {
	env := os.Environ()
	for key, value := range extra {
		env = append(env, key+"="+value)
	}
	return env
}

// configure writes every file that a component reads.
func (n *inside) configure() error {
	for _, dir := range []string{configs, insideData + "/cni", insideData + "/volumes", insideData + "/etcd", configs + "/registry/_default"} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	files := map[string]string{
		"containerd.toml":   containerdConfig,
		"cni/node.conflist": networkConfig,
		"kubelet.yaml":      kubeletConfig,
		"Corefile":          dnsConfig,
	}
	for _, user := range []string{"controller-manager", "scheduler", "kubelet", "proxy", "dns", "storage"} {
		files[user+".conf"] = kubeconfig(n.server(), pki, user)
	}
	if n.Config.Mirror != "" {
		host := n.Config.Mirror
		if !strings.Contains(host, "://") {
			host = "http://" + host
		}
		files["registry/_default/hosts.toml"] = fmt.Sprintf("[host.%q]\n  capabilities = [\"pull\", \"resolve\"]\n", host)
	} else {
		_ = os.Remove(configs + "/registry/_default/hosts.toml")
	}
	values, err := n.values()
	if err != nil {
		return err
	}
	for name, text := range files {
		path := filepath.Join(configs, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := writeFile(path, []byte(values.Replace(text))); err != nil {
			return err
		}
	}
	return nil
}

func (n *inside) values() (*strings.Replacer, error) {
	cpu, memory, err := n.reserved()
	if err != nil {
		return nil, err
	}
	plugins := "/opt/cni/bin"
	if _, err := os.Stat("/usr/lib/cni/ptp"); err == nil {
		plugins = "/usr/lib/cni"
	}
	authority, err := os.ReadFile(pki + "/ca.crt")
	if err != nil {
		return nil, err
	}
	snapshotter := "overlayfs"
	if err := overlayWorks(insideData + "/overlay-trial"); err != nil {
		snapshotter = "native"
		n.journal.write("problem", "containerd", "overlay does not work on this file system ("+err.Error()+"): containers' files are copied, which is slow and takes room")
	}
	return strings.NewReplacer("{NODE}", n.addresses.Node().String(), "{NAME}", n.Config.Name, "{PODS}", n.addresses.Pods.String(), "{RUN}", n.run(), "{DATA}", insideData,
		"{PKI}", pki, "{CONFIGS}", configs, "{CGROUP}", n.cgroup(), "{PLUGINS}", plugins, "{SNAPSHOTTER}", snapshotter, "{MTU}", strconv.Itoa(n.mtu),
		"{OOM}", strconv.FormatBool(!mayLowerOOM()), "{CPU}", cpu, "{MEMORY}", memory, "{PAUSE}", pauseImage, "{DNS}", n.addresses.DNS().String(), "{CA}", base64.StdEncoding.EncodeToString(authority)), nil
}

// reserved is what pods shall not have: the machine less what the cluster was given.
func (n *inside) reserved() (string, string, error) {
	var system syscall.Sysinfo_t
	if err := syscall.Sysinfo(&system); err != nil {
		return "", "", err
	}
	cpus, memory := cpuCount(), int64(system.Totalram)*int64(system.Unit)
	const evicted = 100 << 20 // evictionHard counts as reserved too
	cpu, mem := int64(0), int64(0)
	if n.Config.CPUs > 0 {
		cpu = max(0, int64(cpus*1000-n.Config.CPUs*1000))
	}
	if n.Config.Memory > 0 {
		mem = max(0, memory-n.Config.Memory-evicted)
	}
	if n.Config.CPUs > cpus {
		n.journal.write("problem", "", fmt.Sprintf("%g cpus are asked for and this machine has %g: pods get what there is", n.Config.CPUs, cpus))
	}
	if n.Config.Memory > memory {
		n.journal.write("problem", "", fmt.Sprintf("%d MiB of memory are asked for and this machine has %d MiB: pods get what there is", n.Config.Memory>>20, memory>>20))
	}
	return fmt.Sprintf("%dm", cpu), strconv.FormatInt(mem, 10), nil
}

// cpuCount counts the machine's processors as the kubelet does, not those this process may use.
func cpuCount() float64 {
	text, _ := os.ReadFile("/proc/cpuinfo")
	return float64(max(1, strings.Count("\n"+string(text), "\nprocessor")))
}

// mayLowerOOM says whether this process has CAP_SYS_RESOURCE; without it runc cannot protect a process from the OOM killer.
func mayLowerOOM() bool {
	text, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(text)) {
		if value, found := strings.CutPrefix(line, "CapEff:"); found {
			set, err := strconv.ParseUint(strings.TrimSpace(value), 16, 64)
			return err == nil && set&(1<<24) != 0
		}
	}
	return false
}
