package node

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// hierarchies are the places where control groups are mounted: one on a machine of today, one for each controller on older ones.
func hierarchies() ([]string, error) {
	text, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		return nil, err
	}
	var list []string
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) > 2 && (words[2] == "cgroup" || words[2] == "cgroup2") {
			list = append(list, words[1])
		}
	}
	if len(list) == 0 {
		return nil, errors.New("no control groups are mounted under /sys/fs/cgroup")
	}
	return list, nil
}

// enterCgroup makes the node's groups and moves this process, and with it all that it starts, into one of its own.
func enterCgroup(group string) error {
	list, err := hierarchies()
	if err != nil {
		return err
	}
	for _, root := range list {
		top, leaf := filepath.Join(root, group), filepath.Join(root, group, "node")
		for _, dir := range []string{top, leaf} {
			if err := os.Mkdir(dir, 0o755); err != nil && !errors.Is(err, os.ErrExist) {
				return err
			}
			for _, file := range []string{"cpuset.cpus", "cpuset.mems"} { // v1: empty means nothing may run here
				above, err := os.ReadFile(filepath.Join(filepath.Dir(dir), file))
				if _, v2 := os.Stat(filepath.Join(root, "cgroup.controllers")); err == nil && v2 != nil {
					if err := os.WriteFile(filepath.Join(dir, file), above, 0o644); err != nil {
						return err
					}
				}
			}
		}
		if controllers, err := os.ReadFile(filepath.Join(root, "cgroup.controllers")); err == nil {
			for _, controller := range strings.Fields(string(controllers)) {
				for _, dir := range []string{root, top} {
					_ = os.WriteFile(filepath.Join(dir, "cgroup.subtree_control"), []byte("+"+controller), 0o644) // some cannot be handed down
				}
			}
		}
		if err := os.WriteFile(filepath.Join(leaf, "cgroup.procs"), []byte("0"), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// removeCgroup kills what is left in the group and removes it.
func removeCgroup(group string) error {
	list, err := hierarchies()
	if err != nil {
		return err
	}
	deadline := time.Now().Add(10 * time.Second)
	for _, root := range list {
		for {
			err := removeGroup(filepath.Join(root, group))
			if err == nil {
				break
			}
			if time.Now().After(deadline) {
				return err
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	return nil
}

func removeGroup(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	for _, entry := range entries {
		if entry.IsDir() {
			err = errors.Join(err, removeGroup(filepath.Join(dir, entry.Name())))
		}
	}
	for _, pid := range members(dir) {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	return errors.Join(err, syscall.Rmdir(dir))
}

// members are the processes of one group.
func members(dir string) []int {
	text, _ := os.ReadFile(filepath.Join(dir, "cgroup.procs"))
	var list []int
	for _, word := range strings.Fields(string(text)) {
		if pid, err := strconv.Atoi(word); err == nil && pid > 0 {
			list = append(list, pid)
		}
	}
	return list
}
