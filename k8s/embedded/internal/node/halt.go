package node

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// end lets pods end by themselves within their grace, then the components in the order that loses nothing.
// What is left dies with the node's first process.
func (n *inside) end() {
	n.journal.write("halting", "", "the node "+n.Config.Name+" is stopping")
	n.signal(syscall.SIGKILL, "kubelet") // or it would start again what ends
	n.signal(syscall.SIGTERM, "kube-scheduler", "kube-controller-manager", "storage")
	deadline := time.Now().Add(time.Duration(n.Config.GraceSecs) * time.Second)
	for _, pid := range containerInits() {
		_ = syscall.Kill(pid, syscall.SIGTERM)
	}
	for len(containerInits()) > 0 && time.Now().Before(deadline) {
		time.Sleep(50 * time.Millisecond)
	}
	n.signal(syscall.SIGTERM, "kube-apiserver", "kube-proxy", "dns")
	n.gone(5*time.Second, "kube-apiserver")
	n.signal(syscall.SIGTERM, "etcd", "containerd")
	n.gone(5*time.Second, "etcd", "containerd")
}

func (n *inside) signal(s syscall.Signal, names ...string) {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	for _, name := range names {
		if p := n.running[name]; p != nil {
			_ = syscall.Kill(p.pid, s)
		}
	}
}

func (n *inside) gone(limit time.Duration, names ...string) {
	deadline := time.Now().Add(limit)
	for time.Now().Before(deadline) {
		n.mutex.Lock()
		left := slices.ContainsFunc(names, func(name string) bool { return n.running[name] != nil })
		n.mutex.Unlock()
		if !left {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// containerInits are the processes that are the first in a namespace of their own, pauses apart.
func containerInits() []int {
	entries, _ := os.ReadDir("/proc")
	var list []int
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil || pid == 1 {
			continue
		}
		ids := namespacedIDs(pid)
		if len(ids) > 1 && ids[len(ids)-1] == 1 && commandName(pid) != "pause" {
			list = append(list, pid)
		}
	}
	return list
}

// namespacedIDs are the ids of one process in each process namespace from this one down.
func namespacedIDs(pid int) []int {
	text, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	for line := range strings.Lines(string(text)) {
		if ids, found := strings.CutPrefix(line, "NSpid:"); found {
			var list []int
			for _, word := range strings.Fields(ids) {
				id, _ := strconv.Atoi(word)
				list = append(list, id)
			}
			return list
		}
	}
	return nil
}

func commandName(pid int) string {
	text, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "comm"))
	return strings.TrimSpace(string(text))
}
