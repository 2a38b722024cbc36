package node

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// mounts arranges the file system as the node sees it. All of it is gone with the node.
func (n *inside) mounts(programs string) error {
	m := mounter{}
	m.mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, "")      // nothing of ours gets out
	m.mount("", "/", "", syscall.MS_REC|syscall.MS_SHARED, "")       // and pods may ask for shared mounts
	m.bind(n.Dir, insideDir)                                         // first: the folder may be in a place that is hidden next
	m.bind(programs, insideBin)                                      //
	m.mount("proc", "/proc", "proc", 0, "")                          // of our own process namespace
	m.mount("tmpfs", "/var/lib", "tmpfs", 0, "mode=755")             // where components leave things without being asked
	m.bind(filepath.Join(insideData, "kubelet"), "/var/lib/kubelet") //
	m.bind(filepath.Join(insideDir, "logs"), "/var/log")             //
	m.mount("tmpfs", insideDir+"/tmp", "tmpfs", 0, "mode=700")       //
	m.file("/etc/resolv.conf", n.resolver)                           //
	for path, value := range map[string]string{                      // the kubelet sets these for the whole machine: let it see that they are
		"/proc/sys/vm/overcommit_memory": "1", "/proc/sys/vm/panic_on_oom": "0", "/proc/sys/kernel/panic": "10",
		"/proc/sys/kernel/panic_on_oops": "1", "/proc/sys/kernel/keys/root_maxkeys": "1000000", "/proc/sys/kernel/keys/root_maxbytes": "25000000",
	} {
		m.file(path, value+"\n")
	}
	return m.err
}

// mounter stops at the first error and keeps it.
type mounter struct {
	err   error
	files int
}

func (m *mounter) mount(source, target, kind string, flags uintptr, data string) {
	if m.err != nil {
		return
	}
	if err := os.MkdirAll(target, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		m.err = err
		return
	}
	if err := syscall.Mount(source, target, kind, flags, data); err != nil {
		m.err = fmt.Errorf("mount %s: %w", target, err)
	}
}

func (m *mounter) bind(source, target string) {
	if m.err == nil {
		m.err = os.MkdirAll(source, 0o755)
	}
	m.mount(source, target, "", syscall.MS_BIND|syscall.MS_REC, "")
}

// file puts a text in the place of one file.
func (m *mounter) file(target, text string) {
	if m.err != nil {
		return
	}
	if _, err := os.Stat(target); errors.Is(err, os.ErrNotExist) {
		return // this kernel has no such switch
	}
	m.files++
	source := fmt.Sprintf("%s/tmp/file%d", insideDir, m.files)
	if m.err = os.WriteFile(source, []byte(text), 0o644); m.err == nil {
		m.err = syscall.Mount(source, target, "", syscall.MS_BIND, "")
	}
	if m.err != nil {
		m.err = fmt.Errorf("%s: %w", target, m.err)
	}
}

// overlayWorks tries what containers' file systems need.
func overlayWorks(dir string) error {
	defer os.RemoveAll(dir)
	for _, part := range []string{"lower", "upper", "work", "merged"} {
		if err := os.MkdirAll(filepath.Join(dir, part), 0o700); err != nil {
			return err
		}
	}
	merged := filepath.Join(dir, "merged")
	options := fmt.Sprintf("lowerdir=%[1]s/lower,upperdir=%[1]s/upper,workdir=%[1]s/work", dir)
	if err := syscall.Mount("overlay", merged, "overlay", 0, options); err != nil {
		return err
	}
	return syscall.Unmount(merged, 0)
}
