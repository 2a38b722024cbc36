package node

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

const pauseImage = "datamill.dev/pause:1"

// ctr speaks to the node's containerd from within.
func (n *inside) ctr(_ context.Context, argv ...string) error {
	_, err := n.reaper.run("", ctrCommand(n.Cluster, argv...)...)
	return err
}

func ctrCommand(c *Cluster, argv ...string) []string {
	return append([]string{"ctr", "--address", c.containerd(), "--namespace", "k8s.io"}, argv...)
}

// ensurePause builds the image that holds a pod's namespaces, once.
func (n *inside) ensurePause() error {
	if listed, err := n.reaper.run("", ctrCommand(n.Cluster, "images", "ls", "-q", "name=="+pauseImage)...); err == nil && strings.TrimSpace(listed) != "" {
		return nil
	}
	archive := insideDir + "/tmp/pause.tar"
	defer os.Remove(archive)
	if err := WriteImage(archive, pauseImage, insideBin+"/pause"); err != nil {
		return err
	}
	if err := n.ctr(n.stopping, "images", "import", archive); err != nil {
		return err
	}
	return n.ctr(n.stopping, "images", "label", pauseImage, "io.cri-containerd.pinned=pinned")
}

// WriteImage writes an archive of an image that consists of one static program.
func WriteImage(archive, reference, program string) error {
	binary, err := os.ReadFile(program)
	if err != nil {
		return err
	}
	name := filepath.Base(program)
	layer, err := tarOf(map[string][]byte{name: binary}, name)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(layer)
	image, err := json.Marshal(map[string]any{
		"architecture": runtime.GOARCH, "os": "linux",
		"config": map[string]any{"Entrypoint": []string{"/" + name}, "User": "65532:65532", "WorkingDir": "/"},
		"rootfs": map[string]any{"type": "layers", "diff_ids": []string{"sha256:" + hex.EncodeToString(sum[:])}},
	})
	if err != nil {
		return err
	}
	manifest, err := json.Marshal([]map[string]any{{"Config": "config.json", "RepoTags": []string{reference}, "Layers": []string{"layer.tar"}}})
	if err != nil {
		return err
	}
	whole, err := tarOf(map[string][]byte{"config.json": image, "layer.tar": layer, "manifest.json": manifest}, "manifest.json", "config.json", "layer.tar")
	if err != nil {
		return err
	}
	return os.WriteFile(archive, whole, 0o600)
}

func tarOf(files map[string][]byte, order ...string) ([]byte, error) {
	var buffer bytes.Buffer
	w := tar.NewWriter(&buffer)
	for _, name := range order {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(files[name])), Format: tar.FormatUSTAR}); err != nil {
			return nil, err
		}
		if _, err := w.Write(files[name]); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return buffer.Bytes(), err
}

// Load imports image archives (docker or OCI) into the node.
func Load(c *Cluster, archives []string) error {
	if c.watchdog() == 0 {
		return fmt.Errorf("the cluster %s is not running", c.Config.Name)
	}
	for _, archive := range archives {
		output, err := command("", ctrCommand(c, "images", "import", archive)...)
		if err != nil {
			return err
		}
		fmt.Print(output)
	}
	return nil
}

// List prints the references of the images in the node.
func List(c *Cluster) error {
	output, err := command("", ctrCommand(c, "images", "ls", "-q")...)
	fmt.Print(output)
	return err
}
