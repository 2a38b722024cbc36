package node

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// inside is the node seen from within its namespaces.
type inside struct {
	*Cluster
	addresses Addresses
	mtu       int
	resolver  string
	began     time.Time
	reaper    *reaper
	api       *api
	journal   journal
	stopping  context.Context
	mutex     sync.Mutex
	running   map[string]*process
	restarts  map[string]int
	ready     bool
	guests    sync.WaitGroup // the goroutines that keep components running
}

// Inside is the first process of the node. Descriptors 3 and 4 are the watchdog's: guarded, and linked.
func Inside(dir string) error {
	c, err := Open(dir)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	n := &inside{Cluster: c, stopping: ctx, reaper: newReaper(), began: time.Now(), mtu: uplinkMTU(), running: map[string]*process{}, restarts: map[string]int{},
		journal: journal{insideDir + "/logs/events.ndjson", c.uid, c.gid}}
	if err := readJSON(filepath.Join(dir, "node", "addresses.json"), &n.addresses); err != nil {
		return err
	}
	if n.resolver, err = resolvers(); err != nil {
		n.resolver = "# none\n"
		defer func() { n.journal.write("problem", "dns", err.Error()+": pods resolve only names of the cluster") }()
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	if err := enterCgroup(c.cgroup()); err != nil {
		return err
	}
	if err := n.mounts(filepath.Dir(program)); err != nil {
		return err
	}
	if err := syscall.Sethostname([]byte(c.Config.Name)); err != nil {
		return err
	}
	if err := n.guard(); err != nil {
		return err
	}
	if err := handshake(); err != nil {
		return err
	}
	if err := n.join(); err != nil {
		return err
	}
	err = n.bringUp()
	if err == nil {
		n.keep()
	} else if !errors.Is(err, context.Canceled) {
		n.journal.write("failed", "", err.Error())
	}
	n.end()
	return err
}

// handshake tells the watchdog that the guard stands, and waits for the link.
func handshake() error {
	guarded, linked := os.NewFile(3, "guarded"), os.NewFile(4, "linked")
	defer guarded.Close()
	defer linked.Close()
	if _, err := guarded.Write([]byte{1}); err != nil {
		return err
	}
	if _, err := linked.Read(make([]byte, 1)); err != nil {
		return fmt.Errorf("the watchdog made no link: %w", err)
	}
	return nil
}

func (n *inside) bringUp() error {
	fresh, err := n.certificates()
	if err != nil {
		return err
	}
	if len(fresh) > 0 {
		n.journal.write("certificates", "", "made or renewed: "+strings.Join(fresh, ", "))
	}
	if n.api, err = newAPI(n.server(), pki, "admin"); err != nil {
		return err
	}
	if err := n.configure(); err != nil {
		return err
	}
	first := n.first()
	for _, c := range first {
		n.guests.Add(1)
		go n.run1(c)
	}
	if err := n.await("kube-apiserver", n.answers("/readyz"), time.Minute); err != nil {
		return err
	}
	for _, c := range first {
		if c.name == "containerd" {
			if err := n.await(c.name, c.ready, time.Minute); err != nil {
				return err
			}
		}
	}
	if err := n.ensurePause(); err != nil {
		return err
	}
	if err := n.serveMetrics(); err != nil {
		return err
	}
	rest := n.rest()
	for _, c := range rest {
		n.guests.Add(1)
		go n.run1(c)
	}
	values, err := n.values()
	if err != nil {
		return err
	}
	if err := n.api.apply(n.stopping, values, func(message string) { n.journal.write("problem", "", message) }); err != nil {
		return err
	}
	for _, c := range rest {
		if c.ready != nil {
			if err := n.await(c.name, c.ready, 90*time.Second); err != nil {
				return err
			}
		}
	}
	if err := n.await("metrics", n.answers(metricsRoot), 30*time.Second); err != nil {
		return err
	}
	// Until the controller has made it, a pod in the default namespace is refused.
	if err := n.await("service account", n.answers("/api/v1/namespaces/default/serviceaccounts/default"), 30*time.Second); err != nil {
		return err
	}
	n.ready = true
	n.writeStatus()
	n.journal.write("ready", "", "the node "+n.Config.Name+" is ready at "+n.server())
	return nil
}

// certificates makes what is missing or due, and with it the owner's kubeconfig.
func (n *inside) certificates() ([]string, error) {
	fresh, err := EnsureCertificates(pki, identities(n.Config.Name, n.addresses), n.lifetimes(), time.Now())
	if err != nil {
		return fresh, err
	}
	text, err := ownersKubeconfig(n.Config.Name, n.server(), pki)
	if err != nil {
		return fresh, err
	}
	path := insideDir + "/kubeconfig"
	if old, err := os.ReadFile(path); err == nil && string(old) == text {
		return fresh, nil
	}
	if err := writeFile(path, []byte(text)); err != nil {
		return fresh, err
	}
	return fresh, os.Lchown(path, n.uid, n.gid)
}

// await asks until the answer is good, and says what was wrong last when time is up.
func (n *inside) await(name string, ready func(context.Context) error, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(n.stopping, limit)
	defer cancel()
	for {
		err := ready(ctx)
		if err == nil {
			n.journal.write("ready", name, name+" is ready")
			return nil
		}
		select {
		case <-n.stopping.Done():
			return n.stopping.Err()
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready after %s: %w (its log is logs/%s.log)", name, limit, err, name)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// run1 keeps one component running until the node stops.
func (n *inside) run1(c component) {
	defer n.guests.Done()
	log := &rotating{path: "/var/log/" + c.name + ".log", uid: n.uid, gid: n.gid, limit: 10 << 20}
	pause := 200 * time.Millisecond
	for n.stopping.Err() == nil {
		since := time.Now()
		how := n.run2(c, log)
		if n.stopping.Err() != nil {
			return
		}
		if time.Since(since) > time.Minute {
			pause = 200 * time.Millisecond
		}
		n.journal.write("exited", c.name, fmt.Sprintf("%s %s; starting it again in %s", c.name, how, pause))
		select {
		case <-n.stopping.Done():
			return
		case <-time.After(pause):
		}
		pause = min(2*pause, 10*time.Second)
		n.mutex.Lock()
		n.restarts[c.name]++
		n.mutex.Unlock()
	}
}

func (n *inside) run2(c component, log *rotating) string {
	read, write, err := os.Pipe()
	if err != nil {
		return err.Error()
	}
	env := c.env
	if env == nil {
		env = os.Environ()
	}
	p, err := n.reaper.start(c.argv, env, write, nil)
	write.Close()
	if err != nil {
		read.Close()
		return "cannot be started: " + err.Error()
	}
	n.mutex.Lock()
	n.running[c.name] = p
	n.mutex.Unlock()
	n.journal.write("started", c.name, c.name+" is starting")
	n.writeStatus()
	go func() {
		defer read.Close()
		buffer := make([]byte, 32<<10)
		for {
			count, err := read.Read(buffer)
			_, _ = log.Write(buffer[:count])
			if err != nil {
				return
			}
		}
	}()
	status := <-p.ended
	n.mutex.Lock()
	delete(n.running, c.name)
	n.mutex.Unlock()
	return describe(status)
}

// keep watches over what changes slowly: certificates and room on the disk.
func (n *inside) keep() {
	tick := time.NewTicker(30 * time.Second)
	defer tick.Stop()
	full := false
	for {
		select {
		case <-n.stopping.Done():
			return
		case <-tick.C:
		}
		if fresh, err := n.certificates(); err != nil {
			n.journal.write("problem", "", "certificates could not be renewed: "+err.Error())
		} else if len(fresh) > 0 {
			n.journal.write("certificates", "", "renewed: "+strings.Join(fresh, ", "))
			n.restartAll()
		}
		room := roomOn(insideDir)
		if room < 1<<30 && !full {
			n.journal.write("problem", "", fmt.Sprintf("only %d MiB are free where %s is: free some, or pods and the cluster's own store will fail", room>>20, n.Dir))
		}
		full = room < 1<<30
	}
}

// restartAll ends each component in turn; who keeps it running starts it with the new certificates.
func (n *inside) restartAll() {
	for _, c := range append(n.first(), n.rest()...) {
		n.mutex.Lock()
		p := n.running[c.name]
		n.mutex.Unlock()
		if p == nil || c.name == "containerd" || c.name == "etcd" { // neither has a certificate
			continue
		}
		_ = syscall.Kill(p.pid, syscall.SIGTERM)
		if c.ready != nil {
			time.Sleep(time.Second)
			_ = n.await(c.name, c.ready, time.Minute)
		}
	}
}

func roomOn(dir string) int64 {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return 1 << 62
	}
	return int64(fs.Bavail) * fs.Bsize
}
