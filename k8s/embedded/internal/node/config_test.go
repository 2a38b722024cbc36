package node

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func folder(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "node.json"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestTwoHomesMayHaveClustersOfTheSameName(t *testing.T) {
	one, err := Open(folder(t, `{"name":"lab"}`))
	if err != nil {
		t.Fatal(err)
	}
	two, err := Open(folder(t, `{"name":"lab"}`))
	if err != nil {
		t.Fatal(err)
	}
	if one.ID == two.ID || one.iface() == two.iface() || one.chain() == two.chain() || one.run() == two.run() {
		t.Fatalf("both are %s", one.ID)
	}
	if len(one.iface()) > 15 || len(one.chain()) > 28 {
		t.Fatalf("the kernel takes no names as long as %s and %s", one.iface(), one.chain())
	}
}

func TestANameThatTheKernelOrKubernetesWouldRefuseIsRefused(t *testing.T) {
	for _, name := range []string{"", "Lab", "-lab", "lab-", "a/b", "..", strings.Repeat("a", 31)} {
		if _, err := Open(folder(t, `{"name":"`+name+`"}`)); err == nil {
			t.Errorf("%q was taken", name)
		}
	}
}

func TestAFolderThatIsNoClustersIsSaidToBeNone(t *testing.T) {
	if _, err := Open(t.TempDir()); err == nil || !strings.Contains(err.Error(), "no cluster's folder") {
		t.Fatal(err)
	}
}

func TestALogIsBoundedAndKeepsItsEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "component.log")
	log := &rotating{path: path, uid: os.Getuid(), gid: os.Getgid(), limit: 1000}
	for range 100 {
		if _, err := log.Write([]byte(strings.Repeat("x", 99) + "\n")); err != nil {
			t.Fatal(err)
		}
	}
	_, _ = log.Write([]byte("the end\n"))
	files, _ := filepath.Glob(path + "*")
	total := int64(0)
	for _, file := range files {
		info, _ := os.Stat(file)
		total += info.Size()
	}
	last, _ := os.ReadFile(path)
	if total > 2000 || len(files) != 2 || !strings.HasSuffix(string(last), "the end\n") {
		t.Fatalf("%d bytes in %v", total, files)
	}
}

func TestOnlyOneWatchdogHoldsACluster(t *testing.T) {
	c, err := Open(folder(t, `{"name":"lab"}`))
	if err != nil {
		t.Fatal(err)
	}
	lock, err := c.lock()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.lock(); err != errRunning {
		t.Fatal(err)
	}
	if c.watchdog() != os.Getpid() {
		t.Fatalf("the watchdog is %d", c.watchdog())
	}
	lock.Close()
	if c.watchdog() != 0 {
		t.Fatal("a lock that was let go still counts")
	}
}
